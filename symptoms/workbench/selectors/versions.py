"""Versions of the rules side by side: what differs, what is wrong, who did what."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

from symptoms.triage import rule_text
from symptoms.triage.actions.rule_sets import problems_in, version_before
from symptoms.triage.models import DryRun, RuleSetEvent, RuleSetVersion
from symptoms.triage.rule_checks import Problem
from symptoms.triage.rule_text import Files

State: Final = RuleSetVersion.State
HISTORY: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference. `kind`: added, removed, same, or where (a jump to another place)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one rule, or in the rest of a file. `kind`: changed, added or removed."""

    kind: str
    rule_id: str
    file: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class VersionPage:
    version: RuleSetVersion
    against: RuleSetVersion | None
    differences: list[Difference]
    problems: list[Problem]
    dry_runs: list[DryRun]
    events: list[RuleSetEvent]
    rules: list[str]
    stale: bool


@dataclass(frozen=True, slots=True)
class VersionsPage:
    open: list[RuleSetVersion]
    closed: list[RuleSetVersion]
    before: RuleSetVersion | None
    events: list[RuleSetEvent]


def versions_for_page() -> VersionsPage:
    """Return drafts and proposals, and what was in force or dropped, the newest first. Three queries."""
    people = ("created_by", "proposed_by", "published_by", "owner")
    found = list(RuleSetVersion.objects.defer("files").select_related(*people).order_by("-changed_at")[:HISTORY])
    return VersionsPage(
        open=[one for one in found if one.state in (State.DRAFT, State.PROPOSED)],
        closed=[one for one in found if one.state in (State.RETIRED, State.DROPPED)],
        before=version_before(),
        events=list(RuleSetEvent.objects.select_related("by", "version").order_by("-at", "-pk")[:HISTORY]),
    )


def version_for_page(version: RuleSetVersion, live: RuleSetVersion | None) -> VersionPage:
    """Return a version beside the one in force; one that was in force already, beside what it was made from."""
    is_open = version.state in (State.DRAFT, State.PROPOSED)
    against = live if is_open else version.based_on
    made_here = version.origin == RuleSetVersion.Origin.CURATOR
    return VersionPage(
        version=version,
        against=against,
        differences=differences(against.files if against else {}, version.files),
        problems=problems_in(version) if is_open else [],
        dry_runs=list(version.dry_runs.select_related("asked_by").order_by("-asked_at")[:10]),
        events=list(version.events.select_related("by").order_by("-at", "-pk")[:HISTORY]),
        rules=sorted(rule_text.blocks(version.files)),
        stale=is_open and made_here and version.based_on_id != (live.pk if live else None),
    )


def differences(before: Files, after: Files) -> list[Difference]:
    """Return what differs, rule by rule and then what stands around the rules, file by file."""
    return [*_rules_that_differ(before, after), *_rests_that_differ(before, after)]


def _rules_that_differ(before: Files, after: Files) -> Iterator[Difference]:
    old, new = rule_text.blocks(before), rule_text.blocks(after)
    for rule_id in sorted(old.keys() | new.keys()):
        was, now = old.get(rule_id), new.get(rule_id)
        one, two = was.text if was else "", now.text if now else ""
        if one != two:
            kind = "changed" if was and now else "added" if now else "removed"
            file = (now or was).file  # type: ignore[union-attr]
            yield Difference(kind, rule_id, file, lines(one, two))


def _rests_that_differ(before: Files, after: Files) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        one, two = _rest(before, name), _rest(after, name)
        if one != two:
            yield Difference("changed", "", name, lines(one, two))


def lines(one: str, two: str) -> list[Line]:
    """Return the difference of two texts, line by line with three lines around each."""
    kinds = {"+": "added", "-": "removed", "@": "where"}
    told = list(unified_diff(one.splitlines(), two.splitlines(), lineterm=""))[2:]
    return [Line(kinds.get(line[:1], "same"), line) for line in told]


def _rest(files: Files, name: str) -> str:
    """Return a file without its rules, and without blank lines: they say nothing."""
    content = files.get(name, "")
    for block in sorted(rule_text.blocks({name: content}).values(), key=lambda block: -block.first):
        content = content[: block.first] + content[block.last :]
    return "\n".join(line for line in content.splitlines() if line.strip())
