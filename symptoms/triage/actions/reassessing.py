"""Stored entries under another set of rules: compared with what stands, or assessed again in bulk.

Facts are read and judged without a lock; what is written is written only where the entry is still at the revision
that was judged and nobody else holds it. So a worker, a save and this can meet, and one current assessment stands.
"""

import os
import socket
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from symptoms.audit.actions import record
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.lib.spread import spread
from symptoms.triage import engine
from symptoms.triage.actions.assessing import result_as_json
from symptoms.triage.actions.flags import renew_flag
from symptoms.triage.comparing import Difference, Pair, Tally, Verdict, difference, verdict, verdict_of_row
from symptoms.triage.diaries import Diary, Row, diaries
from symptoms.triage.engine import EntryFacts, Facts, RuleSet, load_rule_set
from symptoms.triage.episodes import grades_of
from symptoms.triage.models import URGENCY, Assessment, Tier
from symptoms.triage.ruleset import live_rules, one_rule_set

# Patients whose diaries are in memory at once, and entries in one transaction. Basis: judgement.
PATIENTS: Final = 10
ENTRIES: Final = 1000
RESULT: Final = ("tier", "checked", "result", "assessed_at", "duration_us", "process", "is_current")


@dataclass(slots=True)
class Outcome:
    """What came of it: `left` entries could not be judged or were in other hands, and wait for the next run."""

    tally: Tally = field(default_factory=Tally)
    written: int = 0
    left: int = 0
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.tally.add(other.tally)
        self.written += other.written
        self.left += other.left
        self.differences += other.differences


