"""Tell what is due: mark it, write its notice and put it on its way, all in one transaction. Needs no network.

That transaction is why a reminder stands in the tracker exactly once, whoever is killed, and is never lost.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone, translation
from django.utils.translation import ngettext

from symptoms.accounts.models import User
from symptoms.notifications import routes
from symptoms.notifications.channels import in_app
from symptoms.notifications.leases import claim_reminders
from symptoms.notifications.models import LATE_AFTER, STALE_AFTER, Delivery, Notice, Reminder
from symptoms.notifications.wording import SEVERAL, TEST, Words, is_alone, render

State = Reminder.State
BATCH: Final = 200
# Any fixed number: the turn to tell one person what is stale, or what is told one at a time.
MERGES: Final = 4_711_011
LONGEST_TITLE: Final = 200
LONGEST_URL: Final = 300
OVERTAKE: Final = """
UPDATE notifications_notice SET settled_at = %(now)s
FROM notifications_reminder newer JOIN notifications_reminder older
  ON older.recipient_id = newer.recipient_id AND older.kind = newer.kind AND older.subject = newer.subject
  AND older.due_at < newer.due_at
WHERE newer.id = ANY(%(told)s) AND notifications_notice.reminder_id = older.id
  AND notifications_notice.settled_at IS NULL
"""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Told:
    """How many reminders were told, told together with another, or no longer needed."""

    told: int = 0
    merged: int = 0
    dropped: int = 0


def tell_due(*, now: datetime, most: int) -> Told:
    """Tell up to `most` reminders that are due. What a database fault leaves untold waits for its lease to end."""
    counts, left = Told(), most
    while left > 0 and (claimed := claim_reminders(now=now, most=min(BATCH, left))):
        left -= len(claimed)
        tell(claimed, now, counts)
    return counts


def tell(claimed: list[Reminder], now: datetime, counts: Told) -> None:
    """Tell what was claimed: what is stale per person, the rest at once, or one by one where one is refused."""
    prefetch_related_objects(claimed, "recipient__wishes", "recipient__addresses", "recipient__emailaddress_set")
    stale = {row.recipient_id: row.recipient for row in claimed if _is_stale(row, now)}
    for user in stale.values():
        _if_possible(lambda user=user: _tell_stale(user, now, counts), f"stale ones of user {user.pk}")  # type: ignore[misc]
    fresh = [row for row in claimed if not _is_stale(row, now)]
    _tell_each([row for row in fresh if is_alone(row.kind)], now, counts)
    _tell_together([row for row in fresh if not is_alone(row.kind)], now, counts)


def _tell_each(alone: Sequence[Reminder], now: datetime, counts: Told) -> None:
    for row in alone:
        _if_possible(lambda row=row: _tell_alone(row, now, counts), f"message {row.pk}")  # type: ignore[misc]


def _tell_together(fresh: Sequence[Reminder], now: datetime, counts: Told) -> None:
    if fresh and not _if_possible(lambda: _tell_fresh(fresh, now, counts), "a batch"):
        for row in fresh:
            _if_possible(lambda row=row: _tell_fresh([row], now, counts), f"reminder {row.pk}")  # type: ignore[misc]


def _is_stale(row: Reminder, now: datetime) -> bool:
    return row.due_at < now - STALE_AFTER


def _if_possible(do: Callable[[], None], what: str) -> bool:
    """Do it, or say in the log that the database refused it. A database that is away is for the caller."""
    try:
        do()
    except (DatabaseError, ValueError) as error:  # ValueError: a letter that PostgreSQL does not take
        if not connection.is_usable():
            raise
        log.error("%s stays untold: %s", what, type(error).__name__)
        return False
    return True


def _tell_fresh(rows: Sequence[Reminder], now: datetime, counts: Told) -> None:
    said = [(row, _words(row)) for row in rows]
    with transaction.atomic():
        waiting = Reminder.objects.filter(pk__in=[row.pk for row in rows], state=State.WAITING)
        held = set(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
        dropped = [row for row, words in said if words is None and row.pk in held]
        kept = [(row, words) for row, words in said if words is not None and row.pk in held]
        _drop(dropped)
        _keep(kept, now)
    counts.told += len(kept)
    counts.dropped += len(dropped)


@transaction.atomic
def _tell_alone(row: Reminder, now: datetime, counts: Told) -> None:
    """Tell one message while nothing else of its kind is told to this person, for its words hang on that."""
    _wait_for_turn(row.recipient)
    _tell_fresh([row], now, counts)


def _wait_for_turn(user: User) -> None:
    """Hold what is told to one person in turn, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [MERGES, user.pk])


