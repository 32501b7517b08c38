"""What holds of any text: it is read in bounds, never raises, and a "no" denies what follows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from symptoms.catalogue.finder import find, live_finder, present
from symptoms.catalogue.finder.reader import READ_LIMIT
from tests.catalogue.fuzz import check, texts


def test_past_the_limit_the_text_is_read_around_urgent_words() -> None:
    text = "nothing to tell. " * 1000 + "My tongue is swelling. " + "all is well. " * 50 + "I am sneezing."
    assert len(text) > READ_LIMIT
    [one] = find(text)
    assert (one.symptom, text[one.start : one.end]) == ("swelling-lips-tongue", "tongue is swelling")


def test_past_the_limit_only_so_many_places_are_read() -> None:
    assert len(find("x " * READ_LIMIT + "my tongue is swelling. " * 1000)) < 100


def test_a_long_text_without_an_end_of_sentence_is_read() -> None:
    assert present("word and " * 300 + "fever") == ("fever",)


def test_words_are_put_right_only_so_often() -> None:
    junk = " ".join(f"qwxz{letter}{other}" for letter in "abcdefghijk" for other in "abcdefghijk")
    assert present(f"{junk} feverr") == ()
    assert present("feverr") == ("fever",)


@given(st.text())
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_and_places_lie_within(text: str) -> None:
    for one in find(text):
        assert 0 <= one.start < one.end <= len(text)


WORDS = [
    "no", "not", "without", "never", "my", "son", "i", "she", "fever", "throat", "closing", "lips", "swollen",
    "can't", "breathe", ",", ".", "?", "but", "and", "or", "gone", "last", "year", "if", "what", "38.5", "temp",
    "rash", "didn't", "have", "a", "the", "is", "was", "when", "\U0001f912", "\n", ":", "-", "cough", "worried",
    "about", "leaflet", "says", "caught", "her", "",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(["patient", "caregiver"]))
@settings(max_examples=300, deadline=None)
def test_any_order_of_telling_words_is_read(words: list[str], author: str) -> None:
    text = " ".join(words)
    for one in live_finder().find(text, "caregiver" if author == "caregiver" else "patient"):
        assert text[one.start : one.end].strip() == text[one.start : one.end]


NOUNS = [
    "fever", "cough", "headache", "rash", "hives", "chills", "nausea", "chest pain", "swelling of the face", "seizure",
    "wheeze", "eye pain", "double vision", "blurred vision", "confusion", "stiff neck", "diarrhoea",
    "back pain", "joint pain", "sore throat", "runny nose", "dizziness", "fatigue", "tingling", "numbness",
    "vomiting", "palpitations", "shortness of breath", "mouth ulcers", "nosebleeds", "cold sores",
]  # fmt: skip


@given(st.sampled_from(NOUNS), st.sampled_from(["no", "No", "without", "never any", "denies", "zero"]))
def test_a_no_before_a_single_symptom_denies_it(noun: str, word: str) -> None:
    assert {one.status for one in find(f"{word} {noun}")} == {"negated"}
    assert {one.status for one in find(noun)} == {"present"}


def test_random_texts_never_raise() -> None:
    for text in texts(2_000, seed=7):
        check(text)
