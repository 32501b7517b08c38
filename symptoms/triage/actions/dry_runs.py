"""A dry run of a version of the rules: what it would say of the newest entries, beside what is said now.

Nobody waits for it in a request. A worker takes it, the sweep and the watcher take it up again where a message or
a worker was lost; it goes on from where it was. It writes nothing but itself.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage.comparing import Difference, Pair, Tally, difference, verdict
from symptoms.triage.diaries import Row, diaries
from symptoms.triage.engine import Assessment, EntryFacts, RuleError, RuleSet, assess, load_rule_set
from symptoms.triage.engine.assess import FAULTS
from symptoms.triage.episodes import grades_of
from symptoms.triage.models import DryRun, DryRunChange, RuleSetVersion
from symptoms.triage.ruleset import live_rules, one_rule_set
from symptoms.triage.signals import dry_run_asked

log = logging.getLogger(__name__)
# One entry to look at: its patient, when it counts, its id.
Asked = tuple[UUID, datetime, UUID]
LONGEST_FAULT: Final = 200

# The product's own limits. Basis: judgement; 50,000 entries take about half a minute.
MOST_ENTRIES: Final = 50_000
MOST_CHANGES: Final = 2_000
# Entries between two signs of life, at least; a patient's entries stay together.
CHUNK: Final = 500
# No sign of life for so long: whoever ran it is dead.
STALE: Final = timedelta(seconds=60)
# A worker has had its chance by then.
LATE: Final = timedelta(seconds=20)
# A task must end well before Celery's own limit; what is left over is taken up again.
SECONDS: Final = 30.0


class Outcome(Enum):
    """How far one go at a dry run came."""

    NOT_OURS = "somebody else has it, or it is over"
    LEFT_OVER = "the time was up"
    ENDED = "done, or stopped by a fault"


class NotPossible(ValueError):
    """A dry run that cannot be asked for: the message says why."""


@transaction.atomic
def ask_dry_run(*, version: RuleSetVersion, wanted: int, by: User) -> DryRun:
    """Ask what `version` would say of the newest `wanted` entries (at most 50,000). Returns at once.

    One that waits or runs for the same rules is returned as it is. NotPossible for a number out of range.
    """
    if not 1 <= wanted <= MOST_ENTRIES:
        raise NotPossible(f"A dry run goes over 1 to {MOST_ENTRIES} entries")
    RuleSetVersion.objects.select_for_update().get(pk=version.pk)
    same = DryRun.objects.unfinished().filter(version=version, rules=version.version, wanted=wanted).first()
    if same is not None:
        return same
    run = DryRun.objects.create(version=version, rules=version.version, wanted=wanted, asked_by=by)
    record("triage.dry-run-asked", by=by, subject=f"dry-run:{run.pk}", data={"wanted": wanted})
    transaction.on_commit(lambda: dry_run_asked.send(DryRun, dry_run_id=run.pk))
    return run


@one_rule_set()
def run_dry_run(*, dry_run_id: UUID, seconds: float = SECONDS) -> Outcome:
    """Go on with a dry run for so many seconds, and say how far it came.

    One that is done, or in the hands of somebody alive, is left alone. A set of rules that cannot be used is
    written down as its fault.
    """
    run = _take(dry_run_id)
    if run is None:
        return Outcome.NOT_OURS
    try:
        return _go_on(run, time.monotonic() + seconds)
    except (OSError, *FAULTS) as fault:
        # A rule's complaint names file and key; of any other fault only its name is kept.
        told = f"{type(fault).__name__}: {fault}" if isinstance(fault, RuleError) else type(fault).__name__
        log.error("dry run %s stopped: %s", run.pk, told)
        _end(run, DryRun.State.FAILED, fault=told[:LONGEST_FAULT])
        return Outcome.ENDED


def run_waiting_dry_runs(*, seconds: float) -> int:
    """Take up the dry runs that no worker came for, the oldest first, within so many seconds. Return how many ended."""
    until, ended, late = time.monotonic() + seconds, 0, clock.now() - LATE
    waited = Q(heard_at=None, asked_at__lte=late) | Q(heard_at__lte=late)
    for pk in list(_free().filter(waited).order_by("asked_at").values_list("pk", flat=True)):
        if (left := until - time.monotonic()) > 0:
            ended += run_dry_run(dry_run_id=pk, seconds=left) is Outcome.ENDED
    return ended


def _free() -> Any:
    """Return the dry runs that nobody is busy with: waiting, or without a sign of life."""
    silent = Q(heard_at=None) | Q(heard_at__lt=clock.now() - STALE)
    return DryRun.objects.filter(Q(state=DryRun.State.WAITING) | Q(state=DryRun.State.RUNNING) & silent)


def _take(pk: UUID) -> DryRun | None:
    now = clock.now()
    won = _free().filter(pk=pk).update(state=DryRun.State.RUNNING, heard_at=now)
    return DryRun.objects.select_related("version").get(pk=pk) if won else None


def _go_on(run: DryRun, until: float) -> Outcome:
    live, draft = live_rules(), load_rule_set(run.version.files)
    if run.done and (run.against, run.rules) != (live.version, draft.version):
        _begin_again(run)
    run.against, run.rules = live.version, draft.version
    asked = _asked(run)
    run.total = len(asked)
    for chunk in _chunks(asked[run.done :]):
        # Somebody else may have taken it, where this process slept for a minute.
        if not _step(run, chunk, live, draft):
            return Outcome.NOT_OURS
        if time.monotonic() > until and run.done < run.total:
            _running(run).update(state=DryRun.State.WAITING)
            return Outcome.LEFT_OVER
    _end(run, DryRun.State.DONE)
    return Outcome.ENDED


def _running(run: DryRun) -> Any:
    return DryRun.objects.filter(pk=run.pk, state=DryRun.State.RUNNING)


def _begin_again(run: DryRun) -> None:
    """Forget what was counted: other rules are in force, or the draft was changed since."""
    run.changes.all().delete()
    run.done = run.flagged_live = run.flagged_draft = run.changed = 0
    run.moves = {}
    _running(run).update(**_progress(run))


def _asked(run: DryRun) -> list[Asked]:
    """Return (patient, happened at, entry) of the newest entries there were when it was asked, patient by patient."""
    newest = Entry.objects.live().filter(made_at__lte=run.asked_at).order_by("-made_at", "-pk")
    rows = newest.values_list("patient_id", "happened_at", "pk")[: run.wanted]
    return sorted(rows, key=lambda row: (str(row[0]), row[1], str(row[2])))


def _chunks(asked: list[Asked]) -> Iterator[list[Asked]]:
    """Yield the entries in parts of about `CHUNK`. A patient's entries stay together: they share their flags."""
    chunk: list[Asked] = []
    for _, rows in groupby(asked, key=lambda row: row[0]):
        chunk.extend(rows)
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _step(run: DryRun, chunk: list[Asked], live: RuleSet, draft: RuleSet) -> bool:
    """Count a part and write down how far it is. Return whether the run was still ours."""
    tally, changes = Tally(), []
    number = {entry: run.done + place for place, (_, _, entry) in enumerate(chunk, start=1)}
    for pairs in _judged(chunk, live, draft):
        tally.count(pairs)
        tally.count_flags(pairs)
        changes += [found for pair in pairs if (found := difference(pair)) is not None]
    with transaction.atomic():
        before = run.done
        room = max(MOST_CHANGES - run.changed, 0)
        _count(run, tally, len(chunk))
        if not _running(run).filter(done=before).update(**_progress(run)):
            return False
        DryRunChange.objects.bulk_create(
            (_change(run, one, number[one.entry]) for one in changes[:room]), ignore_conflicts=True
        )
    return True


