"""Every rule against its own examples and near misses, as the curator wrote them beside it."""

import pytest

from symptoms.triage.engine.example import case_of
from symptoms.triage.engine.rules import Example
from tests.triage.engine.rules_under_test import ask, ids, rule_set

HOLDS = [(rule.id, example) for rule in rule_set().rules.values() for example in rule.holds]
MISSES = [(rule.id, example) for rule in rule_set().rules.values() for example in rule.near_misses]


def name(value: object) -> str:
    return value.why if isinstance(value, Example) else str(value)


@pytest.mark.parametrize(("rule", "example"), HOLDS, ids=name)
def test_rule_holds_for_its_example(rule: str, example: Example) -> None:
    held = ids(ask(case_of(example)))
    assert rule in held
    assert example.tier in (None, held[rule])


@pytest.mark.parametrize(("rule", "example"), MISSES, ids=name)
def test_rule_does_not_hold_for_its_near_miss(rule: str, example: Example) -> None:
    said = ask(case_of(example))
    assert said["checked"]
    assert rule not in ids(said)


def test_an_example_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError, match="tomorrow"):
        case_of(Example("why", {"tomorrow": {}}))


def test_the_short_form_is_spelled_out_as_a_case() -> None:
    short = {
        "today": {"fever": "?", "vision-blurred": 2},
        "temperature": 38.4,
        "note": "hot",
        "urgent": "yes",
        "minutes": {"fever": 30},
        "sudden": ["fever"],
        "yes": {"heat": ["vision-blurred"]},
        "before": {"20 h": {"cough": 1}, "2 days": {"cough": 0}},
        "before_temperature": {"20 h": 37.0},
        "before_not_sudden": ["cough"],
        "usual": {"fatigue": "?"},
        "expected": {"joint-pain": 3},
        "settings": {"fever_c": 37.8},
        "hepatitis_b": "negative",
        "relapses": [30],
        "shots": [{"days": 1, "hours": 2, "number": 3}, {}],
        "results": [{"test": "igg", "value": 5}],
        "schedule": "28d",
        "tests_due": {"igg": 3},
    }
    assert case_of(Example("why", short)) == {
        "id": "why",
        "patient": {
            "baseline": [{"id": "fatigue", "severity": None}],
            "settings": {"fever_c": 37.8},
            "hepatitis_b": "negative",
            "relapses": ["2026-09-12"],
            "expected": [{"id": "joint-pain", "severity": 3, "first": "2026-09-22", "last": "2026-10-12"}],
        },
        "injections": [
            {"at": "2026-10-11T08:00:00", "number": 3},
            {"at": "2026-10-12T10:00:00", "number": None},
        ],
        "results": [{"test": "igg", "value": 5, "on": "2026-10-12"}],
        "schedule": {"interval": "28d", "tests": [{"test": "igg", "due": "2026-10-09"}]},
        "entries": [
            {
                "at": "2026-10-10T10:00:00",
                "temperature_c": None,
                "note": None,
                "urgent": None,
                "symptoms": [{"id": "cough", "severity": 0, "minutes": None, "sudden": False}],
            },
            {
                "at": "2026-10-11T14:00:00",
                "temperature_c": 37.0,
                "note": None,
                "urgent": None,
                "symptoms": [{"id": "cough", "severity": 1, "minutes": None, "sudden": False}],
            },
            {
                "at": "2026-10-12T10:00:00",
                "temperature_c": 38.4,
                "note": "hot",
                "urgent": "yes",
                "symptoms": [
                    {"id": "fever", "severity": None, "minutes": 30, "sudden": True},
                    {"id": "vision-blurred", "severity": 2, "minutes": None, "heat": "yes"},
                ],
            },
        ],
    }
