"""Cases that cannot be answered: each gets what is wrong, and where; and odd ones that can."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from symptoms.triage.engine import CaseError, ExpectedLevel, Tick, answer, case_from_json
from symptoms.triage.engine.case import with_note_ticks
from tests.triage.engine.rules_under_test import ask, rule_set

GOOD: dict[str, Any] = {
    "id": "good",
    "patient": {
        "country": "us",
        "time_zone": "America/New_York",
        "baseline": ["fatigue", {"id": "numbness", "severity": 1}],
        "settings": {"strict_mode": False, "fever_c": 38.0, "cough_days": 3},
        "hepatitis_b": "negative",
        "relapses": ["2026-01-05"],
        "expected": [{"id": "joint-pain", "severity": 3, "first": "2026-10-01", "last": "2026-10-31"}],
    },
    "injections": [{"at": "2026-10-01T09:00", "number": 9, "site": "thigh-left"}],
    "results": [
        {
            "on": "2026-10-10",
            "test": "alt",
            "value": 30,
            "unit": "U/L",
            "lower_limit": 5,
            "upper_limit": 40,
        }
    ],
    "schedule": {"interval": "28d", "tests": [{"test": "igg", "due": "2026-12-01"}]},
    "entries": [
        {"at": "2026-10-11T18:00:30", "symptoms": [{"id": "headache", "severity": 1}]},
        {
            "at": "2026-10-12T18:00",
            "temperature_c": 36.9,
            "note": "ok",
            "urgent": "no",
            "symptoms": [{"id": "fatigue", "severity": 1, "sudden": "unsure", "minutes": 60, "side": "both"}],
        },
    ],
}
TICK = "entries.1.symptoms.0"
EXPECTED = "patient.expected.0"


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the good case with one value put in or replaced."""
    case: Any = deepcopy(GOOD)
    *way, last = path.split(".")
    place = case
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[int(last) if last.isdigit() else last] = value
    return dict(case)


def error(case: Any) -> str:
    said = answer(case, rule_set())
    assert said.keys() == {"id", "error"}
    return str(said["error"])


