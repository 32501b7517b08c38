import logging
import os
import socket
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage import engine
from symptoms.triage.facts import UNREADABLE, readable_facts, unsure
from symptoms.triage.models import FLAGGED, URGENCY, Assessment, Flag, FlagEvent, Tier
from symptoms.triage.ruleset import live_rules, live_version

# The worker has had its chance by then; whoever comes next takes the entry over.
GRACE: Final = timedelta(seconds=5)
BATCH: Final = 100
# The rule that lets each symptom speak for itself.
OWN_TIER: Final = "B00-own-tier"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AlreadyTaken(Exception):
    """Somebody else was first: `flag` says who and when."""

    flag: Flag


def assess_entry(*, entry_id: UUID) -> Assessment | None:
    """Assess the newest revision of an entry and raise or renew its flag, in one transaction.

    Safe to run twice and by several processes at once: a row that another one holds is left to it,
    and None is returned, as for an entry that is gone or was assessed already.
    """
    with transaction.atomic():
        waiting = Entry.objects.unassessed().select_related("patient__user")
        entry = waiting.select_for_update(of=["self"], skip_locked=True).filter(pk=entry_id).first()
        return _assess(entry) if entry else None


def assess_waiting() -> int:
    """Assess every entry that has waited longer than the grace, oldest first, and return how many."""
    done = 0
    tried: set[UUID] = set()
    while True:
        waiting = Entry.objects.waiting_since(clock.now() - GRACE).exclude(pk__in=tried)
        batch = list(waiting.values_list("pk", flat=True)[:BATCH])
        if not batch:
            return done
        for entry_id in batch:
            tried.add(entry_id)
            done += _assess_if_possible(entry_id)


def _assess_if_possible(entry_id: UUID) -> bool:
    """Assess one entry of many. One that the database refuses stays in the gap and stops no other."""
    try:
        return assess_entry(entry_id=entry_id) is not None
    except DatabaseError as error:
        if not connection.is_usable():
            raise
        log.error("entry %s stays unassessed: %s", entry_id, type(error).__name__)
        return False


def assess_now(entry: Entry) -> engine.Assessment:
    """Return what the rules say of `entry` at this moment. The advice page and the worker both call this.

    Facts that cannot be read leave the entry `unchecked`, at same-day or above: never as if nothing was found.
    """
    try:
        facts, whole = readable_facts(entry)
        said = engine.assess(facts, live_rules())
        return said if whole else unsure(said)
    except UNREADABLE as error:
        log.error("entry %s could not be assessed: %s", entry.pk, type(error).__name__)
        return engine.Assessment(tier=Tier.SAME_DAY.value, checked=False, held=(), failed=("facts",))


def _assess(entry: Entry) -> Assessment:
    started = time.perf_counter()
    said = assess_now(entry)
    elapsed = time.perf_counter() - started
    now = clock.now()
    before = Assessment.objects.filter(entry=entry, is_current=True).first()
    Assessment.objects.filter(entry=entry, is_current=True).update(is_current=False)
    assessment = Assessment.objects.create(
        entry=entry,
        revision=entry.revision,
        rule_set=live_version(),
        tier=said.tier,
        checked=said.checked,
        result=result_as_json(said),
        assessed_at=now,
        duration_us=round(elapsed * 1_000_000),
        process=f"{socket.gethostname()}:{os.getpid()}"[:80],
    )
    _renew_flag(entry, assessment, before)
    Entry.objects.filter(pk=entry.pk).update(assessed_revision=entry.revision)
    return assessment


def result_as_json(said: engine.Assessment) -> dict[str, Any]:
    """Return the rules that held, and those that failed, as plain JSON."""
    return {"held": [asdict(held) for held in said.held], "failed": list(said.failed)}


def _renew_flag(entry: Entry, assessment: Assessment, before: Assessment | None) -> None:
    flag = Flag.objects.select_for_update().filter(entry=entry).first()
    tier = Tier(assessment.tier)
    if flag is None:
        if tier in FLAGGED and entry.deleted_at is None:
            raised = Flag.objects.create(
                patient=entry.patient, entry=entry, tier=tier, raised_at=assessment.assessed_at
            )
            _happened(raised, FlagEvent.Kind.RAISED, by=None, tier=tier)
        return
    # What stood before this entry may have changed, and the entry itself not at all.
    changed = entry.versions.filter(revision__gte=entry.assessed_revision).exists()
    if entry.deleted_at is not None:
        _happened(flag, FlagEvent.Kind.ENTRY_DELETED, by=None)
    elif URGENCY[tier] < URGENCY[Tier(flag.tier)] or _speaks_up(flag, assessment, before, changed=changed):
        _raise_again(flag, tier, assessment)
    elif changed:
        _happened(flag, FlagEvent.Kind.ENTRY_CHANGED, by=None, tier=tier)


