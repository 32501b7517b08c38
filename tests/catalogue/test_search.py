"""Found in a patient's own words, typing errors and all."""

import pytest
from pytest_django import DjangoAssertNumQueries

from symptoms.catalogue.finder import search_words
from symptoms.catalogue.models import Symptom
from symptoms.catalogue.search import MOST, Candidate, Sign, ranked
from symptoms.catalogue.selectors import Found, plain_query, search, symptoms_by_body_area

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("pins an needles", "numbness-tingling"),
        ("numness", "numbness-tingling"),
        ("tingly", "numbness-tingling"),
        ("parasthesia", "numbness-tingling"),
        ("hedache", "headache"),
        ("head ache", "headache"),
        ("migrane", "headache"),
        ("jab lump", "injection-site-reaction"),
        ("water infecton", "urinary-tract-infection"),
        ("wee burns", "urinary-tract-infection"),
        ("cistitis", "urinary-tract-infection"),
        ("dizy", "dizziness"),
        ("room spinning", "dizziness"),
        ("shingels", "shingles"),
        ("coldsore", "oral-herpes"),
        ("bruse", "bruising-bleeding"),
        ("blury", "vision-change"),
        ("doubel vision", "vision-change"),
        ("red eye", "eye-redness"),
        ("optic nuritis", "eye-pain"),
        ("itchy all over", "allergic-reaction-mild"),
        ("alergic reaction", "allergic-reaction-mild"),
        ("anaphilaxis", "allergic-reaction-severe"),
        ("cant breathe", "breathlessness"),
        ("short of breth", "breathlessness"),
        ("sore throte", "upper-respiratory-infection"),
        ("chest infecton", "lower-respiratory-infection"),
        ("tired", "fatigue"),
        ("knackerd", "fatigue"),
        ("wobbly", "unsteadiness"),
        ("relaps", "new-ms-symptoms"),
        ("stomache ache", "abdominal-pain"),
        ("low platlets", "low-platelets"),
        ("PML", "pml"),
        ("sepsis", "serious-infection"),
        ("caugh", "cough"),
        ("swolen face", "allergic-reaction-severe"),
        ("my face is swelling", "allergic-reaction-severe"),
        ("throat closing up", "allergic-reaction-severe"),
        ("tierd", "fatigue"),
        ("vommiting", "nausea-vomiting"),
        ("diarrhea", "other-infection"),
        ("diarrhoea", "other-infection"),
        ("palpitations", "anaemia"),
        ("stif neck", "serious-infection"),
        ("brain fog", "pml"),
        ("chest pane", "breathlessness"),
        ("itchy skin", "allergic-reaction-mild"),
        ("lost my voice", "upper-respiratory-infection"),
        # in whole sentences, as a note is told
        ("cant see proper out of one eye", "vision-change"),
        ("lips puffed up", "allergic-reaction-severe"),
        ("tired all the time", "fatigue"),
        ("no energy", "fatigue"),
        ("jab site sore", "injection-site-reaction"),
        ("lump where i inject", "injection-site-reaction"),
        ("burning when i pee", "urinary-tract-infection"),
        ("peeing all the time", "urinary-tract-infection"),
        ("my head is killing me", "headache"),
        ("aching all over", "muscle-pain"),
        ("cant lift my arm", "muscle-weakness"),
        ("legs gone numb", "numbness-tingling"),
        ("i am feel dizzy very", "dizziness"),
        ("have pain when make pipi", "urinary-tract-infection"),
        ("poo is black", "bruising-bleeding"),
        ("worst headache ever", "headache"),
        ("throwing up", "nausea-vomiting"),
        ("puking", "nausea-vomiting"),
        ("off my food", "nausea-vomiting"),
        ("belly ache", "abdominal-pain"),
        ("toothache", "other-infection"),
        ("seeing double", "vision-change"),
        # short, clinical, in numbers and in other languages
        ("uti", "urinary-tract-infection"),
        ("38.6", "fever"),
        ("temp of 39", "fever"),
        ("high temperture", "fever"),
        ("low igg", "low-immunoglobulins"),
        ("neutropenia", "low-white-cells"),
        ("anemia", "anaemia"),
        ("jc virus", "pml"),
        ("kopfschmerzen", "headache"),
        ("dolor de cabeza", "headache"),
        # what is denied is still what is looked for
        ("no fever", "fever"),
        ("not dizzy any more", "dizziness"),
        ("my sister has a headache", "headache"),
        # a name leads, whatever else is understood
        ("Chest infection", "lower-respiratory-infection"),
        ("Red eye", "eye-redness"),
        ("Cough", "cough"),
    ],
)
def test_the_first_match_is_what_was_meant(typed: str, first: str) -> None:
    assert [effect.slug for effect in search(typed).effects][:1] == [first]


