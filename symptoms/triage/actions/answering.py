"""What people do with a flag: the clinic acknowledges and resolves it, the patient says "I have called"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage.models import Flag, FlagEvent, FlaggedEntry


@dataclass(frozen=True, slots=True)
class AlreadyTaken(Exception):
    """Somebody else was first: `flag` says who and when."""

    flag: Flag


@transaction.atomic
def acknowledge_flag(*, flag: Flag, by: User, note: str = "", seen: datetime | None = None) -> Flag:
    """Take a waiting flag on, with all its entries. Of several people at once one wins; the others get AlreadyTaken.

    With `seen` (its `news_at` as it was read) also one that was raised again since then raises AlreadyTaken.
    """
    now = clock.now()
    won = (
        _unchanged(flag, seen)
        .filter(state=Flag.State.WAITING)
        .update(state=Flag.State.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)
    )
    return _after_step(flag, bool(won), FlagEvent.Kind.ACKNOWLEDGED, by=by, note=note)


@transaction.atomic
def resolve_flag(*, flag: Flag, by: User, note: str, seen: datetime | None = None) -> Flag:
    """Close a flag with a note that the patient sees. A flag that is closed already raises AlreadyTaken.

    So does one that was raised again since `seen`.
    """
    now = clock.now()
    won = (
        _unchanged(flag, seen)
        .exclude(state=Flag.State.RESOLVED)
        .update(state=Flag.State.RESOLVED, resolved_at=now, resolved_by=by)
    )
    return _after_step(flag, bool(won), FlagEvent.Kind.RESOLVED, by=by, note=note)


@transaction.atomic
def tell_called(*, entry: Entry, by: User) -> None:
    """Write down that the patient says "I have called" about the advice for `entry`."""
    line = FlaggedEntry.objects.filter(entry=entry).select_related("flag").first()
    if line is None:
        return
    since = max(line.flag.news_at, line.joined_at)
    if not line.flag.events.filter(kind=FlagEvent.Kind.CALLED, at__gte=since).exists():
        happened(line.flag, FlagEvent.Kind.CALLED, entry=entry, by=by)
        record("triage.called", by=by, patient=entry.patient_id, subject=f"entry:{entry.pk}")


def happened(
    flag: Flag, kind: FlagEvent.Kind, *, entry: Entry, by: User | None = None, tier: str = "", note: str = ""
) -> None:
    """Write down one step in the life of a flag, and the entry that it is about."""
    FlagEvent.objects.create(flag=flag, entry=entry, kind=kind, at=clock.now(), by=by, tier=tier, note=note)


def _unchanged(flag: Flag, seen: datetime | None) -> Any:
    found = Flag.objects.filter(pk=flag.pk)
    return found if seen is None else found.filter(news_at=seen)


def _after_step(flag: Flag, won: bool, kind: FlagEvent.Kind, *, by: User, note: str) -> Flag:
    people = Flag.objects.select_related("acknowledged_by", "resolved_by", "patient__user", "entry")
    fresh: Flag = people.get(pk=flag.pk)
    if not won:
        raise AlreadyTaken(fresh)
    happened(fresh, kind, entry=fresh.entry, by=by, note=note)
    record(f"triage.flag-{kind}", by=by, patient=fresh.patient_id, subject=f"flag:{fresh.pk}")
    return fresh
