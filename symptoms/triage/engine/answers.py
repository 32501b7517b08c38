"""The answer to one case, as plain JSON."""

from typing import Any

from symptoms.triage.engine.assess import assess
from symptoms.triage.engine.case import CaseError, NoteReader, case_from_json
from symptoms.triage.engine.facts import Assessment, Because, Held
from symptoms.triage.engine.rules import RuleSet


def answer(case: Any, rules: RuleSet, read_note: NoteReader | None = None) -> dict[str, Any]:
    """Return the answer to `case`, or {"id", "error"} that says what is wrong with it, and where."""
    name = case.get("id") if isinstance(case, dict) else None
    try:
        if not isinstance(name, str | int) or isinstance(name, bool):
            name = None
            raise CaseError("case.id: is missing" if isinstance(case, dict) else "case: must be an object")
        said = assess(case_from_json(case, rules.home_tiers.keys(), read_note), rules)
    except CaseError as wrong:
        return {"id": name, "error": str(wrong)}
    return {"id": name, **assessment_as_json(said)}


def assessment_as_json(said: Assessment) -> dict[str, Any]:
    """Return the assessment in the words of the case format."""
    answer: dict[str, Any] = {
        "tier": said.tier,
        "checked": said.checked,
        "rules": [_held(one) for one in said.held],
    }
    return answer | ({"failed": list(said.failed)} if said.failed else {})


def _held(held: Held) -> dict[str, Any]:
    return {"id": held.rule_id, "tier": held.tier, "because": [_because(one) for one in held.because]}


def _because(one: Because) -> dict[str, Any]:
    fields = {"symptom": one.symptom, "entry": one.entry, "value": one.value}
    return {key: value for key, value in fields.items() if value is not None} | {"from": one.kind}