def _speaks_up(flag: Flag, assessment: Assessment, before: Assessment | None, *, changed: bool) -> bool:
    """Say whether a flag that somebody took on must wait again, though its tier is not higher than it was.

    A closed one: when its entry was changed, or is more urgent than when it was closed. Either: when
    something just as urgent is new. Without any of these it stays as it is, or nobody reads the next one.
    """
    if flag.state == Flag.State.WAITING or assessment.tier not in FLAGGED:
        return False
    closed = flag.state == Flag.State.RESOLVED
    if before is None or not before.checked:
        return closed
    worse = URGENCY[Tier(assessment.tier)] < URGENCY[Tier(before.tier)]
    if closed and (changed or worse):
        return True
    tier = assessment.tier if closed else flag.tier
    return not _alarms(assessment, tier) <= _alarms(before, tier)


def _alarms(assessment: Assessment, tier: str) -> set[tuple[str, str]]:
    """Return what speaks at `tier`: rules, and for the one about any symptom also the symptom."""
    held = [one for one in assessment.result.get("held", ()) if one["tier"] == tier]
    return {(one["rule_id"], symptom) for one in held for symptom in _named(one)}


def _named(held: dict[str, Any]) -> set[str]:
    if held["rule_id"] != OWN_TIER:
        return {""}
    return {because["symptom"] or "" for because in held["because"]}


def _raise_again(flag: Flag, tier: Tier, assessment: Assessment) -> None:
    flag.tier, flag.state, flag.raised_at = tier, Flag.State.WAITING, assessment.assessed_at
    flag.acknowledged_at = flag.acknowledged_by = flag.resolved_at = flag.resolved_by = None
    flag.save()
    _happened(flag, FlagEvent.Kind.RAISED_AGAIN, by=None, tier=tier)


@transaction.atomic
def acknowledge_flag(*, flag: Flag, by: User, note: str = "") -> Flag:
    """Take a waiting flag on. Of several people at once only one wins; the others get AlreadyTaken."""
    now = clock.now()
    won = Flag.objects.filter(pk=flag.pk, state=Flag.State.WAITING).update(
        state=Flag.State.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by
    )
    return _after_step(flag, bool(won), FlagEvent.Kind.ACKNOWLEDGED, by=by, note=note)


@transaction.atomic
def resolve_flag(*, flag: Flag, by: User, note: str) -> Flag:
    """Close a flag with a note that the patient sees. A flag that is closed already raises AlreadyTaken."""
    now = clock.now()
    won = (
        Flag.objects.filter(pk=flag.pk)
        .exclude(state=Flag.State.RESOLVED)
        .update(state=Flag.State.RESOLVED, resolved_at=now, resolved_by=by)
    )
    return _after_step(flag, bool(won), FlagEvent.Kind.RESOLVED, by=by, note=note)


def _after_step(flag: Flag, won: bool, kind: FlagEvent.Kind, *, by: User, note: str) -> Flag:
    fresh: Flag = Flag.objects.select_related("acknowledged_by", "resolved_by", "patient__user").get(pk=flag.pk)
    if not won:
        raise AlreadyTaken(fresh)
    _happened(fresh, kind, by=by, note=note)
    record(f"triage.flag-{kind}", by=by, patient=fresh.patient_id, subject=f"flag:{fresh.pk}")
    return fresh


@transaction.atomic
def tell_called(*, entry: Entry, by: User) -> None:
    """Write down that the patient says "I have called" about the advice for `entry`."""
    flag = Flag.objects.filter(entry=entry).first()
    if flag is not None and not flag.events.filter(kind=FlagEvent.Kind.CALLED, at__gte=flag.raised_at).exists():
        _happened(flag, FlagEvent.Kind.CALLED, by=by)
        record("triage.called", by=by, patient=entry.patient_id, subject=f"entry:{entry.pk}")


def _happened(flag: Flag, kind: FlagEvent.Kind, *, by: User | None, tier: str = "", note: str = "") -> None:
    FlagEvent.objects.create(flag=flag, kind=kind, at=clock.now(), by=by, tier=tier, note=note)
