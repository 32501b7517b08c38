"""The words of the rules about shots, doses and the plan: each limit from both sides."""

from datetime import date
from typing import Any

import pytest

from symptoms.triage.engine.planning import a_month_later
from tests.triage.engine.rules_under_test import saw

PAIN: dict[str, Any] = {"joint-pain": 1}
ACHE: dict[str, Any] = {"headache": 1}
SHOT = '{ all = [{ symptom = "joint-pain" }, { shot = { %s } }] }'
STRONGER = '{ stronger_reaction = ["nausea"], at_least = 1 }'
EXPECTED = '{ expected_reaction = ["fever", "headache"], besides = ["site-redness"], below_c = 39.0 }'
PERSISTS = "{ fever_persists_after_hours = 24 }"
SETTLED = '{ reaction_settled = ["fever", "headache"], site = ["site-redness"] }'
RISING = '{ rising_across_doses = ["headache"], doses = 3, days = 2 }'
THREE = [{"days": 60}, {"days": 30}, {"hours": 8}]
CLOSE = "{ doses_too_close = { loading_days = 6, monthly_days = 21, for_days = 7, same_hours = 2 } }"
MISSED = "{ missed_dose = { loading_days = 2, monthly_days = 5 } }"
# Ten seconds, in hours.
MOMENT = 0.003


def also(condition: str, symptom: str = "joint-pain") -> str:
    """Return the condition in company, so that it may hold without having seen anything of today itself."""
    return f'{{ all = [{{ symptom = "{symptom}" }}, {condition}] }}'


def shot(**told: Any) -> dict[str, Any]:
    return {"shots": [told], "today": PAIN}


SINCE: list[tuple[str, str, dict[str, Any], bool]] = [
    ("at most 24 h", SHOT % "hours_at_most = 24", shot(hours=24), True),
    ("a moment over", SHOT % "hours_at_most = 24", shot(hours=24 + MOMENT), False),
    ("over 24 h", SHOT % "hours_over = 24", shot(hours=24), False),
    ("over it by a moment", SHOT % "hours_over = 24", shot(hours=24 + MOMENT), True),
    ("just now", SHOT % "hours_at_most = 24", shot(hours=0), True),
    ("two days", SHOT % "days_at_least = 2", shot(days=2), True),
    ("one day", SHOT % "days_at_least = 2", shot(days=1), False),
    ("over two days: two", SHOT % "days_over = 2", shot(days=2), False),
    ("over two days: three", SHOT % "days_over = 2", shot(days=3), True),
    ("none logged is long ago", SHOT % "hours_over = 24", {"today": PAIN}, True),
    ("none logged is not near", SHOT % "hours_at_most = 24", {"today": PAIN}, False),
    ("none logged, and one is asked for", SHOT % "hours_over = 24, logged = true", {"today": PAIN}, False),
    ("one logged, as asked", SHOT % "hours_over = 24, logged = true", shot(days=2), True),
    ("near, or none logged: none", SHOT % "hours_at_most = 24, or_none_logged = true", {"today": PAIN}, True),
    ("near, or none logged: far", SHOT % "hours_at_most = 24, or_none_logged = true", shot(days=2), False),
    ("number up to 2: two", SHOT % "number_at_most = 2", shot(number=2), True),
    ("number up to 2: three", SHOT % "number_at_most = 2", shot(number=3), False),
    ("number up to 2: unknown", SHOT % "number_at_most = 2", shot(), False),
    ("number from 2: two", SHOT % "number_at_least = 2", shot(number=2), True),
    ("number from 2: one", SHOT % "number_at_least = 2", shot(number=1), False),
    ("number from 2: unknown", SHOT % "number_at_least = 2", shot(), True),
    ("number from 2 up to 3: four", SHOT % "number_at_least = 2, number_at_most = 3", shot(number=4), False),
]


