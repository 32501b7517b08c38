"""The rules in force as curators read them: who stands by each, what it rests on, its examples in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from symptoms.catalogue.models import Symptom
from symptoms.lib import clock
from symptoms.lib.words import GRADES
from symptoms.triage import rule_text
from symptoms.triage.engine import Rule, RuleSet
from symptoms.triage.engine.rules import Example
from symptoms.triage.engine.tiers import RANK
from symptoms.triage.models import RuleSetVersion, SignOff
from symptoms.triage.rule_checks import load
from symptoms.triage.rule_text import Block
from symptoms.triage.ruleset import live_version
from symptoms.triage.words import basis_words, source_words

State: Final = RuleSetVersion.State


@dataclass(frozen=True, slots=True)
class Standing:
    """What every page of the workbench says first: the version in force, and what is not in order with it."""

    live: RuleSetVersion | None
    waiting_release: RuleSetVersion | None
    overdue: bool
    judged_by_release: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    id: str
    title: str
    tier: str
    basis: str
    signed: SignOff | None


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The rules of the live version that were asked for, and how many of all nobody signed yet."""

    rows: list[RuleRow]
    total: int
    unsigned: int


@dataclass(frozen=True, slots=True)
class ExampleWords:
    why: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class RulePage:
    rule: Rule
    block: Block
    digest: str
    basis: str
    source: str
    tiers: list[str]
    holds: list[ExampleWords]
    near_misses: list[ExampleWords]
    signed: SignOff | None
    signed_before: list[SignOff]


def standing_for_page() -> Standing:
    """Return what is in force, in two queries."""
    live = RuleSetVersion.objects.select_related("owner").filter(state=State.LIVE).first()
    waiting = RuleSetVersion.objects.filter(origin=RuleSetVersion.Origin.RELEASE, state=State.DRAFT)
    return Standing(
        live=live,
        waiting_release=waiting.order_by("-created_at").first(),
        overdue=live is not None and is_overdue(live.review_on),
        judged_by_release=live is not None and live.version != live_version(),
    )


def is_overdue(review_on: date) -> bool:
    return review_on < clock.now().date()


def rules_for_page(version: RuleSetVersion, *, tier: str = "", unsigned_only: bool = False) -> RulesPage:
    """Return the rules of a version in one query: the most urgent first, then by id."""
    told, prints = load(version.files), rule_text.fingerprints(version.files)
    signed = {(one.rule_id, one.digest): one for one in SignOff.objects.filter(digest__in=prints.values())}
    rows = [
        RuleRow(rule.id, rule.title, rule.tier, basis_words(rule.basis), signed.get((rule.id, prints[rule.id])))
        for rule in sorted(all_rules(told), key=lambda rule: (RANK[rule.tier], rule.id))
    ]
    shown = [row for row in rows if tier in ("", row.tier) and not (unsigned_only and row.signed)]
    return RulesPage(shown, len(rows), sum(row.signed is None for row in rows))


def rule_for_page(version: RuleSetVersion, rule_id: str) -> RulePage | None:
    """Return one rule of a version, None where it has no such rule. Two queries."""
    block = rule_text.blocks(version.files).get(rule_id)
    if block is None:
        return None
    rule = load(version.files)[rule_id]
    digest = rule_text.fingerprints(version.files)[rule_id]
    names = dict(Symptom.objects.values_list("slug", "name"))
    signatures = list(SignOff.objects.filter(rule_id=rule_id).order_by("-at"))
    return RulePage(
        rule=rule,
        block=block,
        digest=digest,
        basis=basis_words(rule.basis),
        source=source_words(rule.source),
        tiers=list(dict.fromkeys(branch.tier for branch in rule.branches)) or [rule.tier],
        holds=[example_words(example, names) for example in rule.holds],
        near_misses=[example_words(example, names) for example in rule.near_misses],
        signed=next((one for one in signatures if one.digest == digest), None),
        signed_before=[one for one in signatures if one.digest != digest],
    )


def all_rules(told: RuleSet) -> list[Rule]:
    return [*told.rules.values(), *told.elsewhere.values()]


def example_words(example: Example, names: dict[str, str]) -> ExampleWords:
    """Say an example of the rule files in words: what was logged when, and what was answered."""
    lines = []
    for key, value in example.case.items():
        if key == "today":
            lines.append(_("Logged: %(ticks)s") % {"ticks": _ticks(value, names)})
        elif key == "before":
            lines += [
                _("%(span)s before: %(ticks)s") % {"span": one, "ticks": _ticks(value[one], names)} for one in value
            ]
        elif key == "temperature":
            lines.append(_("Temperature: %(celsius)s °C") % {"celsius": value})
        elif key == "shots":
            lines += [_shot(shot) for shot in value]
        else:
            lines.append(f"{key.replace('_', ' ')}: {_plain(value, names)}")
    return ExampleWords(example.why, lines or [_("Nothing logged")])


def _ticks(ticks: dict[str, Any], names: dict[str, str]) -> str:
    told = [f"{names.get(slug, slug)} ({_grade(grade)})" for slug, grade in ticks.items()]
    return ", ".join(told) or _("nothing")


def _grade(grade: Any) -> str:
    known = isinstance(grade, int) and 0 <= grade < len(GRADES)
    return str(GRADES[grade].word).lower() if known else _("not rated")


def _shot(shot: dict[str, Any]) -> str:
    hours = shot.get("hours", 0) + 24 * shot.get("days", 0)
    told = ngettext("Injection %(hours)s hour before", "Injection %(hours)s hours before", int(hours)) % {
        "hours": hours
    }
    return told + (_(", number %(number)s") % {"number": shot["number"]} if shot.get("number") else "")


def _plain(value: Any, names: dict[str, str]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{names.get(key, key)} {_plain(one, names)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(one, names) for one in value)
    return names.get(value, value) if isinstance(value, str) else str(value).lower()
