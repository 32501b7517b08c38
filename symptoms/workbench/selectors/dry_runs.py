"""A dry run: flags per 100 entries, where entries move, and each entry that changes, without whose it is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.diary.models import Report
from symptoms.followups.models import Injection
from symptoms.lib.acting import TRACKER, acting_as
from symptoms.lib.units import temperature_words, unit_of
from symptoms.lib.words import GRADES, TIERS, Words
from symptoms.triage.models import DryRun, DryRunChange

PAGE: Final = 50
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the matrix: entries that the live rules put in `tier`, and how many the draft puts in each."""

    tier: str
    word: Words
    counts: list[tuple[bool, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of which the draft says something else. `ticks`: name of symptom and word of grade."""

    number: int
    tier_live: str
    tier_draft: str
    ticks: list[str]
    temperature: str
    shot: str
    gained: list[str]
    lost: list[str]


@dataclass(frozen=True, slots=True)
class DryRunPage:
    run: DryRun
    percent: int
    per_100_live: str
    per_100_draft: str
    tiers: list[Words]
    moves: list[Move]
    changes: list[Change]
    page: int
    more: bool

    @property
    def is_unfinished(self) -> bool:
        return self.run.state in (DryRun.State.WAITING, DryRun.State.RUNNING)


@acting_as(TRACKER)
def dry_run_for_page(run: DryRun, *, number: int, reader: User) -> DryRunPage:
    """Return a dry run and page `number` of its changes, in two queries. No name, no day, no note is read.

    It is read as the tracker: no grant opens the entries to a curator, who sees of them what stands here and no more.
    """
    first = (number - 1) * PAGE
    found = list(_changes(run)[first : first + PAGE + 1])
    ticks = _ticks([change.entry_id for change in found[:PAGE]])
    present = [tier for tier in (*TIERS, NONE) if any(tier in move.split(" > ") for move in run.moves)]
    return DryRunPage(
        run=run,
        percent=round(100 * run.done / run.total) if run.total else 0,
        per_100_live=per_100(run.flagged_live, run.done),
        per_100_draft=per_100(run.flagged_draft, run.done),
        tiers=[_word(tier) for tier in present],
        moves=[_move(tier, present, run.moves) for tier in present],
        changes=[_change(one, ticks.get(one.entry_id, []), reader) for one in found[:PAGE]],
        page=number,
        more=len(found) > PAGE,
    )


def per_100(flagged: int, entries: int) -> str:
    """Say how many flags 100 entries raise, with one decimal; a dash where there is no entry."""
    return f"{100 * flagged / entries:.1f}" if entries else "-"


def _changes(run: DryRun) -> Any:
    shots = Injection.objects.given().filter(patient=OuterRef("entry__patient"), at__lte=OuterRef("entry__happened_at"))
    return (
        DryRunChange.objects.filter(dry_run=run)
        .annotate(
            celsius=F("entry__temperature_c"),
            since=F("entry__happened_at") - Subquery(shots.order_by("-at").values("at")[:1]),
        )
        .order_by("number")
    )


def _ticks(entries: list[Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    reports = Report.objects.filter(entry__in=entries).order_by("-grade", "symptom__position")
    for entry_id, name, grade in reports.values_list("entry_id", "symptom__name", "grade"):
        word = _("not rated") if grade is None else str(GRADES[grade].word).lower()
        found.setdefault(entry_id, []).append(f"{name} ({word})")
    return found


def _change(one: Any, ticks: list[str], reader: User) -> Change:
    return Change(
        number=one.number,
        tier_live=one.tier_live,
        tier_draft=one.tier_draft,
        ticks=ticks,
        temperature=temperature_words(one.celsius, "", unit_of(reader.temperature_unit)),
        shot=_shot(one.since),
        gained=[str(rule) for rule in one.gained],
        lost=[str(rule) for rule in one.lost],
    )


def _shot(since: timedelta | None) -> str:
    if since is None:
        return _("no injection before")
    hours = int(since.total_seconds() // 3600)
    if hours < 100:
        return _("%(hours)s h after an injection") % {"hours": hours}
    return _("%(days)s days after an injection") % {"days": hours // 24}


def _move(tier: str, present: list[str], moves: dict[str, int]) -> Move:
    return Move(tier, _word(tier), [(one == tier, int(moves.get(f"{tier} > {one}", 0))) for one in present])


def _word(tier: str) -> Words:
    return TIERS[tier].short if tier in TIERS else _("No rule")