def reaction(at: float, today: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a diary with a shot 48 h ago and a headache `at` hours after it."""
    return {"shots": [{"hours": 48}], "before": {f"{48 - at} h": ACHE}, "today": today, **more}


def then(more: dict[str, Any]) -> dict[str, Any]:
    """Return a diary with a shot 72 h ago, a headache 8 h after it, and more entries since."""
    return {"shots": [{"hours": 72}], "before": {"64 h": ACHE, **more}, "today": PAIN}


# Entries between the reaction and today, and whether it is still to be told that it settled.
BETWEEN: list[tuple[str, dict[str, Any], bool]] = [
    ("told before", {"48 h": PAIN}, False),
    ("an entry before 24 h tells nothing", {f"{48 + MOMENT} h": PAIN}, True),
    ("an entry with it", {"40 h": ACHE}, True),
    ("an empty entry", {"40 h": {}}, True),
]

REACTIONS: list[tuple[str, str, dict[str, Any], bool]] = [
    *(
        (f"a comparison is an entry up to 48 h after the dose: {hours}", STRONGER, diary, holds)
        for hours, holds in ((0, True), (48, True), (48.1, False), (-0.1, False))
        for diary in [
            {
                "shots": [{"hours": 8}, {"days": 30}],
                "before": {f"{720 - hours} h": {"nausea": 1}},
                "today": {"nausea": 2},
            }
        ]
    ),
    ("expected: moderate", EXPECTED, {"shots": [{"hours": 8, "number": 1}], "today": {"headache": 2}}, True),
    ("expected: severe", EXPECTED, {"shots": [{"hours": 8, "number": 1}], "today": {"headache": 3}}, False),
    ("expected: after 24 h", EXPECTED, {"shots": [{"hours": 24, "number": 1}], "today": ACHE}, True),
    ("expected: a moment later", EXPECTED, {"shots": [{"hours": 24 + MOMENT, "number": 1}], "today": ACHE}, False),
    ("expected: the second dose", EXPECTED, {"shots": [{"hours": 8, "number": 2}], "today": ACHE}, True),
    ("expected: the third", EXPECTED, {"shots": [{"hours": 8, "number": 3}], "today": ACHE}, False),
    (
        "expected: only what may stand beside it",
        also(EXPECTED, "site-redness"),
        {"shots": [{"hours": 8, "number": 1}], "today": {"site-redness": 1}},
        False,
    ),
    *(
        (f"expected: fever {hours} h ago, 24 h and more before the shot", EXPECTED, diary, holds)
        for hours, holds in ((32, False), (32 + MOMENT, True), (9, False), (8, True))
        for diary in [
            {
                "shots": [{"hours": 8, "number": 1}],
                "before_temperature": {f"{hours} h": 38.2},
                "temperature": 38.2,
                "today": ACHE,
            }
        ]
    ),
    *(
        (f"expected: {celsius}", EXPECTED, diary, holds)
        for celsius, holds in ((38.9, True), (39.0, False))
        for diary in [{"shots": [{"hours": 8, "number": 1}], "temperature": celsius}]
    ),
    (
        "persists: gone today",
        also(PERSISTS),
        {"shots": [{"hours": 30}], "before": {"28 h": {"fever": 1}}, "today": PAIN},
        False,
    ),
    *(
        (f"persists: from {start} h after the shot", PERSISTS, diary, holds)
        for start, holds in ((-0.1, False), (0, True), (24, True), (24 + MOMENT, False))
        for diary in [{"shots": [{"hours": 30}], "before": {f"{30 - start} h": {"fever": 1}}, "today": {"fever": 1}}]
    ),
    *(
        (f"persists: for {minutes} minutes, 30 h after the shot", PERSISTS, diary, holds)
        for minutes, holds in ((360, True), (359, False), (1800, True), (1801, False))
        for diary in [{"shots": [{"hours": 30}], "today": {"fever": 1}, "minutes": {"fever": minutes}}]
    ),
    *(
        (f"persists: today, {hours} h after the shot, no minutes", PERSISTS, diary, False)
        for hours in (24, 24.008)
        for diary in [{"shots": [{"hours": hours}], "today": {"fever": 1}}]
    ),
    (
        "persists: ticked, but a reading says no",
        PERSISTS,
        {"shots": [{"hours": 30}], "before": {"28 h": {"fever": 1}}, "today": {"fever": 1}, "temperature": 37.0},
        False,
    ),
    *(
        (f"rising: {first}, {second}, {third}", RISING, diary, holds)
        for first, second, third, holds in (
            (1, 2, 3, True),
            (1, 2, 2, False),
            (1, 1, 2, False),
            (0, 1, 2, False),
            (2, 1, 3, False),
        )
        for diary in [
            {
                "shots": THREE,
                "before": {"1436 h": {"headache": first}, "716 h": {"headache": second}},
                "today": {"headache": third},
            }
        ]
    ),
    *(
        (f"rising: {hours} h after the second dose", RISING, diary, holds)
        for hours, holds in ((48, True), (48 + MOMENT, False))
        for diary in [
            {
                "shots": THREE,
                "before": {"1436 h": ACHE, f"{720 - hours} h": {"headache": 2}},
                "today": {"headache": 3},
            }
        ]
    ),
    (
        "rising: nothing is known of the first dose",
        RISING,
        {"shots": THREE, "before": {"716 h": {"headache": 2}}, "today": {"headache": 3}},
        False,
    ),
    (
        "rising: gone today",
        also(RISING),
        {
            "shots": [{"days": 60}, {"days": 30}, {"days": 2}],
            "before": {"1436 h": ACHE, "716 h": {"headache": 2}, "40 h": {"headache": 3}},
            "today": PAIN,
        },
        False,
    ),
    ("rising: two doses", RISING, {"shots": THREE[1:], "before": {"716 h": ACHE}, "today": {"headache": 2}}, False),
    *(
        (f"settled: a headache {at} h after the shot", SETTLED, reaction(at, PAIN), holds)
        for at, holds in ((-0.1, False), (0, True), (24, True), (24 + MOMENT, False))
    ),
    ("settled: moderate", SETTLED, {**reaction(8, PAIN), "before": {"40 h": {"headache": 2}}}, True),
    ("settled: severe", SETTLED, {**reaction(8, PAIN), "before": {"40 h": {"headache": 3}}}, False),
    ("settled: it is usual", SETTLED, reaction(8, PAIN, usual=ACHE), False),
    ("settled: still there", SETTLED, reaction(8, ACHE), False),
    ("settled: nothing is said today", SETTLED, reaction(8, {}), False),
    *(
        (f"settled: redness {at} h after the shot", SETTLED, diary, holds)
        for at, holds in ((72, True), (72 + MOMENT, False))
        for diary in [{"shots": [{"hours": 96}], "before": {f"{96 - at} h": {"site-redness": 1}}, "today": PAIN}]
    ),
    *(
        (f"settled: told {hours} h after the shot", SETTLED, diary, holds)
        for hours, holds in ((24, True), (24 - MOMENT, False))
        for diary in [{"shots": [{"hours": hours}], "before": {"20 h": ACHE}, "today": PAIN}]
    ),
    *(
        (f"settled: told on day {days}", SETTLED, diary, holds)
        for days, holds in ((7, True), (8, False))
        for diary in [{"shots": [{"days": days}], "before": {f"{days * 24 - 1} h": ACHE}, "today": PAIN}]
    ),
    *((f"settled: {why}", SETTLED, then(more), holds) for why, more, holds in BETWEEN),
]


def plan(**told: Any) -> dict[str, Any]:
    return {"today": PAIN, **told}


def two(first: float, second: float, number: int | None = None) -> dict[str, Any]:
    """Return a diary with two shots so many days ago, the later with a number."""
    return {"shots": [{"days": first}, {"days": second, "number": number}], "today": PAIN}


PLANS: list[tuple[str, str, dict[str, Any], bool]] = [
    *(
        (f"next dose after number {number}, {days} days on: within {within}", condition, diary, holds)
        for number, days, within, holds in (
            (1, 0, 7, True),
            (1, 0, 6, False),
            (None, 0, 7, True),
            (None, 0, 6, False),
            (2, 0, 7, True),
            (2, 0, 6, False),
            (3, 0, 14, True),
            (3, 0, 13, False),
            (4, 0, 31, True),
            (4, 0, 30, False),
            (1, 21, 7, True),
            (1, 22, 7, False),
        )
        for condition in [f"{{ next_dose_within_days = {within} }}"]
        for diary in [plan(shots=[{"days": days, "number": number}])]
    ),
    *(
        (
            f"every 28 days: within {within}",
            f"{{ next_dose_within_days = {within} }}",
            plan(shots=[{"days": 0, "number": 9}], schedule="28d"),
            holds,
        )
        for within, holds in ((28, True), (27, False))
    ),
    *(
        (f"missed: number {number}, {days} days ago", MISSED, diary, holds)
        for number, days, holds in ((1, 9, True), (1, 8, False), (9, 33, True), (9, 32, False))
        for diary in [plan(shots=[{"days": days, "number": number}], schedule="28d")]
    ),
    *(
        (f"missed: {days} days ago, of a month of 30 days", MISSED, diary, holds)
        for days, holds in ((35, True), (34, False))
        for diary in [plan(shots=[{"days": days, "number": 9}], schedule="month")]
    ),
    ("missed: no schedule", also(MISSED), plan(shots=[{"days": 40, "number": 9}]), False),
    ("too close: six days", CLOSE, two(10, 4), False),
    ("too close: five days", CLOSE, two(9, 4), True),
    ("too close: a monthly one after 21 days", CLOSE, two(25, 4, 9), False),
    ("too close: a monthly one after 20 days", CLOSE, two(24, 4, 9), True),
    ("too close: the fourth is no monthly one", CLOSE, two(24, 4, 4), False),
    ("too close: the fifth is", CLOSE, two(24, 4, 5), True),
    ("too close: told for seven days", CLOSE, two(12, 7), True),
    ("too close: not on the eighth", CLOSE, two(13, 8), False),
    ("too close: logged twice", CLOSE, {"shots": [{"hours": 2}, {"hours": 0}], "today": PAIN}, False),
    ("too close: a second too far apart", CLOSE, {"shots": [{"hours": 2.0002}, {"hours": 0}], "today": PAIN}, True),
    (
        "too close: the third log is the second one again",
        CLOSE,
        {
            "shots": [{"days": 10, "number": 1}, {"hours": 26, "number": 2}, {"hours": 25, "number": 2}],
            "today": PAIN,
        },
        False,
    ),
    *(
        (f"overdue: {why}", "{ test_overdue_days = 14 }", diary, holds)
        for why, due, results, holds in (
            ("15 days", 15, [], True),
            ("14 days", 14, [], False),
            ("another test was done", 15, [{"test": "igm", "value": 1, "days": 3}], True),
            ("done before it was due", 15, [{"test": "igg", "value": 9, "days": 16}], True),
            ("done on the day", 15, [{"test": "igg", "value": 9, "days": 15}], False),
            ("done today", 15, [{"test": "igg", "value": 9, "days": 0}], False),
            ("done tomorrow", 15, [{"test": "igg", "value": 9, "days": -1}], True),
        )
        for diary in [plan(schedule="month", tests_due={"igg": due}, results=results)]
    ),
]

TABLE = [*SINCE, *REACTIONS, *PLANS]


@pytest.mark.parametrize(
    ("condition", "diary", "holds"), [row[1:] for row in TABLE], ids=[f"{row[0]} ({row[3]})" for row in TABLE]
)
def test_condition(condition: str, diary: dict[str, Any], holds: bool) -> None:
    assert (saw(condition, diary) is not None) is holds


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 11, 15), date(2026, 12, 15)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 10, 31), date(2026, 11, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day: date, later: date) -> None:
    assert a_month_later(day) == later


def test_a_shot_is_shown_beside_what_is_of_today_and_alone_is_not_enough() -> None:
    assert saw(SHOT % "hours_at_most = 24", shot(hours=8)) == [
        {"symptom": "joint-pain", "entry": 0, "from": "tick"},
        {"value": "8.0 h", "from": "injection"},
    ]
    assert saw(SHOT % "hours_over = 24", {"today": PAIN}) == [{"symptom": "joint-pain", "entry": 0, "from": "tick"}]
    either = '{ any = [{ symptom = "joint-pain", at_least = 3 }, { shot = { hours_at_most = 24 } }] }'
    assert saw(either, shot(hours=8)) is None
