"""The words of the rules about numbers, results and patterns over days: each limit from both sides."""

from typing import Any

import pytest

from tests.triage.engine.rules_under_test import saw

PAIN: dict[str, Any] = {"joint-pain": 1}
SIGNS = '{ signs_over_days = [["clumsy"], ["unsteady", "falls"]], at_least = 2, days = 21 }'
WORSENING = '{ worsening = "fatigue", by = 1, days = 14 }'
MEDIAN = '{ above_median = "fatigue", by = 2, days = 28, skip_hours_after_shot = 48 }'
EPISODES = '{ episodes_of = ["cough", "sore-throat"], at_least = 2, within_days = 90 }'
LATELY = '{ infection_lately = ["fever", "sore-throat"], within_days = 14 }'
RELAPSE = '{ all = [{ symptom = "joint-pain" }, { no_relapse_for_days = 30 }] }'
LOW = '{ result = ["platelets"], below_lower = true }'
HIGH = '{ result = ["alt"], times_upper_over = 3.0 }'
OUTSIDE = '{ result = ["alt"], outside = true }'
BLOOD = '{ all = [{ symptom = "cough" }, { note_says = ["blood", "a lot"] }] }'
URGENT = '{ all = [{ symptom = "joint-pain" }, { urgent_for_patient = true }] }'


def also(condition: str) -> str:
    """Return the condition in company, so that it may hold without having seen anything of today itself."""
    return f'{{ all = [{{ symptom = "joint-pain" }}, {condition}] }}'


def result(test: str, value: float, **told: Any) -> dict[str, Any]:
    return {"results": [{"test": test, "value": value, **told}], "today": PAIN}


NUMBERS: list[tuple[str, str, dict[str, Any], bool]] = [
    *(
        (f"{condition} {celsius}", f"{{ {condition} }}", {"temperature": celsius}, holds)
        for condition, celsius, holds in (
            ("temperature_at_least = 39.5", 39.4, False),
            ("temperature_at_least = 39.5", 39.5, True),
            ("temperature_below = 36.0", 35.9, True),
            ("temperature_below = 36.0", 36.0, False),
            ("temperature_of_fever = true", 37.9, False),
            ("temperature_of_fever = true", 38.0, True),
        )
    ),
    (
        "the patient's own threshold",
        "{ temperature_of_fever = true }",
        {
            "settings": {"fever_c": 37.6},
            "temperature": 37.6,
        },
        True,
    ),
    (
        "a reading of yesterday",
        also("{ temperature_of_fever = true }"),
        {
            "before_temperature": {"1 day": 39.0},
            "today": PAIN,
        },
        False,
    ),
    ("nobody took it", also("{ no_reading_today = true }"), {"today": PAIN}, True),
    ("somebody did", also("{ no_reading_today = true }"), {"temperature": 36.8, "today": PAIN}, False),
    ("below: at the limit", '{ result = ["igg"], below = 3.0 }', result("igg", 3), False),
    ("below: under it", '{ result = ["igg"], below = 3.0 }', result("igg", 2.99), True),
    ("the lab's lower limit: at it", LOW, result("platelets", 150, lower_limit=150), False),
    ("the lab's lower limit: under it", LOW, result("platelets", 149.9, lower_limit=150), True),
    ("the lab's lower limit: none", LOW, result("platelets", 1), False),
    ("the lab's upper limit is not asked about", LOW, result("platelets", 900, upper_limit=400), False),
    ("three times the limit", HIGH, result("alt", 120, upper_limit=40), False),
    ("over three times the limit", HIGH, result("alt", 120.1, upper_limit=40), True),
    ("a limit of 0 has no multiple", HIGH, result("alt", 5, upper_limit=0), False),
    ("a limit of 1 has", HIGH, result("alt", 5, upper_limit=1), True),
    ("no limit, no multiple", HIGH, result("alt", 500), False),
    ("too low is not too high", HIGH, result("alt", 1, lower_limit=5, upper_limit=40), False),
    ("outside: at the upper limit", OUTSIDE, result("alt", 40, lower_limit=5, upper_limit=40), False),
    ("outside: over it", OUTSIDE, result("alt", 40.1, lower_limit=5, upper_limit=40), True),
    ("outside: at the lower limit", OUTSIDE, result("alt", 5, lower_limit=5, upper_limit=40), False),
    ("outside: under it", OUTSIDE, result("alt", 4.9, lower_limit=5, upper_limit=40), True),
    ("outside: above a limit of 0", OUTSIDE, result("alt", 5, upper_limit=0), True),
    ("a result of 14 days ago", OUTSIDE, result("alt", 50, upper_limit=40, days=14), True),
    ("a result of 15 days ago", OUTSIDE, result("alt", 50, upper_limit=40, days=15), False),
    ("a result of tomorrow", OUTSIDE, result("alt", 50, upper_limit=40, days=-1), False),
    (
        "a newer one is well",
        OUTSIDE,
        {
            "results": [
                {"test": "alt", "value": 20, "upper_limit": 40, "days": 1},
                {"test": "alt", "value": 50, "upper_limit": 40, "days": 2},
            ],
            "today": PAIN,
        },
        False,
    ),
    (
        "limits are read in the unit of the value",
        '{ result = ["igg"], below_lower = true }',
        result("igg", 650, unit="mg/dL", lower_limit=700, upper_limit=1600),
        True,
    ),
    ("mg/dL are no g/L", '{ result = ["igg"], below = 5.0 }', result("igg", 650, unit="mg/dL"), False),
    ("the word", BLOOD, {"note": "Some BLOOD came up.", "today": {"cough": 1}}, True),
    ("half a word", BLOOD, {"note": "My bloody cat.", "today": {"cough": 1}}, False),
    ("no, shortly before", BLOOD, {"note": "There was no real blood", "today": {"cough": 1}}, False),
    ("no, in another clause", BLOOD, {"note": "No pain, but blood", "today": {"cough": 1}}, True),
    ("no, 25 characters before", BLOOD, {"note": f"no {'x' * 23} blood", "today": {"cough": 1}}, True),
    ("no, once, and then yes", BLOOD, {"note": "no blood at noon; blood now", "today": {"cough": 1}}, True),
    ("several spaces", BLOOD, {"note": "a  lot of it", "today": {"cough": 1}}, True),
    ("a curly apostrophe", BLOOD, {"note": "it wasn\u2019t blood", "today": {"cough": 1}}, False),
]