def test_the_good_case_is_answered() -> None:
    facts = case_from_json(GOOD, rule_set().home_tiers)
    assert facts.patient.country == "US"
    assert facts.entries[-1].day.isoformat() == "2026-10-12"
    assert "error" not in answer(GOOD, rule_set())


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (f"{TICK}.severity", 9, "entries[1].symptoms[0].severity: must be a whole number from 0 to 4"),
        (f"{TICK}.severity", -1, "severity: must be a whole number"),
        (f"{TICK}.severity", 1.5, "severity: must be a whole number"),
        (f"{TICK}.severity", True, "severity: must be a whole number"),
        (f"{TICK}.severity", "2", "severity: must be a whole number"),
        (f"{TICK}.id", "tummyache", "entries[1].symptoms[0].id: unknown symptom 'tummyache'"),
        (f"{TICK}.id", None, "symptoms[0].id: unknown symptom None"),
        (f"{TICK}.id", ["fever"], "symptoms[0].id: unknown symptom"),
        (f"{TICK}.sudden", "maybe", "symptoms[0].sudden: must be one of yes, no, unsure"),
        (f"{TICK}.sudden", 1, "symptoms[0].sudden: must be one of"),
        (f"{TICK}.minutes", 100_001, "minutes: must be a whole number from 0 to 100000"),
        (f"{TICK}.side", "top", "side: must be one of left, right, both"),
        (f"{TICK}.severty", 2, "symptoms[0].severty: unknown key"),
        (TICK, "fatigue", "entries[1].symptoms[0]: must be an object"),
        ("entries.1.symptoms", {}, "entries[1].symptoms: must be a list"),
        ("entries.1.temperature_c", 29.9, "entries[1].temperature_c: must be a number from 30 to 45"),
        ("entries.1.temperature_c", 100.4, "temperature_c: must be a number"),
        ("entries.1.temperature_c", "38", "temperature_c: must be a number"),
        ("entries.1.temperature_c", float("nan"), "temperature_c: must be a number"),
        ("entries.1.note", 5, "entries[1].note: must be a text"),
        ("entries.1.at", None, "entries[1].at: must be a local time"),
        ("entries.1.at", "2026-10-12T18:00Z", "entries[1].at: must be a local time"),
        ("entries.1.at", "2026-10-12T18:00+02:00", "entries[1].at: must be a local time"),
        ("entries.1.at", "2026-10-12", "entries[1].at: must be a local time"),
        ("entries.1.at", "2026-13-12T18:00", "entries[1].at: month must be"),
        ("entries.1.at", "0001-01-01T00:00", "entries[1].at: the year is out of range"),
        ("entries.1.at", "2026-10-10T18:00", "entries[1].at: is earlier than the entry before it"),
        ("entries.1", None, "entries[1]: must be an object"),
        ("entries", [], "entries: must be a list with at least one entry"),
        ("entries", None, "entries: must be a list"),
        ("entries", {}, "entries: must be a list"),
        ("patient", [], "patient: must be an object"),
        ("patient.time_zone", "Europe/Atlantis", "patient.time_zone: unknown time zone 'Europe/Atlantis'"),
        ("patient.time_zone", "../etc/passwd", "patient.time_zone: unknown time zone"),
        ("patient.time_zone", "Europe", "patient.time_zone: unknown time zone"),
        ("patient.time_zone", 5, "patient.time_zone: must be a name"),
        ("patient.country", "Atlantis", "patient.country: must be a country code"),
        ("patient.country", 1, "patient.country: must be a country code"),
        ("patient.nickname", "Ana", "patient.nickname: unknown key"),
        ("patient.baseline", "fatigue", "patient.baseline: must be a list"),
        ("patient.baseline.0", "tired", "patient.baseline[0]: unknown symptom"),
        ("patient.baseline.0", 5, "patient.baseline[0]: must be an object"),
        ("patient.baseline.1.severity", 5, "patient.baseline[1].severity: must be a whole number"),
        ("patient.settings", 1, "patient.settings: must be an object"),
        ("patient.settings.strict_mode", "yes", "patient.settings.strict_mode: must be true or false"),
        ("patient.settings.fever_c", 38.1, "patient.settings.fever_c: must be a number from 37.5 to 38"),
        ("patient.settings.fever_c", 37.4, "patient.settings.fever_c: must be a number"),
        ("patient.settings.cough_days", 0, "patient.settings.cough_days: must be a whole number from 1 to 21"),
        ("patient.settings.cough_days", 22, "cough_days: must be a whole number"),
        ("patient.hepatitis_b", "maybe", "patient.hepatitis_b: must be one of core-positive, negative"),
        ("patient.relapses.0", "last year", "patient.relapses[0]: must be a date"),
        ("patient.relapses.0", "2026-02-30", "patient.relapses[0]: day is out of range"),
        ("patient.expected", {}, "patient.expected: must be a list"),
        ("patient.expected.0", "joint-pain", "patient.expected[0]: must be an object"),
        (f"{EXPECTED}.id", "sore-joint", "patient.expected[0].id: unknown symptom 'sore-joint'"),
        (f"{EXPECTED}.severity", None, "patient.expected[0].severity: is missing"),
        (f"{EXPECTED}.first", None, "patient.expected[0].first: must be a date"),
        (f"{EXPECTED}.first", "2026-02-30", "patient.expected[0].first: day is out of range"),
        (f"{EXPECTED}.first", "2026-09-30", "expected[0].last: must be at most 30 days after the first"),
        (f"{EXPECTED}.last", "2026-09-30", "patient.expected[0].last: must be at most 30 days after the first"),
        (f"{EXPECTED}.last", 31, "patient.expected[0].last: must be a date"),
        ("entries.1.urgent", "very", "entries[1].urgent: must be one of yes, no, unsure"),
        ("entries.1.urgent", 1, "entries[1].urgent: must be one of"),
        ("injections.0.at", None, "injections[0].at: must be a local time"),
        ("injections.0.number", 0, "injections[0].number: must be a whole number from 1 to 999"),
        ("injections.0.site", "foot", "injections[0].site: must be one of thigh-left"),
        ("injections.0", 5, "injections[0]: must be an object"),
        ("results.0.test", "sugar", "results[0].test: must be one of alt"),
        ("results.0.test", None, "results[0].test: is missing"),
        ("results.0.unit", "mg/dL", "results[0].unit: must be one of U/L, IU/L"),
        ("results.0.value", None, "results[0].value: is missing"),
        ("results.0.value", -1, "results[0].value: must be a number"),
        ("results.0.value", float("inf"), "results[0].value: must be a number"),
        ("results.0.value", 10**400, "results[0].value: must be a number"),
        ("results.0.lower_limit", 50, "results[0].lower_limit: is above the upper limit"),
        ("results.0.on", "2026-10-10T10:00", "results[0].on: must be a date"),
        ("schedule", [], "schedule: must be an object"),
        ("schedule.interval", "week", "schedule.interval: must be one of month, 28d"),
        ("schedule.tests.0.due", None, "schedule.tests[0].due: must be a date"),
        ("schedule.tests.0.test", None, "schedule.tests[0].test: is missing"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path: str, value: Any, says: str) -> None:
    case = changed(path, value)
    assert says in error(case)
    with pytest.raises(CaseError):
        case_from_json(case, rule_set().home_tiers)


