"""The frame around the rules: faults, order, what is heard, and that nothing is changed."""

import json
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, replace
from datetime import UTC, datetime

import pytest

from symptoms.triage.engine import (
    Assessment,
    EntryFacts,
    Facts,
    PatientFacts,
    RuleSet,
    Settings,
    Tick,
    answer,
    assess,
    assessment_as_json,
)
from symptoms.triage.engine.parsing import Evidence
from symptoms.triage.engine.rules import Branch
from symptoms.triage.engine.tiers import highest
from symptoms.triage.engine.view import View
from tests.triage.engine.rules_under_test import rule_set

NOW = datetime(2026, 10, 12, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Broken:
    """A condition that a fault was built into."""

    fault: type[Exception]

    def evaluate(self, view: View) -> Evidence | None:
        raise self.fault("broken")

    def listens(self) -> frozenset[str]:
        return frozenset({"#any"})


def with_broken(rule_id: str, fault: type[Exception]) -> RuleSet:
    rules = rule_set()
    rule = rules[rule_id]
    branch = Branch(rule.tier, Broken(fault), rule.headline, rule.steps)
    broken = replace(rule, branches=(branch,), listens=frozenset({"#any"}))
    return replace(rules, rules={**rules.rules, rule_id: broken})


def facts(*ticks: Tick, note: str = "") -> Facts:
    return Facts(PatientFacts("GB"), (EntryFacts(NOW, NOW.date(), ticks, None, note),))


@pytest.mark.parametrize(
    "fault",
    [ZeroDivisionError, OverflowError, AttributeError, KeyError, IndexError, RecursionError, TypeError, ValueError],
)
def test_a_rule_that_fails_leaves_the_others_standing(fault: type[Exception]) -> None:
    said = assess(facts(Tick("cough", 1)), with_broken("V02-fatigue-ongoing", fault))
    assert not said.checked
    assert said.failed == ("V02-fatigue-ongoing",)
    assert said.tier == "same-day"
    assert [held.rule_id for held in said.held] == ["B00-own-tier", "V01-any-new"]
    assert assessment_as_json(said)["failed"] == ["V02-fatigue-ongoing"]


def test_a_failed_rule_never_hides_an_emergency() -> None:
    said = assess(facts(Tick("collapse", 1)), with_broken("S01-allergy-skin", ValueError))
    assert (said.tier, said.checked) == ("emergency", False)


def test_a_rule_that_another_asks_about_may_fail() -> None:
    said = assess(facts(Tick("hives", 1)), with_broken("E01-anaphylaxis", ValueError))
    assert (said.tier, said.held[0].rule_id, said.failed) == ("same-day", "S01-allergy-skin", ("E01-anaphylaxis",))


def test_what_is_no_fault_of_a_rule_is_not_caught() -> None:
    with pytest.raises(MemoryError):
        assess(facts(Tick("cough", 1)), with_broken("V02-fatigue-ongoing", MemoryError))


def test_facts_without_an_entry_are_refused() -> None:
    with pytest.raises(IndexError):
        assess(Facts(PatientFacts(), ()), rule_set())


def test_the_highest_tier_leads_and_rules_stand_highest_first() -> None:
    said = assess(facts(Tick("hives", 1), Tick("wheeze", 1), Tick("cough", 1), Tick("joint-pain", 1)), rule_set())
    tiers = [held.tier for held in said.held]
    assert said.tier == tiers[0] == "emergency"
    assert [highest(tiers[n:]) for n in range(len(tiers))] == tiers
    same = [held.rule_id for held in said.held if held.tier == "same-day"]
    assert same == sorted(same)


def test_the_answer_can_be_stored_and_not_changed() -> None:
    said = assess(facts(Tick("fever", 2), note="no cough"), rule_set())
    assert pickle.loads(pickle.dumps(said)) == said  # noqa: S301
    assert json.loads(json.dumps(assessment_as_json(said)))["tier"] == "same-day"
    with pytest.raises(FrozenInstanceError):
        said.tier = "none"  # type: ignore[misc]


def test_asking_twice_gives_the_same_and_leaves_the_facts_alone() -> None:
    asked = facts(Tick("fever", 2), Tick("cough", None))
    first = assess(asked, rule_set())
    assert assess(asked, rule_set()) == first
    assert asked == facts(Tick("fever", 2), Tick("cough", None))
    assert isinstance(first, Assessment)


def test_settings_are_the_usual_ones_until_the_clinic_changes_them() -> None:
    assert Settings() == Settings(strict_mode=False, fever_c=38.0, cough_days=3)


def test_an_id_may_be_a_number() -> None:
    assert answer({"id": 7, "entries": [{"at": "2026-10-12T10:00"}]}, rule_set())["id"] == 7


def test_the_engine_needs_neither_django_nor_celery() -> None:
    code = (
        "import sys, symptoms.triage.engine; "
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'celery', 'psycopg'}])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
