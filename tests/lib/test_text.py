import pytest

from symptoms.lib.text import longest_sentence, reading_grade, sentences, syllables, words


@pytest.mark.parametrize(
    ("word", "count"),
    [("pee", 1), ("the", 1), ("swelling", 2), ("temperature", 4), ("table", 2), ("like", 1), ("rash", 1),
     ("stopped", 1), ("infection", 3), ("Kesimpta", 3), ("eye", 1)],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_sentences_end_at_stops_but_not_inside_numbers() -> None:
    assert sentences("It is 38.4 today. Call now! Why? Do it: rest; sip.") == [
        "It is 38.4 today", "Call now", "Why", "Do it", "rest", "sip",
    ]  # fmt: skip


def test_words_keep_hyphens_and_apostrophes_and_leave_numbers_out() -> None:
    assert words("Don't wait 2 hours, it's whole-body") == ["Don't", "wait", "hours", "it's", "whole-body"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Call now. Lie down. Rest.", -4.0, 1.0),
        ("Call your care team today. Drink some water and rest in bed.", 0.0, 3.0),
        ("Immunosuppressive therapeutic administration necessitates haematological surveillance.", 20.0, 60.0),
        ("", 0.0, 0.0),
        ("38.4", 0.0, 0.0),
    ],
)
def test_reading_grade(text: str, low: float, high: float) -> None:
    assert low <= reading_grade(text) <= high


def test_longest_sentence() -> None:
    assert longest_sentence("One two. One two three four. One.") == 4
    assert longest_sentence("") == 0
