"""What the readings settle over all rules: days, grades, what is new, worse or usual, notes."""

from typing import Any

import pytest

from tests.triage.engine.rules_under_test import check_diary

# why, the diary in the short form of the examples, tier, rules that hold, rules that do not
TABLE: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("an empty entry is none, whatever the morning said", {"before": {"2 h": {"fever": 2}}}, "none", "", "S03"),
    (
        "a reading in the evening still belongs to the morning's ticks",
        {"before": {"2 h": {"fever": 2}}, "temperature": 36.8},
        "same-day",
        "B00",
        "",
    ),
    (
        "the highest grade of the day counts",
        {"before": {"2 h": {"headache": 3}}, "today": {"headache": 1}},
        "prompt",
        "P13",
        "C03",
    ),
    ("usual and no worse is self-care", {"usual": {"eye-red": 1}, "today": {"eye-red": 1}}, "self-care", "", "B00"),
    (
        "usual without a grade: up to 2",
        {"usual": {"thinking-trouble": "?"}, "today": {"thinking-trouble": 2}},
        "self-care",
        "",
        "B00 S08",
    ),
    (
        "usual without a grade: up to the last entry's",
        {"usual": {"fatigue": "?"}, "before": {"1 day": {"fatigue": 1}}, "today": {"fatigue": 2}},
        "visit",
        "B00",
        "PRO1",
    ),
    (
        "usual fatigue without a grade and without a history",
        {"usual": {"fatigue": "?"}, "today": {"fatigue": 2}},
        "self-care",
        "",
        "B00 P03 PRO1",
    ),
    (
        "usual without a grade, but the last entry did not have it",
        {"usual": {"eye-red": "?"}, "before": {"1 day": {"headache": 1}}, "today": {"eye-red": 1}},
        "same-day",
        "S10",
        "",
    ),
    (
        "usual, and the last two logs are ungraded",
        {"usual": {"eye-red": "?"}, "before": {"1 day": {"eye-red": "?"}}, "today": {"eye-red": "?"}},
        "prompt",
        "PRO1",
        "B00 S10",
    ),
    (
        "severe counts, though the last entry was as bad",
        {"usual": {"joint-pain": "?"}, "before": {"1 day": {"joint-pain": 3}}, "today": {"joint-pain": 3}},
        "prompt",
        "PRO1",
        "B00",
    ),
    ("an ungraded tick counts as the threshold", {"today": {"numbness": "?"}}, "same-day", "S09", ""),
    ("but not above 3", {"today": {"joint-pain": "?"}}, "prompt", "PRO1", "S21"),
    (
        "two ungraded logs are no jump",
        {"before": {"1 day": {"eye-red": "?"}, "20 days": {"eye-red": 1}}, "today": {"eye-red": "?"}},
        "same-day",
        "B00",
        "S10",
    ),
    (
        "new on its second day",
        {"before": {"1 day": {"hives": 1}}, "today": {"hives": 1}},
        "same-day",
        "S01",
        "",
    ),
    (
        "28 days ago is not new, though the run is",
        {"before": {"29 days": {"rash": 1}, "1 day": {"rash": 1}}, "today": {"rash": 1}},
        "same-day",
        "B00",
        "S01",
    ),
    (
        "29 days before the run is new",
        {"before": {"30 days": {"rash": 1}, "1 day": {"rash": 1}}, "today": {"rash": 1}},
        "same-day",
        "S01",
        "",
    ),
    (
        "back after 20 days: not new, but worse than 0",
        {"before": {"20 days": {"eye-pain": 1}}, "today": {"eye-pain": 1}},
        "same-day",
        "S10",
        "",
    ),
    (
        "with no entry for a week the median counts",
        {
            "before": {"14 days": {"eye-pain": 1}, "12 days": {"eye-pain": 2}, "10 days": {"eye-pain": 2}},
            "today": {"eye-pain": 2},
        },
        "same-day",
        "B00",
        "S10",
    ),
    (
        "grade 0 breaks a row",
        {"before": {"2 days": {"cough": 1}, "1 day": {"cough": 0}}, "today": {"cough": 1}},
        "prompt",
        "B00",
        "P02",
    ),
    (
        "not sure never counts as no",
        {"today": {"one-side-weak": 1}, "note": "It was not sudden, I think."},
        "emergency",
        "E03",
        "S08",
    ),
    (
        "the note answers the question about the start",
        {"today": {"unsteady": 1}, "note": "Suddenly the room tilted."},
        "emergency",
        "E03",
        "",
    ),
    (
        "an answer no stays with the episode",
        {"before": {"1 day": {"confusion": 1}}, "before_not_sudden": ["confusion"], "today": {"confusion": 1}},
        "same-day",
        "S08",
        "E03",
    ),
]


@pytest.mark.parametrize(
    ("diary", "tier", "holds", "misses"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_reading(diary: dict[str, Any], tier: str, holds: str, misses: str) -> None:
    check_diary(diary, tier, holds, misses)
