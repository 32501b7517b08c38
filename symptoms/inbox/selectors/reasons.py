"""Why a flag was raised: each rule that held, and what it saw, as far as that is shared with the clinic."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from symptoms.catalogue.models import Symptom
from symptoms.inbox import words
from symptoms.inbox.selectors.queue import rule_of
from symptoms.sharing.scope import Scope
from symptoms.triage.models import Assessment


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that held: how urgent, what it says, what it saw, where it is from."""

    rule_id: str
    tier: str
    title: str
    rationale: str
    saw: list[str]
    source: str


def reasons_of(assessment: Assessment | None, scope: Scope, *, hidden: bool = False) -> list[Reason]:
    """Return the rules that held in an assessment, in one query. `hidden`: the patient hides entries of this diary."""
    held = assessment.result.get("held", []) if assessment else []
    slugs = {because["symptom"] for one in held for because in one["because"] if because.get("symptom")}
    names = dict(Symptom.objects.filter(slug__in=slugs).values_list("slug", "name")) if held else {}
    return [_reason(one, names, scope, hidden=hidden) for one in held]


def _reason(held: dict[str, Any], names: dict[str, str], scope: Scope, *, hidden: bool) -> Reason:
    rule = rule_of(held["rule_id"])
    return Reason(
        rule_id=held["rule_id"],
        tier=held["tier"],
        title=rule.title if rule else held["rule_id"],
        rationale=rule.rationale if rule else _("This rule is no longer in use."),
        saw=list(dict.fromkeys(_seen(one, names, scope, hidden=hidden) for one in held["because"])),
        source=rule.source if rule else "",
    )


def _seen(seen: dict[str, Any], names: dict[str, str], scope: Scope, *, hidden: bool) -> str:
    """Say one thing that a rule saw, as far as it is shared. Where entries are `hidden`, one of before may be such."""
    if seen["kind"] == "injection" and not scope.injections:
        return _("an injection, not shared with you")
    if seen["kind"] == "result" and not scope.blood_tests:
        return _("a blood test, not shared with you")
    if hidden and not seen.get("today", True) and seen["kind"] in ("tick", "note", "temperature"):
        return _("something in an earlier entry")
    return words.because(seen, names)