def _judged(chunk: list[Asked], live: RuleSet, draft: RuleSet) -> Iterator[list[Pair]]:
    """Yield, patient by patient, what the two sets of rules say of the entries of this part.

    A diary with a damaged row is left out: there an entry is same-day and unchecked by any rules.
    """
    wanted = {entry for _, _, entry in chunk}
    for diary in diaries({patient for patient, _, _ in chunk}, since=min(at for _, at, _ in chunk)):
        if diary.entries is None:
            continue
        yield [
            _pair(row, facts.entries[-1], assess(facts, live), assess(facts, draft))
            for place, row in enumerate(diary.rows)
            if row.pk in wanted and (facts := diary.facts_at(place))
        ]


def _pair(row: Row, entry: EntryFacts, live: Assessment, draft: Assessment) -> Pair:
    return Pair(row.pk, row.day, verdict(live, entry), verdict(draft, entry), grades_of(entry))


def _count(run: DryRun, tally: Tally, entries: int) -> None:
    run.done += entries
    run.flagged_live += tally.flags_before
    run.flagged_draft += tally.flags_after
    run.changed += tally.changed
    run.moves = dict(Counter(run.moves) + tally.moves)


def _progress(run: DryRun) -> dict[str, Any]:
    names = ("rules", "against", "total", "done", "flagged_live", "flagged_draft", "changed", "moves")
    return {name: getattr(run, name) for name in names} | {"heard_at": clock.now()}


def _change(run: DryRun, one: Difference, number: int) -> DryRunChange:
    return DryRunChange(
        dry_run=run,
        entry_id=one.entry,
        number=number,
        tier_live=one.before,
        tier_draft=one.after,
        gained=list(one.gained),
        lost=list(one.lost),
    )


def _end(run: DryRun, state: str, fault: str = "") -> None:
    _running(run).update(**_progress(run), state=state, fault=fault, finished_at=clock.now())