PEOPLE: list[tuple[str, str, dict[str, Any], bool]] = [
    ("urgent", URGENT, {"today": PAIN, "before": {"1 day": PAIN}, "urgent": "yes"}, True),
    *((f"urgent: {told}", URGENT, {"today": PAIN, "urgent": told}, False) for told in ("no", "unsure", None)),
    *(
        (f"a relapse {days} days ago", RELAPSE, {"relapses": [days], "today": PAIN}, holds)
        for days, holds in ((-1, True), (0, False), (29, False), (30, True))
    ),
    *(
        (
            f"hepatitis B: {told}",
            also('{ hepatitis_b = "core-positive" }'),
            {
                "hepatitis_b": told,
                "today": PAIN,
            },
            holds,
        )
        for told, holds in (("core-positive", True), ("negative", False), (None, False))
    ),
    *(
        (
            f"strict mode: {told}",
            also('{ setting = "strict_mode" }'),
            {
                "settings": {"strict_mode": told},
                "today": PAIN,
            },
            told,
        )
        for told in (True, False)
    ),
    (
        "two of three",
        '{ count_of = [{ symptom = "cough" }, { symptom = "fever" }, { symptom = "rash" }], at_least = 2 }',
        {
            "today": {"cough": 1, "rash": 1},
        },
        True,
    ),
    (
        "one of three",
        '{ count_of = [{ symptom = "cough" }, { symptom = "fever" }, { symptom = "rash" }], at_least = 2 }',
        {
            "today": {"cough": 1},
        },
        False,
    ),
    (
        "none of them",
        '{ all = [{ symptom = "joint-pain" }, { none = [{ symptom = "cough" }, { symptom = "rash" }] }] }',
        {
            "today": PAIN,
        },
        True,
    ),
    (
        "none, but one is",
        '{ all = [{ symptom = "joint-pain" }, { none = [{ symptom = "cough" }, { symptom = "rash" }] }] }',
        {
            "today": {**PAIN, "rash": 1},
        },
        False,
    ),
]


