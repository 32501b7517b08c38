"""The live rules, read once, and what the engine tests need around them."""

from functools import cache
from pathlib import Path
from typing import Any

import symptoms.triage
from symptoms.triage.engine import RuleSet, answer, load_rule_set, read_rule_files
from symptoms.triage.engine.example import case_of
from symptoms.triage.engine.rules import Example

RULES = Path(symptoms.triage.__file__).parent / "rules"


@cache
def rule_set() -> RuleSet:
    return load_rule_set(read_rule_files(RULES))


def ids(said: dict[str, Any]) -> dict[str, str]:
    """Return the tier of each rule that holds, by its id."""
    return {rule["id"]: rule["tier"] for rule in said["rules"]}


def ask(case: dict[str, Any]) -> dict[str, Any]:
    """Answer a case that must be well formed."""
    said = answer({"id": "case", **case}, rule_set())
    assert "error" not in said, said
    return said


def check_diary(diary: dict[str, Any], tier: str, holds: str, misses: str) -> None:
    """Ask about a diary in the short form; rules are told by their numbers, with spaces between."""
    said = ask(case_of(Example("a diary", diary)))
    held = {rule.split("-")[0] for rule in ids(said)}
    assert said["checked"]
    assert (said["tier"], sorted(held)) == (tier, sorted(held))
    assert set(holds.split()) <= held
    assert not set(misses.split()) & held


RULE_OF_ONE = """
[[rule]]
id = "X01-test"
version = 1
title = "Test"
headline = "A test."
steps = ["Do this."]
rationale = "Why."
basis = "judgement"
source = "SEED P1"
holds = [{ why = "it does", today = { fever = 1 } }]
near_misses = [{ why = "it does not", today = { cough = 1 } }]
[[rule.branch]]
tier = "visit"
when = %s
"""


@cache
def rule_of_one(condition: str) -> RuleSet:
    """Return a set of one rule with this condition, over the symptoms and groups of the live rules."""
    home = (RULES / "home.toml").read_text("utf-8")
    return load_rule_set({"home.toml": home, "rule.toml": RULE_OF_ONE % condition})


def saw(condition: str, diary: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return what a rule of this one condition sees in a diary; None where it does not hold.

    The diary is in the short form, or a whole case where it has `entries`.
    """
    case = diary if "entries" in diary else case_of(Example("a diary", diary))
    said = answer({"id": "case", **case}, rule_of_one(condition))
    assert said["checked"], said
    return next((rule["because"] for rule in said["rules"]), None)
