from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage.models import FLAGGED, URGENCY, Assessment, Flag, FlagEvent, Tier

# The rule that lets each symptom speak for itself.
OWN_TIER: Final = "B00-own-tier"


@dataclass(frozen=True, slots=True)
class AlreadyTaken(Exception):
    """Somebody else was first: `flag` says who and when."""

    flag: Flag


def renew_flag(entry: Entry, assessment: Assessment, before: Assessment | None) -> None:
    """Raise, raise again or leave the flag of an entry that was just assessed; call it in that transaction."""
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