@pytest.mark.parametrize(
    ("path", "least", "most", "step"),
    [
        (f"{TICK}.severity", 0, 4, 1),
        (f"{TICK}.minutes", 0, 100_000, 1),
        ("entries.1.temperature_c", 30, 45, 0.01),
        ("patient.baseline.1.severity", 0, 4, 1),
        (f"{EXPECTED}.severity", 1, 4, 1),
        ("patient.settings.fever_c", 37.5, 38, 0.01),
        ("patient.settings.cough_days", 1, 21, 1),
        ("injections.0.number", 1, 999, 1),
        ("results.0.value", 0, 1e12, 0.01),
        ("results.0.lower_limit", 0, 40, 0.01),
        ("results.0.upper_limit", 5, 1e12, 0.01),
    ],
)
def test_the_limits_themselves_are_taken_and_nothing_beyond(path: str, least: float, most: float, step: float) -> None:
    for value in (least, most):
        assert "error" not in answer(changed(path, value), rule_set())
    for value in (least - step, most + step, float("nan"), True):
        assert path.rsplit(".", 1)[1].split("_")[-1] in error(changed(path, value))


@pytest.mark.parametrize(
    "place",
    [
        ("patient",),
        ("patient", "baseline", 1),
        ("patient", "settings"),
        ("patient", "expected", 0),
        ("injections", 0),
        ("results", 0),
        ("schedule",),
        ("schedule", "tests", 0),
        ("entries", 1),
        ("entries", 1, "symptoms", 0),
    ],
)
def test_no_table_takes_a_key_that_it_does_not_know(place: tuple[str | int, ...]) -> None:
    case: Any = deepcopy(GOOD)
    table = case
    for step in place:
        table = table[step]
    table["nickname"] = None
    assert "nickname: unknown key" in error(case)


@pytest.mark.parametrize(("year", "good"), [(1899, False), (1900, True), (2200, True), (2201, False)])
def test_years_of_people_alive_are_taken(year: int, good: bool) -> None:
    said = answer({"id": 1, "entries": [{"at": f"{year}-06-01T10:00"}]}, rule_set())
    assert ("error" not in said) is good


@pytest.mark.parametrize(("first", "last"), [("2026-10-12", "2026-10-12"), ("2026-10-12", "2026-11-11")])
def test_an_expected_level_may_last_from_one_day_to_30_after_it(first: str, last: str) -> None:
    level = {"id": "joint-pain", "severity": 3, "first": first, "last": last}
    assert "error" not in answer(changed(EXPECTED, level), rule_set())


