"""Ask every rule, let the highest tier lead, and let no rule take the others down with it."""

from typing import Final

from symptoms.triage.engine.facts import Assessment, Facts, Held
from symptoms.triage.engine.parsing import ANYTHING, NOTE, PLAN, READING, RESULT, SHOT
from symptoms.triage.engine.rules import RuleSet
from symptoms.triage.engine.tiers import NONE, RANK, SELF_CARE, UNCHECKED, highest
from symptoms.triage.engine.view import View

# Everything that wrong facts or a wrong rule can raise in pure code. Not Exception: running out of memory
# or being told to stop is no fault of a rule.
FAULTS: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# What `failed` names where nobody has said yet what the words of a note mean.
UNCLEAR_NOTE: Final = "note"


def assess(facts: Facts, rules: RuleSet) -> Assessment:
    """Return the advice for the last entry of `facts`. The order of rules and of symptoms plays no part.

    A rule that raises leaves the others standing, is named in `failed`, and the tier is at least same-day. So it is
    with words of the note that nobody is sure about: `failed` then names the note.
    """
    view = View(facts)
    heard = _heard(view)
    failed = [UNCLEAR_NOTE] if facts.entries[-1].unclear else []
    for rule in rules.rules.values():
        if heard.isdisjoint(rule.listens):
            continue
        # The one place where a fault is caught: whatever a rule does wrong stays with that rule.
        try:
            found = rule.evaluate(view)
        except FAULTS:
            failed.append(rule.id)
            continue
        if found is not None:
            view.held[rule.id] = Held(rule.id, *found)
    held = tuple(sorted(view.held.values(), key=lambda one: (RANK[one.tier], one.rule_id)))
    return Assessment(_tier(view, held, bool(failed)), not failed, held, tuple(sorted(failed)))


def _heard(view: View) -> frozenset[str]:
    """Return what speaks today; a rule that listens to none of it cannot hold."""
    heard = {ANYTHING} if view.present else set()
    if view.facts.results:
        heard.add(RESULT)
    if view.shots.last:
        heard.add(SHOT)
    if view.facts.schedule:
        heard.add(PLAN)
    if view.readings_today():
        heard.add(READING)
    if any(note for _, note in view.notes_today()):
        heard.add(NOTE)
    return view.present | heard


def _tier(view: View, held: tuple[Held, ...], failed: bool) -> str:
    """Return the leading tier. What is only as usual is self-care; what could not be checked is same-day."""
    tiers = [one.tier for one in held[:1]]
    if failed:
        tiers.append(UNCHECKED)
    if view.present:
        tiers.append(SELF_CARE)
    return highest(tiers) if tiers else NONE
