"""The words of the rules, one by one: each limit from both sides, in a rule of that one condition."""

from typing import Any

import pytest

from tests.triage.engine.rules_under_test import saw

PAIN: dict[str, Any] = {"joint-pain": 1}
DAILY: dict[str, Any] = {f"{n} days": {"cough": 1} for n in range(1, 15)}
ROW = '{ days_with = ["cough"], at_least = %d, in_a_row = true, skip_hours_after_shot = 48 }'
LASTS_ROW = '{ symptom = "cough", lasts_hours = 1, or_days = 3, in_a_row = true }'
AMONG = '{ days_with = ["cough"], at_least = 2, within_days = 7 }'
SINCE_SHOT = '{ days_with = ["cough"], at_least = 2, within_days = 7, since_shot = true }'
UNUSUAL = '{ symptom = "back-pain", unless_usual = true }'

# why, the condition, the diary in the short form, whether it holds
LOGGED: list[tuple[str, str, dict[str, Any], bool]] = [
    ("any grade", '{ symptom = "cough" }', {"today": {"cough": 4}}, True),
    ("up to a grade", '{ symptom = "cough", at_most = 2 }', {"today": {"cough": 2}}, True),
    ("but not above", '{ symptom = "cough", at_most = 2 }', {"today": {"cough": 3}}, False),
    (
        "new is asked of the newest log, not of the oldest",
        '{ symptom = "cough", within_days = 30, new = true }',
        {"before": {"20 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "first day: the day before yesterday is long ago",
        '{ symptom = "swelling-face", first_day = true }',
        {"before": {"2 days": {"swelling-face": 1}}, "today": {"swelling-face": 1}},
        True,
    ),
    (
        "more than three days: three",
        '{ symptom = "cough", episode_days_over = 3 }',
        {"before": {"2 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "more than three days: four",
        '{ symptom = "cough", episode_days_over = 3 }',
        {"before": {"3 days": {"cough": 1}, "1 day": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    (
        "worse: as yesterday",
        '{ symptom = "cough", worse = true }',
        {"before": {"1 day": {"cough": 2}}, "today": {"cough": 2}},
        False,
    ),
    (
        "worse: by one grade",
        '{ symptom = "cough", worse = true }',
        {"before": {"1 day": {"cough": 1}}, "today": {"cough": 2}},
        True,
    ),
    (
        "worse: new three days ago, and gone today",
        '{ all = [{ symptom = "joint-pain" }, { symptom = "cough", within_days = 5, worse = true }] }',
        {"before": {"3 days": {"cough": 2}}, "today": PAIN},
        False,
    ),
    (
        "worse than before the episode: by one grade, two days ago",
        '{ symptom = "cough", worse_than_before_episode = true }',
        {
            "before": {"4 days": {"cough": 1}, "3 days": PAIN, "2 days": PAIN, "1 day": {"cough": 1}},
            "today": {"cough": 1},
        },
        True,
    ),
    (
        "worse than before the episode: as it was",
        '{ symptom = "cough", worse_than_before_episode = true }',
        {"usual": {"cough": 2}, "before": {"1 day": {"cough": 2}}, "today": {"cough": 2}},
        False,
    ),
    (
        "near the baseline: one grade",
        '{ symptom = "fatigue", jump_at_most = 1 }',
        {"before": {"1 day": {"fatigue": 1}}, "today": {"fatigue": 2}},
        True,
    ),
    (
        "near the baseline: two grades",
        '{ symptom = "fatigue", jump_at_most = 1 }',
        {"before": {"1 day": {"fatigue": 1}}, "today": {"fatigue": 3}},
        False,
    ),
    (
        "near the baseline: two grades below it",
        '{ symptom = "fatigue", jump_at_most = 1 }',
        {"before": {"1 day": {"fatigue": 3}}, "today": {"fatigue": 1}},
        False,
    ),
    (
        "not usual: yesterday is enough, within the hours",
        '{ all = [{ symptom = "joint-pain" }, { symptom = "back-pain", within_hours = 48, unless_usual = true }] }',
        {"before": {"24 h": {"back-pain": 1}}, "today": PAIN},
        True,
    ),
    (
        "usual: yesterday's higher grade is not today's",
        UNUSUAL,
        {"usual": {"back-pain": 1}, "before": {"1 day": {"back-pain": 2}}, "today": {"back-pain": 1}},
        False,
    ),
    ("usual: above it today", UNUSUAL, {"usual": {"back-pain": 1}, "today": {"back-pain": 2}}, True),
    (
        "usual: above it this morning",
        UNUSUAL,
        {"usual": {"back-pain": 1}, "before": {"2 h": {"back-pain": 2}}, "today": {"back-pain": 1}},
        True,
    ),
    (
        "no limit asks for no minutes",
        '{ symptom = "headache", unanswered_counts = false }',
        {"today": {"headache": 1}},
        True,
    ),
    (
        "the longest of the day counts, and one without minutes does no harm",
        '{ symptom = "headache", minutes_over = 60 }',
        {
            "before": {"2 h": {"headache": 1}, "1 h": {"headache": 1}, "5 h": {"headache": 1}},
            "before_minutes": {"headache": 61},
            "today": {"headache": 1},
        },
        True,
    ),
    (
        "the longest of the day, over a shorter one",
        '{ symptom = "headache", minutes_over = 60 }',
        {
            "before": {"2 h": {"headache": 1}},
            "before_minutes": {"headache": 61},
            "today": {"headache": 1},
            "minutes": {"headache": 5},
        },
        True,
    ),
    *(
        (f"{key}: {minutes}", f'{{ symptom = "headache", {key} = 60 }}', one, holds)
        for key, under, at, over in (
            ("minutes_over", False, False, True),
            ("minutes_under", True, False, False),
            ("minutes_at_least", False, True, True),
        )
        for minutes, holds in ((59, under), (60, at), (61, over))
        for one in [{"today": {"headache": 1}, "minutes": {"headache": minutes}}]
    ),
    (
        "lasts an hour: 60 minutes",
        '{ symptom = "cough", lasts_hours = 1 }',
        {"today": {"cough": 1}, "minutes": {"cough": 60}},
        True,
    ),
    (
        "lasts an hour: 59 minutes",
        '{ symptom = "cough", lasts_hours = 1 }',
        {"today": {"cough": 1}, "minutes": {"cough": 59}},
        False,
    ),
    (
        "lasts an hour: one of two logs",
        '{ symptom = "cough", lasts_hours = 1 }',
        {"before": {"1 h": {"cough": 1}}, "today": {"cough": 1}, "minutes": {"cough": 60}},
        True,
    ),
    ("lasts an hour: nobody said", '{ symptom = "cough", lasts_hours = 1 }', {"today": {"cough": 1}}, False),
    (
        "or two days: seven days apart",
        '{ symptom = "cough", lasts_hours = 1 }',
        {"before": {"7 days": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    (
        "or two days: eight days apart",
        '{ symptom = "cough", lasts_hours = 1 }',
        {"before": {"8 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "or three days in a row",
        LASTS_ROW,
        {"before": {"2 days": {"cough": 1}, "1 day": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    (
        "or three days in a row: one is missing",
        LASTS_ROW,
        {"before": {"3 days": {"cough": 1}, "1 day": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "yes to a question, in one of two logs",
        '{ symptom = "gum-pain", yes_to = "bleeding" }',
        {"before": {"1 h": {"gum-pain": 1}}, "today": {"gum-pain": 1}, "yes": {"bleeding": ["gum-pain"]}},
        True,
    ),
]

DAYS: list[tuple[str, str, dict[str, Any], bool]] = [
    ("very severe days count", AMONG, {"before": {"3 days": {"cough": 4}}, "today": {"cough": 4}}, True),
    ("the seventh day back", AMONG, {"before": {"7 days": {"cough": 1}}, "today": {"cough": 1}}, True),
    ("the eighth day back", AMONG, {"before": {"8 days": {"cough": 1}}, "today": {"cough": 1}}, False),
    (
        "grades up to 2",
        '{ days_with = ["cough"], at_least = 2, within_days = 7, at_most_grade = 2 }',
        {"before": {"1 day": {"cough": 2}}, "today": {"cough": 2}},
        True,
    ),
    (
        "a shot in between is not asked about",
        AMONG,
        {"shots": [{"days": 1}], "before": {"3 days": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    (
        "since the shot: one lies before it",
        SINCE_SHOT,
        {"shots": [{"days": 2}], "before": {"3 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "since the shot: both after it",
        SINCE_SHOT,
        {"shots": [{"days": 2}], "before": {"1 day": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    (
        "since the shot, of long ago: the window is still the limit",
        SINCE_SHOT,
        {"shots": [{"days": 20}], "before": {"9 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "since the shot, and there is none",
        SINCE_SHOT,
        {"before": {"3 days": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    ("no window: today", '{ days_with = ["cough"], at_least = 1 }', {"today": {"cough": 1}}, True),
    (
        "no window: yesterday is out",
        '{ days_with = ["cough"], at_least = 2 }',
        {"before": {"1 day": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "today must be one of the days",
        f'{{ all = [{{ symptom = "joint-pain" }}, {AMONG}] }}',
        {"before": {"2 days": {"cough": 1}, "1 day": {"cough": 1}}, "today": PAIN},
        False,
    ),
    (
        "a row is broken by a day without",
        ROW % 2,
        {"before": {"2 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "a row is broken by a day long after a shot",
        ROW % 2,
        {"shots": [{"days": 20}], "before": {"2 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "a row goes on over the days of a shot",
        ROW % 2,
        {"shots": [{"days": 3}], "before": {"4 days": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    (
        "two entries of seven days",
        '{ entries_with = ["cough"], at_least = 2, within_days = 7 }',
        {"before": {"20 days": {"cough": 1}, "1 h": {"cough": 1}}, "today": {"cough": 1}},
        True,
    ),
    (
        "two new entries",
        '{ entries_with = ["cough"], at_least = 2, within_days = 7, new = true }',
        {"before": {"20 days": {"cough": 1}, "1 h": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
    (
        "one entry",
        '{ entries_with = ["cough"], at_least = 2, within_days = 7 }',
        {"before": {"8 days": {"cough": 1}}, "today": {"cough": 1}},
        False,
    ),
]

ANY: list[tuple[str, str, dict[str, Any], bool]] = [
    ("a reading is no tick", "{ any_symptom = true }", {"temperature": 38.2}, False),
    ("usual", "{ any_symptom = true }", {"usual": PAIN, "today": PAIN}, True),
    ("expected", "{ any_symptom = true }", {"expected": PAIN, "today": PAIN}, True),
    ("above the usual", "{ any_symptom = true, above_usual = true }", {"today": PAIN}, True),
    (
        "usual, no grade given: any is above",
        "{ any_symptom = true, above_usual = true }",
        {"usual": {"joint-pain": "?"}, "today": PAIN},
        True,
    ),
    ("just the usual", "{ any_symptom = true, above_usual = true }", {"usual": PAIN, "today": PAIN}, False),
    ("above the expected", "{ any_symptom = true, above_expected = true }", {"today": PAIN}, True),
    ("just the expected", "{ any_symptom = true, above_expected = true }", {"expected": PAIN, "today": PAIN}, False),
    (
        "expected from tomorrow",
        "{ any_symptom = true, above_expected = true }",
        {"expected": PAIN, "expected_until": -21, "today": PAIN},
        True,
    ),
    (
        "expected from today",
        "{ any_symptom = true, above_expected = true }",
        {"expected": PAIN, "expected_until": -20, "today": PAIN},
        False,
    ),
    (
        "expected until yesterday",
        "{ any_symptom = true, above_expected = true }",
        {"expected": PAIN, "expected_until": 1, "today": PAIN},
        True,
    ),
    (
        "the second day",
        "{ any_symptom = true, days_at_most = 2 }",
        {"before": {"1 day": PAIN}, "today": PAIN},
        True,
    ),
    (
        "the third day",
        "{ any_symptom = true, days_at_most = 2 }",
        {"before": {"2 days": PAIN, "1 day": PAIN}, "today": PAIN},
        False,
    ),
    (
        "a jump of two",
        "{ any_symptom = true, at_least = 4, or_jump = 2 }",
        {"before": {"1 day": {"joint-pain": 1}}, "today": {"joint-pain": 3}},
        True,
    ),
    (
        "a jump of one",
        "{ any_symptom = true, at_least = 4, or_jump = 2 }",
        {"before": {"1 day": {"joint-pain": 2}}, "today": {"joint-pain": 3}},
        False,
    ),
]

TABLE = [*LOGGED, *DAYS, *ANY]


@pytest.mark.parametrize(
    ("condition", "diary", "holds"), [row[1:] for row in TABLE], ids=[f"{row[0]} ({row[3]})" for row in TABLE]
)
def test_condition(condition: str, diary: dict[str, Any], holds: bool) -> None:
    assert (saw(condition, diary) is not None) is holds


def test_only_the_newest_log_is_shown() -> None:
    diary = {"before": {"20 h": {"fever": 1}, "2 h": {"fever": 1}}, "today": {"fever": 1}}
    seen = saw('{ symptom = "fever", within_hours = 24 }', diary)
    assert seen == [{"symptom": "fever", "entry": 2, "from": "tick"}]


def test_a_row_shows_the_days_that_were_asked_for() -> None:
    diary = {"before": DAILY, "today": {"cough": 1}}
    assert len(saw('{ days_with = ["cough"], at_least = 3, in_a_row = true }', diary) or []) == 3
    assert len(saw(ROW % 3, diary) or []) == 11


@pytest.mark.parametrize(
    ("answers", "holds"), [(["no", "yes"], True), (["no", None], False), (["unsure"], True), ([None], True)]
)
def test_no_to_a_question_counts_unless_another_log_says_yes(answers: list[str | None], holds: bool) -> None:
    entries = [
        {"at": f"2026-10-12T1{n}:00", "symptoms": [{"id": "vision-flashes", "curtain": answer}]}
        for n, answer in enumerate(answers)
    ]
    condition = '{ symptom = "vision-flashes", not_no_to = "curtain" }'
    assert (saw(condition, {"entries": entries}) is not None) is holds


def test_an_answer_about_the_start_outlasts_a_day_without_one() -> None:
    entries = [
        {"at": f"2026-10-1{n}T10:00", "symptoms": [{"id": "confusion", "sudden": answer}]}
        for n, answer in enumerate(["yes", None, None])
    ]
    assert saw('{ symptom = "confusion", onset = "sudden" }', {"entries": entries}) is not None
