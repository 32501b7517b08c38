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
