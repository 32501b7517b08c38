import logging
import os
import socket
import time
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from symptoms.diary.models import Entry
from symptoms.followups.actions.reminders import note_day
from symptoms.lib import clock
from symptoms.triage import engine
from symptoms.triage.actions.flags import renew_flag
from symptoms.triage.actions.notices import plan_notices
from symptoms.triage.facts import UNREADABLE, readable_facts, unsure
from symptoms.triage.models import Assessment, Tier
from symptoms.triage.ruleset import live_rules, live_version, one_rule_set

# The worker has had its chance by then; whoever comes next takes the entry over.
GRACE: Final = timedelta(seconds=5)
BATCH: Final = 100
log = logging.getLogger(__name__)


@one_rule_set()
def assess_entry(*, entry_id: UUID) -> Assessment | None:
    """Assess the newest revision of an entry and raise or renew its flag, in one transaction.

    Safe to run twice and by several processes at once: a row that another one holds is left to it,
    and None is returned, as for an entry that is gone or was assessed already.
    """
    with transaction.atomic():
        waiting = Entry.objects.unassessed().select_related("patient__user")
        entry = waiting.select_for_update(of=["self"], skip_locked=True, no_key=True).filter(pk=entry_id).first()
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
    renew_flag(entry, assessment, before)
    plan_notices(entry, assessment, before)
    if entry.deleted_at is None:
        note_day(patient_id=entry.patient_id, day=entry.day, stirred=bool(said.held) or not said.checked)
    Entry.objects.filter(pk=entry.pk).update(assessed_revision=entry.revision)
    return assessment


def result_as_json(said: engine.Assessment) -> dict[str, Any]:
    """Return the rules that held, and those that failed, as plain JSON: equal to what is read back from a row."""
    return {"held": [_held_as_json(held) for held in said.held], "failed": list(said.failed)}


def _held_as_json(held: engine.Held) -> dict[str, Any]:
    # By hand: `asdict` takes ten times as long, and this is done for every entry that is assessed in bulk.
    because = [
        {"kind": one.kind, "symptom": one.symptom, "entry": one.entry, "value": one.value, "today": one.today}
        for one in held.because
    ]
    return {"rule_id": held.rule_id, "tier": held.tier, "because": because}