def test_yellow_eyes_find_the_liver() -> None:
    assert {"liver-problem", "hepatitis-b-reactivation"} <= {effect.slug for effect in search("yelow eyes").effects}


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "xyzzy", "\x00\x07", "%%%", "\u202e\u200f", "\U0001f600", "football results", "best pizza",
        "holiday insurance", "train times", "lorem ipsum", "password reset", "cheap flights", "tax return", "1234567",
        "select * from users", "' or 1=1 --", ".*(a+)+$", "the", "and not", "who is the president", "a",
        "nothing wrong",
    ],
)  # fmt: skip
def test_nothing_alike_finds_nothing_and_breaks_nothing(typed: str) -> None:
    assert search(typed) == Found()


@pytest.mark.parametrize(
    "typed",
    [
        "fever headache rash " * 5000, "a" * 100_000, "\u0301" * 100_000, "\ufdfa" * 10_000, "fever\x00", "\u202efever",
        "fever' OR '1'='1", "fever & | ! :* <->", "(fever" * 40, "fever\\", "\U0001f912" * 500, "\ud800",
    ],
)  # fmt: skip
def test_hostile_queries_are_answered_in_two_queries(
    typed: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(2):
        assert len(search(typed).effects) <= MOST


@pytest.mark.parametrize(
    ("typed", "red"),
    [
        ("lips puffed up", "swelling-lips-tongue"),
        ("throat closing up", "swelling-throat"),
        ("my face droops", "face-droop"),
        ("cant lift my arm", "arm-drift"),
        ("cannot breathe", "breathless-severe"),
        ("poo is black", "poo-black"),
        ("worst headache ever", "headache-sudden-worst"),
        ("no trouble, my throat is not closing", "swelling-throat"),
    ],
)
def test_what_is_red_is_named_however_it_is_told(typed: str, red: str) -> None:
    assert red in [sign.slug for sign in search(typed).red]


def test_what_can_turn_red_is_told_apart_from_what_is() -> None:
    found = search("cant see proper out of one eye")
    assert ([sign.slug for sign in found.can_turn], found.red) == (["vision-loss"], ())
    assert search("runny nose").can_turn == ()


def test_plain_query() -> None:
    assert plain_query("  Céphalée\x00\n  ") == "cephalee"
    assert len(plain_query("a" * 10_000)) == 200


def test_the_log_page_gets_all_symptoms_by_area_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        areas = symptoms_by_body_area()
    assert sum(len(symptoms) for _, symptoms in areas) == 128
    assert areas[0][0] == "Where you injected"
    assert len({area for area, _ in areas}) == len(areas)


def _candidate(slug: str, *, exact: int = 0, likeness: float = 0.0, in_text: bool = False, sign: str = "") -> Candidate:
    signs = (Sign(sign, sign, "Skin", "visit", ()),) if sign else ()
    return Candidate(slug, slug, "Skin", exact, likeness, in_text, signs)


def test_names_lead_then_the_understood_then_words_alike_then_texts() -> None:
    rows = [
        _candidate("text", in_text=True),
        _candidate("alike", likeness=1.9),
        _candidate("understood", sign="rash"),
        _candidate("own", exact=1),
        _candidate("name", exact=2),
        _candidate("nothing", likeness=0.3),
    ]
    order = ranked(rows, "spots", ("rash",))
    assert order.slugs == ("name", "own", "understood", "alike", "text")


def test_at_most_twelve_are_shown() -> None:
    assert len(ranked([_candidate(str(n), in_text=True) for n in range(40)], "spots", ()).slugs) == MOST


def test_search_words_are_everyday_words_and_few() -> None:
    words = {slug: search_words(slug) for slug in Symptom.objects.values_list("slug", flat=True)}
    assert "knackered" in words["fatigue"]
    assert "cystitis" in words["pee-pain"]
    assert all(len(one) <= 300 and one == one.lower() for one in words.values())
    assert sum(map(len, words.values())) < 25_000
    assert search_words("nonsense") == ""


def test_a_phrase_within_another_is_not_repeated() -> None:
    phrases = search_words("fatigue").split(", ")
    assert len(set(phrases)) == len(phrases)
    assert not [one for one in phrases for other in phrases if one != other and one in other]
