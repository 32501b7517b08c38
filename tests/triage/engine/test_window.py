"""An assessment costs what the rules look at, however long the diary is."""

from datetime import UTC, datetime, timedelta

from symptoms.triage.engine import EntryFacts, Facts, PatientFacts, Tick, assess
from symptoms.triage.engine.view import LOOK_BACK, View
from tests.triage.engine.rules_under_test import rule_set

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)


def diary(days: int) -> Facts:
    """The same nerve symptom every day."""
    moments = [NOW - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return Facts(PatientFacts("GB"), tuple(EntryFacts(at, at.date(), (Tick("numbness", 2),)) for at in moments))


def looked_at(days: int) -> int:
    view = View(diary(days))
    for rule in rule_set().rules.values():
        rule.evaluate(view)
    return len(view._ages)


def test_an_episode_of_ten_years_is_followed_for_a_year() -> None:
    assert looked_at(3650) == looked_at(1000) == LOOK_BACK + 1
    assert looked_at(40) == 40


def test_what_lies_further_back_changes_no_answer() -> None:
    said, longer = assess(diary(LOOK_BACK + 1), rule_set()), assess(diary(3650), rule_set())
    assert (said.tier, [held.rule_id for held in said.held]) == (longer.tier, [held.rule_id for held in longer.held])