def days(**logged: dict[str, Any]) -> dict[str, Any]:
    """Return a diary: d3 is three days ago, d0 today."""
    today = logged.pop("d0", PAIN)
    return {"before": {f"{day[1:]} days": ticks for day, ticks in logged.items()}, "today": today}


PATTERNS: list[tuple[str, str, dict[str, Any], bool]] = [
    ("two signs, two days", SIGNS, days(d3={"clumsy": 1}, d0={"unsteady": 1}), True),
    ("two signs, one day", SIGNS, days(d0={"unsteady": 1, "clumsy": 1}), False),
    ("one sign, two days", SIGNS, days(d3={"clumsy": 1}, d0={"clumsy": 2}), False),
    ("two names of one sign", SIGNS, days(d3={"falls": 1}, d0={"unsteady": 1}), False),
    ("21 days apart", SIGNS, days(d21={"clumsy": 1}, d0={"unsteady": 1}), True),
    ("22 days apart", SIGNS, days(d22={"clumsy": 1}, d0={"unsteady": 1}), False),
    ("it began suddenly", SIGNS, {**days(d3={"clumsy": 1}, d0={"unsteady": 1}), "sudden": ["unsteady"]}, False),
    (
        "not new, and as bad",
        SIGNS,
        days(d30={"unsteady": 1}, d12={"unsteady": 1}, d3={"clumsy": 1, "unsteady": 1}, d0={"unsteady": 1}),
        False,
    ),
    (
        "not new, but worse by one",
        SIGNS,
        days(d30={"unsteady": 1}, d12={"unsteady": 1}, d3={"clumsy": 1, "unsteady": 1}, d0={"unsteady": 2}),
        True,
    ),
    ("worse by one", WORSENING, days(d3={"fatigue": 1}, d0={"fatigue": 2}), True),
    ("as it was at best", WORSENING, days(d3={"fatigue": 2}, d1={"fatigue": 3}, d0={"fatigue": 2}), False),
    ("the best of 14 days", WORSENING, days(d14={"fatigue": 1}, d1={"fatigue": 2}, d0={"fatigue": 2}), True),
    ("the best of 15 days ago", WORSENING, days(d15={"fatigue": 1}, d1={"fatigue": 2}, d0={"fatigue": 2}), False),
    (
        "this morning is today",
        WORSENING,
        {
            "before": {"1 day": {"fatigue": 2}, "2 h": {"fatigue": 1}},
            "today": {"fatigue": 2},
        },
        False,
    ),
    ("above the usual", WORSENING, {"usual": {"fatigue": 1}, "today": {"fatigue": 2}}, True),
    ("just the usual", WORSENING, {"usual": {"fatigue": 2}, "today": {"fatigue": 2}}, False),
    ("nothing before", WORSENING, {"today": {"fatigue": 1}}, True),
    (
        "two above the median",
        MEDIAN,
        days(d9={"fatigue": 1}, d6={"fatigue": 1}, d3={"fatigue": 3}, d0={"fatigue": 3}),
        True,
    ),
    (
        "one above the median",
        MEDIAN,
        days(d9={"fatigue": 1}, d6={"fatigue": 2}, d3={"fatigue": 2}, d0={"fatigue": 3}),
        False,
    ),
    ("the median of 28 days", MEDIAN, days(d28={"fatigue": 1}, d0={"fatigue": 2}), False),
    ("29 days ago is left out", MEDIAN, days(d29={"fatigue": 1}, d0={"fatigue": 2}), True),
    (
        "the worst of a day counts",
        MEDIAN,
        {
            "before": {"31 h": {"fatigue": 2}, "30 h": {"fatigue": 1}},
            "today": {"fatigue": 3},
        },
        False,
    ),
    (
        "this morning is no history",
        MEDIAN,
        {
            "before": {"30 h": {"fatigue": 1}, "2 h": {"fatigue": 3}},
            "today": {"fatigue": 3},
        },
        True,
    ),
    (
        "days after a shot are left out",
        MEDIAN,
        {
            "shots": [{"days": 6}],
            "before": {"10 days": {"fatigue": 1}, "5 days": {"fatigue": 3}, "4 days": {"fatigue": 3}},
            "today": {"fatigue": 3},
        },
        True,
    ),
    (
        "but for the 49th hour",
        MEDIAN,
        {
            "shots": [{"days": 6}],
            "before": {"10 days": {"fatigue": 1}, "94 h": {"fatigue": 3}, "70 h": {"fatigue": 3}},
            "today": {"fatigue": 3},
        },
        False,
    ),
    (
        "today is a day after a shot",
        MEDIAN,
        {
            "shots": [{"days": 1}],
            "before": {"10 days": {"fatigue": 1}},
            "today": {"fatigue": 3},
        },
        False,
    ),
    (
        "not above the usual by two",
        MEDIAN,
        {
            "usual": {"fatigue": 2},
            "before": {"3 days": {"fatigue": 1}},
            "today": {"fatigue": 3},
        },
        False,
    ),
    (
        "the symptom is not there",
        also('{ above_median = "fatigue", by = 1, days = 28, skip_hours_after_shot = 48 }'),
        {
            "today": PAIN,
        },
        False,
    ),
    ("14 days apart are two", EPISODES, days(d14={"cough": 1}, d0={"sore-throat": 1}), True),
    ("13 days apart are one", EPISODES, days(d13={"cough": 1}, d0={"sore-throat": 1}), False),
    ("one that goes on", EPISODES, days(d26={"cough": 1}, d13={"cough": 1}, d0={"cough": 1}), False),
    ("90 days ago", EPISODES, days(d90={"cough": 1}, d0={"cough": 1}), True),
    ("91 days ago", EPISODES, days(d91={"cough": 1}, d0={"cough": 1}), False),
    ("none today", also(EPISODES), days(d40={"cough": 1}, d20={"cough": 1}), False),
    ("14 days ago", also(LATELY), days(d14={"sore-throat": 1}), True),
    ("15 days ago", also(LATELY), days(d15={"sore-throat": 1}), False),
    *(
        (f"fever of {celsius}, {at} h after the shot", also(LATELY), diary, holds)
        for celsius, at, holds in (
            (38.5, 20, False),
            (38.9, 24, False),
            (38.5, 24.01, True),
            (39.0, 20, True),
            (38.5, -1, True),
        )
        for diary in [{"shots": [{"hours": 96}], "before_temperature": {f"{96 - at} h": celsius}, "today": PAIN}]
    ),
    (
        "fever without a reading after a shot",
        also(LATELY),
        {
            "shots": [{"hours": 96}],
            "before": {"90 h": {"fever": 1}},
            "today": PAIN,
        },
        True,
    ),
]