@dataclass(frozen=True, slots=True)
class Work:
    """One part of the work: these patients' entries from `since` on; `files` are rules that are not live."""

    patients: tuple[UUID, ...]
    since: date
    files: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One entry with what stands and what is said now."""

    entry: UUID
    revision: int
    said: engine.Assessment
    result: dict[str, Any]
    standing: Assessment
    took: int
    pair: Pair


def compare(*, since: date, files: dict[str, str] | None = None, processes: int = 1) -> Outcome:
    """Return what the rules `files`, or those in force, would say otherwise than what stands. Writes nothing.

    RuleError where the files cannot be used.
    """
    if files is not None:
        load_rule_set(files)
    return _all(compare_part, _parts(since, None, files), processes)


def reassess(*, since: date, processes: int = 1) -> Outcome:
    """Assess all entries from the day `since` on anew that stand by other rules than those in force.

    A flag is raised where the tier rose or something new alarms; none is lowered. It can be run again at any
    point: what is done is done. OSError or ValueError where the rules in force cannot be read.
    """
    version = live_rules().version
    outcome = _all(reassess_part, _parts(since, version), processes)
    data = {"rules": version, "written": outcome.written, "left": outcome.left}
    record("triage.reassessed", by=None, data=data)
    return outcome


def _all(do: Callable[[Work], Outcome], parts: Sequence[Work], processes: int) -> Outcome:
    outcome = Outcome()
    for part in spread(do, parts, processes):
        outcome.add(part)
    return outcome


def _parts(since: date, version: str | None, files: dict[str, str] | None = None) -> list[Work]:
    standing = Assessment.objects.filter(is_current=True, entry__deleted_at=None, entry__day__gte=since)
    if version is not None:
        standing = standing.exclude(rule_set=version)
    found = sorted(standing.values_list("entry__patient", flat=True).distinct(), key=str)
    return [Work(tuple(found[n : n + PATIENTS]), since, files) for n in range(0, len(found), PATIENTS)]


@one_rule_set()
def compare_part(work: Work) -> Outcome:
    """Compare the entries of some patients."""
    rules = load_rule_set(work.files) if work.files is not None else live_rules()
    outcome = Outcome()
    for judged, left in _judge(work, rules, None):
        _count(outcome, judged)
        outcome.tally.count_flags([one.pair for one in judged])
        outcome.left += left
    return outcome


@one_rule_set()
def reassess_part(work: Work) -> Outcome:
    """Assess the entries of some patients anew and write it down."""
    rules = live_rules()
    outcome, gathered = Outcome(), list[Judged]()
    for judged, left in _judge(work, rules, rules.version):
        outcome.left += left
        gathered += judged
        if len(gathered) >= ENTRIES:
            _write(gathered, rules.version, outcome)
            gathered = []
    _write(gathered, rules.version, outcome)
    return outcome


def _count(outcome: Outcome, judged: Sequence[Judged]) -> None:
    pairs = [one.pair for one in judged]
    outcome.tally.count(pairs)
    outcome.differences += [found for pair in pairs if (found := difference(pair)) is not None]


# -- judging ----------------------------------------------------------------------------------------------------


def _judge(work: Work, rules: RuleSet, version: str | None) -> Iterator[tuple[list[Judged], int]]:
    """Yield, patient by patient, what is said of each entry, and how many could not be judged.

    With `version` the entries that stand by it already are left out, and where the same is said as stands, what
    alarms is not told: nobody is going to hear of it.
    """
    standing = _standing(work, version)
    for diary in diaries(work.patients, since=_first_moment(standing)):
        places = [place for place, row in enumerate(diary.rows) if row.pk in standing]
        if diary.entries is None:
            yield [], len(places)
            continue
        yield [_judged(diary, place, standing[diary.rows[place].pk], rules, version) for place in places], 0


def _standing(work: Work, version: str | None) -> dict[UUID, Assessment]:
    found = Assessment.objects.filter(
        is_current=True,
        entry__patient__in=work.patients,
        entry__deleted_at=None,
        entry__day__gte=work.since,
        entry__assessed_revision=F("entry__revision"),
    )
    if version is not None:
        found = found.exclude(rule_set=version)
    return {one.entry_id: one for one in found.annotate(at=F("entry__happened_at"))}


def _first_moment(standing: dict[UUID, Any]) -> datetime | None:
    return min((one.at for one in standing.values()), default=None)


def _judged(diary: Diary, place: int, standing: Assessment, rules: RuleSet, version: str | None) -> Judged:
    row, started = diary.rows[place], time.perf_counter()
    facts: Facts = diary.facts_at(place)
    said = engine.assess(facts, rules)
    took = round((time.perf_counter() - started) * 1_000_000)
    result = result_as_json(said)
    same = (standing.tier, standing.checked, standing.result) == (said.tier, said.checked, result)
    pair = _as_it_stands(row, said) if same and version else _pair(row, facts.entries[-1], standing, said, same=same)
    return Judged(row.pk, row.revision, said, result, standing, took, pair)


def _as_it_stands(row: Row, said: engine.Assessment) -> Pair:
    verdict = Verdict(said.tier, frozenset(), said.checked)
    return Pair(row.pk, row.day, verdict, verdict)


def _pair(row: Row, entry: EntryFacts, standing: Assessment, said: engine.Assessment, *, same: bool) -> Pair:
    grades = grades_of(entry)
    before = verdict_of_row(standing.tier, standing.result, standing.checked, grades)
    return Pair(row.pk, row.day, before, before if same else verdict(said, entry), grades)


# -- writing ----------------------------------------------------------------------------------------------------


def _write(judged: Sequence[Judged], version: str, outcome: Outcome) -> None:
    """Write what was judged. What touches a flag goes one by one: no save must wait for a whole part."""
    quiet = [one for one in judged if not _speaks(one.pair.before, one.pair.after)]
    loud = [one for one in judged if _speaks(one.pair.before, one.pair.after)]
    for part in (quiet, *([one] for one in loud)):
        if part:
            written = _write_together(part, version, flags=part is not quiet)
            outcome.written += len(written)
            outcome.left += len(part) - len(written)
            _count(outcome, written)


def _speaks(before: Verdict, after: Verdict) -> bool:
    """Say whether the clinic may have to hear of it: the tier rose, or something alarms that did not."""
    return URGENCY[Tier(after.tier)] < URGENCY[Tier(before.tier)] or not after.alarms <= before.alarms


@transaction.atomic
def _write_together(judged: Sequence[Judged], version: str, *, flags: bool) -> list[Judged]:
    """Put new assessments in the place of those that stand, and return for which entries.

    An entry that somebody holds, or that is at another revision by now, is left to whoever has it.
    """
    locked = _lock([one.entry for one in judged])
    ours = [one for one in judged if locked.get(one.entry) == one.revision]
    standing = [one.standing.pk for one in ours]
    # Whoever put another one in its place since then has just assessed it.
    still = set(Assessment.objects.filter(pk__in=standing, is_current=True).values_list("pk", flat=True))
    ours = [one for one in ours if one.standing.pk in still]
    Assessment.objects.filter(pk__in=still).update(is_current=False)
    written = Assessment.objects.bulk_create(
        _rows(ours, version),
        update_conflicts=True,
        unique_fields=["entry", "revision", "rule_set"],
        update_fields=RESULT,
    )
    if flags:
        for one, row in zip(ours, written, strict=True):
            renew_flag(Entry.objects.select_related("patient__user").get(pk=one.entry), row, one.standing)
    return ours


def _lock(entries: Collection[UUID]) -> dict[UUID, int]:
    """Take hold of the entries that nobody else holds, and return their revisions."""
    rows = Entry.objects.live().filter(pk__in=entries, assessed_revision=F("revision"))
    free = rows.select_for_update(of=["self"], skip_locked=True, no_key=True)
    return dict(free.values_list("pk", "revision"))


def _rows(judged: Sequence[Judged], version: str) -> Iterator[Assessment]:
    now, process = clock.now(), f"{socket.gethostname()}:{os.getpid()}"[:80]
    for one in judged:
        yield Assessment(
            entry_id=one.entry,
            revision=one.revision,
            rule_set=version,
            tier=one.said.tier,
            checked=one.said.checked,
            result=one.result,
            assessed_at=now,
            duration_us=one.took,
            process=process,
        )
