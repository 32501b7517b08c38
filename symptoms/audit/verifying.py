"""Work the whole chain out again, and say where it does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection

from symptoms.audit.chain import BEGINNING, digest_of
from symptoms.audit.models import Event, Seal
from symptoms.audit.sealing import unsealed

CHUNK: Final = 2000
TABLES: Final = (Event._meta.db_table, Seal._meta.db_table)
GUARDS: Final = frozenset((table, f"{table}_{what}") for table in TABLES for what in ("append_only", "no_truncate"))


@dataclass(frozen=True)
class Fault:
    """Where the chain does not hold: the seal's position, the event's id, and a sentence."""

    position: int
    event_id: int
    what: str


@dataclass(frozen=True)
class Report:
    """What a look through all seals found. `newest` is what an operator keeps elsewhere as the next anchor."""

    events: int
    sealed: int
    waiting: int
    newest: str
    faults: int
    first: Fault | None
    is_anchored: bool
    missing_guards: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults and self.is_anchored and not self.missing_guards


def verify(anchor: str = "") -> Report:
    """Look through everything. `anchor` is a digest told earlier, which must still be in the chain."""
    newest, sealed, is_anchored = BEGINNING, 0, anchor in ("", BEGINNING)
    faults, first = 0, None
    for seal, fault in look_through():
        newest, sealed = seal.digest, sealed + 1
        is_anchored = is_anchored or seal.digest == anchor
        if fault:
            faults, first = faults + 1, first or fault
    return Report(
        Event.objects.count(), sealed, unsealed().count(), newest, faults, first, is_anchored, missing_guards()
    )


def look_through() -> Iterator[tuple[Seal, Fault | None]]:
    """Yield each seal in its order, with what is wrong with it. An event is committed before its seal."""
    position, digest, rest = 0, BEGINNING, Seal.objects.order_by("position")
    while seals := list(rest[:CHUNK]):
        events = Event.objects.in_bulk([seal.event_id for seal in seals])
        for seal in seals:
            what = problem(seal, events.get(seal.event_id), position + 1, digest)
            yield seal, Fault(seal.position, seal.event_id, what) if what else None
            position, digest = seal.position, seal.digest
        rest = Seal.objects.filter(position__gt=position).order_by("position")


def problem(seal: Seal, event: Event | None, position: int, previous: str) -> str:
    """Say in a sentence why a seal does not fit at this position after this digest; empty when it does."""
    if seal.position != position:
        return f"the seal should stand at {position}: seals are missing, or one was put in"
    if seal.previous != previous:
        return "the seal does not follow the one before it: seals were changed, inserted or put in another order"
    if event is None:
        return "the event was removed"
    if seal.digest != digest_of(event, previous):
        return "the event, or its seal, was changed after it was sealed"
    return ""


def missing_guards() -> tuple[str, ...]:
    """Return the triggers that should refuse changes, and are not there or not switched on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE tgrelid = ANY (%s::regclass[]) AND tgenabled = 'A'",
            [list(TABLES)],
        )
        return tuple(sorted(name for _, name in GUARDS - set(cursor.fetchall())))
