"""Sealing comes after the saving, so that no save waits for another one's digest."""

import logging
from itertools import count
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from symptoms.audit.chain import BEGINNING, digest_of
from symptoms.audit.models import Event, EventQuerySet, Seal

log = logging.getLogger(__name__)
ONE_SEALER: Final = 0x5EA1
# Rows in one transaction: about a tenth of a second, so that other work of the same process waits no longer.
BATCH: Final = 1000
# An id is given when a row is written, and seen when its transaction ends. So many ids below the highest that is
# sealed are looked through each time; a row that came later still is found by a look at all of them, once an hour.
LATE_IDS: Final = 10_000


def seal_events(*, whole: bool = False) -> int:
    """Chain the events that have no seal yet, in the order of their ids; return how many, at most `BATCH`.

    While another process seals, this one leaves it to it and returns 0. With `whole` every event is looked at.
    """
    with transaction.atomic():
        if not _is_my_turn():
            return 0
        seals = _links(list(unsealed(None if whole else _floor())[:BATCH]))
        Seal.objects.bulk_create(seals)
    if seals:
        last = seals[-1]
        log.info("audit: sealed %d events, up to seal %d: %s", len(seals), last.position, last.digest)
    return len(seals)


def seal_all() -> int:
    """Seal until nothing is left that this process may seal."""
    return sum(iter(seal_events, 0)) + sum(iter(lambda: seal_events(whole=True), 0))


def unsealed(above: int | None = None) -> EventQuerySet:
    """Return the events that have no seal, in the order of their ids; all of them, or those above an id."""
    events, seals = Event.objects.order_by("pk"), Seal.objects.filter(event_id=OuterRef("pk"))
    if above is not None:  # said of both, so that neither table is read as a whole
        events, seals = events.filter(pk__gt=above), seals.filter(event_id__gt=above)
    return events.filter(~Exists(seals))


def _is_my_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_SEALER])
        return bool(cursor.fetchone()[0])


def _floor() -> int:
    highest = Seal.objects.order_by("-event_id").values_list("event_id", flat=True).first()
    return (highest or 0) - LATE_IDS


def _links(events: list[Event]) -> list[Seal]:
    last = Seal.objects.order_by("-position").first() if events else None
    digest, seals = last.digest if last else BEGINNING, []
    for position, event in zip(count(last.position + 1 if last else 1), events, strict=False):
        previous, digest = digest, digest_of(event, digest)
        seals.append(Seal(position=position, event_id=event.pk, previous=previous, digest=digest))
    return seals
