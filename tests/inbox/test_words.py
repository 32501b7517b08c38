from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from symptoms.inbox import words


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (12, "12 min"),
        (59, "59 min"),
        (60, "1 h 00"),
        (64, "1 h 04"),
        (210, "3 h 30"),
        (2879, "47 h 59"),
        (2880, "2 days"),
        (20000, "13 days"),
    ],
)
def test_waiting_is_short(minutes: int, said: str) -> None:
    assert words.waited(minutes) == said


@pytest.mark.parametrize(("value", "said"), [(0, "none"), (3, "severe"), (4, "very severe"), (None, "not graded")])
def test_grade_is_a_word(value: int | None, said: str) -> None:
    assert words.grade(value) == said


def test_entry_in_a_line() -> None:
    reports: list[dict[str, Any]] = [{"name": "Fever", "grade": 3}, {"name": "Chills", "grade": None}]
    assert words.logged(reports, "38.4 °C") == "Fever (severe); Chills (not graded); 38.4 °C"
    assert words.logged([], "") == "No symptom ticked"
    assert words.logged([], "38.4 °C") == "38.4 °C"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "no injection logged"),
        ({"number": 8, "at": "2026-11-21T18:00:00+00:00", "zone": "Europe/London"}, "injection 8, day 1"),
        ({"number": 8, "at": "2026-11-22T06:00:00+00:00", "zone": "Europe/London"}, "injection 8, same day"),
        ({"number": None, "at": "2026-11-03T06:00:00+00:00", "zone": "UTC"}, "injection, day 19"),
        # It was the 22nd already where the shot was given.
        ({"number": 8, "at": "2026-11-21T23:30:00+00:00", "zone": "Asia/Tokyo"}, "injection 8, same day"),
    ],
)
def test_injection_counts_the_patients_own_days(given: dict[str, object] | None, said: str) -> None:
    assert words.shot(given, date(2026, 11, 22)) == said


def test_instant_is_told_in_the_zone_it_carries() -> None:
    at = datetime(2026, 11, 22, 14, 5, tzinfo=UTC).astimezone(ZoneInfo("Asia/Kolkata"))
    assert words.day_and_time(at, date(2026, 11, 22)) == "today 19:35"
    assert words.day_and_time(at, date(2026, 11, 23)) == "Sun 22 Nov 2026, 19:35"


def test_answers_are_told_with_their_questions() -> None:
    given = {"sudden": "unsure", "minutes": 20, "side": "both"}
    assert words.answers(given) == [
        "Did it start suddenly, within minutes? I'm not sure",
        "Which side? Both",
        "How many minutes did it last? 20",
    ]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({"kind": "tick", "symptom": "wheeze", "today": True}, "Wheezing"),
        ({"kind": "tick", "symptom": "wheeze", "today": False}, "Wheezing, in an earlier entry"),
        ({"kind": "tick", "symptom": "unknown"}, "unknown"),
        ({"kind": "note", "symptom": "wheeze", "today": True}, "Wheezing, from the note"),
        ({"kind": "note", "symptom": None, "today": True}, "words, from the note"),
        ({"kind": "temperature", "value": "38.4", "today": True}, "temperature 38.4 °C"),
        ({"kind": "result", "value": "ALT 200", "today": False}, "blood test ALT 200, in an earlier entry"),
        ({"kind": "injection", "value": "5.0 h", "today": False}, "injection 5.0 h before"),
        ({"kind": "injection", "value": "18 days apart", "today": True}, "injections 18 days apart"),
    ],
)
def test_what_a_rule_saw_in_words(seen: dict[str, object], said: str) -> None:
    assert words.because(seen, {"wheeze": "Wheezing"}) == said