TABLE = [*NUMBERS, *PEOPLE, *PATTERNS]


@pytest.mark.parametrize(
    ("condition", "diary", "holds"), [row[1:] for row in TABLE], ids=[f"{row[0]} ({row[3]})" for row in TABLE]
)
def test_condition(condition: str, diary: dict[str, Any], holds: bool) -> None:
    assert (saw(condition, diary) is not None) is holds


def test_urgent_is_asked_of_this_entry_alone() -> None:
    entries = [
        {"at": f"2026-10-1{n}T10:00", "urgent": answer, "symptoms": [{"id": "joint-pain"}]}
        for n, answer in enumerate(["yes", None])
    ]
    assert saw(URGENT, {"entries": entries}) is None


def test_each_episode_is_shown_by_its_first_day_and_today() -> None:
    diary = days(d40={"cough": 1}, d39={"cough": 1}, d20={"cough": 1}, d19={"cough": 1}, d0={"cough": 1})
    assert [one["entry"] for one in saw(EPISODES, diary) or []] == [0, 2, 4]


def test_a_result_is_shown_in_its_tests_own_unit() -> None:
    diary = result("bilirubin", 3, unit="mg/dL", upper_limit=1)
    seen = saw('{ result = ["bilirubin"], outside = true }', diary)
    assert seen == [{"value": "bilirubin 51.3 umol/L", "from": "result"}]