def _tell_stale(user: User, now: datetime, counts: Told) -> None:
    """Tell all that one person should have heard more than a day ago in one message, by one process at a time."""
    with transaction.atomic():
        _wait_for_turn(user)
        waiting = Reminder.objects.filter(recipient=user, state=State.WAITING, due_at__lt=now - STALE_AFTER)
        rows = list(waiting.select_for_update().order_by("pk"))
        for row in rows:
            row.recipient = user
        said = [(row, _words(row)) for row in sorted(rows, key=lambda row: row.due_at)]
        dropped = [row for row, words in said if words is None]
        kept = [(row, words) for row, words in said if words is not None]
        _drop(dropped)
        if kept:
            lead = kept[-1][0]
            _keep([(lead, merged_words(kept))], now)
            others = [row.pk for row, _words in kept[:-1]]
            Reminder.objects.filter(pk__in=others).update(
                state=State.MERGED, merged_into=lead, told_at=now, late=True, lease_until=None
            )
    counts.dropped += len(dropped)
    counts.told += bool(kept)
    counts.merged += max(len(kept) - 1, 0)


def merged_words(said: Sequence[tuple[Reminder, Words]]) -> Words:
    """Return the words of one message for several reminders, the newest last. What is said twice is said once."""
    lead, newest = said[-1]
    titles = list(dict.fromkeys(words.title for _row, words in said))
    if len(titles) == 1:
        return newest
    with translation.override(lead.recipient.language):
        title = ngettext("You have %(n)d reminder", "You have %(n)d reminders", len(titles)) % {"n": len(titles)}
    urgent = any(words.urgent for _row, words in said)
    is_message = all(words.is_message for _row, words in said)
    return Words(title, "\n".join(titles), SEVERAL, urgent=urgent, is_message=is_message)


def _words(row: Reminder) -> Words | None:
    return render(row) if row.recipient.is_active else None


def _drop(rows: Sequence[Reminder]) -> None:
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.DROPPED, lease_until=None)


def _keep(said: Sequence[tuple[Reminder, Words]], now: datetime) -> None:
    """Mark these as told, write their notices, and put each on its way through the first channel that reaches."""
    for row, _said in said:
        row.late = now - row.due_at > LATE_AFTER
    for late in (False, True):
        ids = [row.pk for row, _said in said if row.late is late]
        Reminder.objects.filter(pk__in=ids).update(state=State.TOLD, told_at=now, late=late, lease_until=None)
    Notice.objects.bulk_create(_notice(row, words, now) for row, words in said if _is_for_the_tracker(row))
    Delivery.objects.bulk_create(one for row, words in said for one in _deliveries(row, words, now))
    _overtake([row.pk for row, _said in said], now)


def _overtake(told: Sequence[UUID], now: datetime) -> None:
    """Put aside what these say anew: of one subject only the newest notice waits, or those of each day pile up."""
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKE, {"told": list(told), "now": now})


def _is_for_the_tracker(row: Reminder) -> bool:
    return row.kind != TEST or row.step == in_app.SLUG


def _notice(row: Reminder, words: Words, now: datetime) -> Notice:
    body = words.body
    if row.late:
        with translation.override(row.recipient.language), timezone.override(ZoneInfo(row.recipient.time_zone)):
            body = "\n".join(filter(None, [body, routes.late_words(row.due_at)]))
    return Notice(
        recipient=row.recipient,
        kind=_kind(row, words),
        reminder=row,
        title=words.title[:LONGEST_TITLE],
        body=body,
        url=words.url if len(words.url) <= LONGEST_URL else "",
        made_at=now,
    )


def _kind(row: Reminder, words: Words) -> Notice.Kind:
    if words.is_message:
        return Notice.Kind.MESSAGE
    return Notice.Kind.TEST if row.kind == TEST else Notice.Kind.REMINDER


def _deliveries(row: Reminder, words: Words, now: datetime) -> list[Delivery]:
    sent = []
    if _is_for_the_tracker(row):
        told = {"state": Delivery.State.TAKEN, "taken_at": now, "tries": 1}
        sent.append(_delivery(row, in_app.SLUG, now, **told))
    if slug := routes.next_channel(row):
        due = routes.held_back_until(row, words, now) or now
        sent.append(_delivery(row, slug, now, next_try_at=due))
    return sent


def _delivery(row: Reminder, slug: str, now: datetime, **said: object) -> Delivery:
    return Delivery(reminder=row, channel=slug, made_at=now, message_id=routes.message_id(row, slug), **said)
