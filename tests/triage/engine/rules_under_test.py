"""The live rules, read once, and what the engine tests need around them."""

from functools import cache
from pathlib import Path
from typing import Any

import symptoms.triage
from symptoms.triage.engine import RuleSet, answer, load_rule_set

RULES = Path(symptoms.triage.__file__).parent / "rules"


@cache
def rule_set() -> RuleSet:
    return load_rule_set(RULES)


def ids(said: dict[str, Any]) -> dict[str, str]:
    """Return the tier of each rule that holds, by its id."""
    return {rule["id"]: rule["tier"] for rule in said["rules"]}


def ask(case: dict[str, Any]) -> dict[str, Any]:
    """Answer a case that must be well formed."""
    said = answer({"id": "case", **case}, rule_set())
    assert "error" not in said, said
    return said
