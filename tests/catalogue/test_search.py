"""Found in a patient's own words, typing errors and all."""

import pytest
from pytest_django import DjangoAssertNumQueries

from symptoms.catalogue.search import MOST
from symptoms.catalogue.selectors import plain_query, search_effects, symptoms_by_body_area

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
    ],
)
def test_the_first_match_is_what_was_meant(typed: str, first: str) -> None:
    assert [effect.slug for effect in search_effects(typed)][:1] == [first]


def test_yellow_eyes_find_the_liver() -> None:
    assert {"liver-problem", "hepatitis-b-reactivation"} <= {effect.slug for effect in search_effects("yelow eyes")}


@pytest.mark.parametrize("typed", ["", "   ", "xyzzy", "\x00\x07", "%%%", "😀"])
def test_nothing_alike_finds_nothing_and_breaks_nothing(typed: str) -> None:
    assert search_effects(typed) == []


def test_long_and_hostile_queries_are_answered(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(2):
        assert len(search_effects("fever headache rash " * 5000)) <= MOST


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
