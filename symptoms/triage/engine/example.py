"""The short form of a rule's examples, spelled out as a case.

`today` and `before` ("5 days", "20 h") map symptoms to grades, "?" for none given. `shots` and `results` are
told by how long ago they were, the answers to questions by the symptoms they belong to.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from symptoms.triage.engine.rules import Example

NOW: Final = datetime(2026, 10, 12, 10, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
KEYS: Final = {
    *("today", "temperature", "note", "minutes", "sudden", "not_sudden", "yes", "no", "usual", "settings"),
    *("before", "before_temperature", "before_sudden", "before_not_sudden", "before_minutes"),
    *("shots", "results", "hepatitis_b", "relapses", "schedule", "tests_due"),
    *("expected", "expected_until", "urgent"),
}


def case_of(example: Example) -> dict[str, Any]:
    """Return the example as a case. KeyError names a key that the short form does not have."""
    told = example.case
    for key in told:
        if key not in KEYS:
            raise KeyError(key)
    return {
        "id": example.why,
        "patient": {
            "baseline": [{"id": one, "severity": _grade(grade)} for one, grade in told.get("usual", {}).items()],
            "settings": told.get("settings"),
            "hepatitis_b": told.get("hepatitis_b"),
            "relapses": [_day(days) for days in told.get("relapses", [])],
            "expected": _expected(told),
        },
        "injections": [
            {"at": _clock(NOW - _ago(shot)), "number": shot.get("number")} for shot in told.get("shots", [])
        ],
        "results": [_result(result) for result in told.get("results", [])],
        "schedule": _schedule(told),
        "entries": [*_before(told), _entry(NOW, told, "", told.get("today", {}), told.get("temperature"))],
    }


def _expected(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    last = told.get("expected_until", 0)
    return [
        {"id": symptom, "severity": grade, "first": _day(last + 20), "last": _day(last)}
        for symptom, grade in told.get("expected", {}).items()
    ]


def _before(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    logged, taken = told.get("before", {}), told.get("before_temperature", {})
    spans = sorted(logged.keys() | taken.keys(), key=_span, reverse=True)
    return [_entry(NOW - _span(one), told, "before_", logged.get(one, {}), taken.get(one)) for one in spans]


def _entry(
    at: datetime, told: Mapping[str, Any], prefix: str, symptoms: Mapping[str, Any], celsius: float | None
) -> dict[str, Any]:
    return {
        "at": _clock(at),
        "temperature_c": celsius,
        "note": None if prefix else told.get("note"),
        "urgent": None if prefix else told.get("urgent"),
        "symptoms": [_tick(one, grade, told, prefix) for one, grade in symptoms.items()],
    }


def _tick(symptom: str, grade: Any, told: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    tick: dict[str, Any] = {
        "id": symptom,
        "severity": _grade(grade),
        "minutes": told.get(f"{prefix}minutes", {}).get(symptom),
    }
    if symptom in told.get(f"{prefix}sudden", []):
        tick["sudden"] = True
    if symptom in told.get(f"{prefix}not_sudden", []):
        tick["sudden"] = False
    for answer in () if prefix else ("yes", "no"):
        for question, symptoms in told.get(answer, {}).items():
            if symptom in symptoms:
                tick[question] = answer
    return tick


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in result.items() if key != "days"}
    return rest | {"on": _day(result.get("days", 0))}


def _schedule(told: Mapping[str, Any]) -> dict[str, Any] | None:
    if "schedule" not in told:
        return None
    tests = [{"test": test, "due": _day(days)} for test, days in told.get("tests_due", {}).items()]
    return {"interval": told["schedule"], "tests": tests}


def _grade(grade: Any) -> Any:
    return None if grade == "?" else grade


def _ago(shot: Mapping[str, Any]) -> timedelta:
    return timedelta(hours=shot.get("hours", 0), days=shot.get("days", 0))


def _span(told: str) -> timedelta:
    amount, unit = told.split()
    return float(amount) * (HOUR if unit == "h" else DAY)


def _day(days: int) -> str:
    return (NOW - days * DAY).date().isoformat()


def _clock(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")