def test_what_is_expected_is_read_as_told() -> None:
    [level] = case_from_json(GOOD, rule_set().home_tiers).patient.expected
    assert level == ExpectedLevel("joint-pain", 3, date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("told", "read"), [(True, "yes"), (False, "no"), ("yes", "yes"), ("unsure", "unsure"), (None, None)]
)
def test_whether_it_is_urgent_may_be_told_as_a_word_or_as_true(told: Any, read: str | None) -> None:
    facts = case_from_json(changed("entries.1.urgent", told), rule_set().home_tiers)
    assert [entry.urgent for entry in facts.entries] == [None, read]


@pytest.mark.parametrize("case", [None, 5, "case", ["case"]])
def test_what_is_no_object_has_no_id(case: Any) -> None:
    assert answer(case, rule_set()) == {"id": None, "error": "case: must be an object"}


@pytest.mark.parametrize("name", [None, True, ["x"], 1.5])
def test_a_case_without_an_id_says_so(name: Any) -> None:
    assert answer({**GOOD, "id": name}, rule_set()) == {"id": None, "error": "case.id: is missing"}


@pytest.mark.parametrize(
    "path",
    ["patient", "injections", "results", "schedule", "entries.1.note", f"{TICK}.severity", f"{TICK}.minutes"],
)
def test_null_is_the_same_as_missing(path: str) -> None:
    assert "error" not in answer(changed(path, None), rule_set())


def test_only_entries_are_needed() -> None:
    said = ask({"entries": [{"at": "2026-10-12T18:00"}]})
    assert (said["tier"], said["checked"], said["rules"]) == ("none", True, [])


def test_settings_of_null_are_the_usual_ones() -> None:
    case = changed("patient.settings", {"strict_mode": None, "fever_c": None, "cough_days": None})
    settings = case_from_json(case, rule_set().home_tiers).patient.settings
    assert (settings.strict_mode, settings.fever_c, settings.cough_days) == (False, 38.0, 3)


def test_two_entries_at_one_minute_stand_in_the_order_of_the_list() -> None:
    entries = [{"at": "2026-10-12T18:00"}, {"at": "2026-10-12T18:00", "symptoms": [{"id": "fever"}]}]
    assert ask({"entries": entries})["rules"][0]["because"][0]["entry"] == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-03-29T01:30", "2026-03-29T02:10"),
        ("2026-03-29T02:10", "2026-03-29T01:30"),
        ("2026-10-25T01:50", "2026-10-25T01:10"),
        ("2026-10-25T01:10", "2026-10-25T01:50"),
    ],
)
def test_around_a_clock_change_neither_order_is_malformed(first: str, second: str) -> None:
    case = {"id": 1, "patient": {"time_zone": "Europe/London"}, "entries": [{"at": first}, {"at": second}]}
    assert "error" not in answer(case, rule_set())


def test_the_higher_of_two_grades_counts() -> None:
    ticks = [{"id": "joint-pain", "severity": 1}, {"id": "joint-pain", "severity": 4}]
    said = ask({"entries": [{"at": "2026-10-12T18:00", "symptoms": ticks}]})
    assert said["rules"][0]["id"] == "S21-very-severe-any"


def test_a_note_adds_and_changes_nothing() -> None:
    ticks = (Tick("fever", 1), Tick("cough", 0))
    found = with_note_ticks(ticks, ["fever", "cough", "hives", "hives"])
    assert found == (*ticks, Tick("cough", source="note"), Tick("hives", source="note"))


def test_a_symptom_of_the_note_is_told_as_such() -> None:
    case = {"id": 1, "entries": [{"at": "2026-10-12T18:00", "note": "hives on my arm"}]}
    said = answer(case, rule_set(), lambda note: ["hives"] if "hives" in note else [])
    assert said["tier"] == "same-day"
    assert said["rules"][0]["because"] == [{"symptom": "hives", "entry": 0, "from": "note"}]
