"""Plan reminders, and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.notifications.models import LATER_STEP, Delivery, Notice, Reminder
from symptoms.notifications.signals import something_due

State = Reminder.State
# Any fixed number: it keeps these locks apart from others.
PLANS: Final = 4_711_010


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder to be: an aware instant (kept in UTC) and its step, a slug of at most 20 letters."""

    at: datetime
    step: str


@transaction.atomic
def schedule_reminders(*, recipient: User, kind: str, subject: UUID, due: Sequence[Due]) -> None:
    """Make the waiting reminders of this recipient, kind and subject equal to `due`.

    What was told or answered stays, and is not made again. What the person put off with "later" stays too. Nothing
    is planned for what they stopped, until `resume_reminders`. Safe to call again and by several processes at once:
    the last plan holds. An instant in the past is told at once.
    """
    _one_at_a_time(recipient, kind, subject)
    same = Reminder.objects.filter(recipient=recipient, kind=kind, subject=subject)
    wanted = {(one.step, one.at) for one in due}
    if same.filter(state=State.STOPPED).exists():
        wanted = set()
    waiting = same.filter(state=State.WAITING).exclude(step=LATER_STEP)
    standing = {(step, at): pk for pk, step, at in waiting.values_list("pk", "step", "due_at")}
    if gone := [pk for about, pk in standing.items() if about not in wanted]:
        same.filter(pk__in=gone, state=State.WAITING).delete()
    new = [
        Reminder(recipient=recipient, kind=kind, subject=subject, step=step, due_at=at)
        for step, at in sorted(wanted - set(standing))
    ]
    if new:
        Reminder.objects.bulk_create(new, ignore_conflicts=True)
        hurry_if_due(new)


@transaction.atomic
def cancel_reminders(*, kind: str, subject: UUID, recipient: User | None = None) -> None:
    """Take back what is planned or told about a subject: it was done, or is no more. Without recipient: of everybody.

    Waiting reminders go; of told ones the notice is put aside, and no channel sends them any more. Whatever the
    person stopped stays stopped.
    """
    rows = Reminder.objects.filter(kind=kind, subject=subject)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    rows.filter(state=State.WAITING).delete()
    settle(list(rows.values_list("pk", flat=True)))


def settle(reminders: Sequence[UUID]) -> None:
    """Put the notices of these reminders aside, and keep back what no channel has sent yet."""
    Notice.objects.filter(reminder__in=reminders, settled_at=None).update(settled_at=clock.now())
    unsent = Delivery.objects.filter(reminder__in=reminders, state=Delivery.State.WAITING)
    unsent.update(state=Delivery.State.DROPPED, lease_until=None)


def hurry_if_due(rows: Sequence[Reminder]) -> None:
    """Say on commit that something is due, so that nobody need wait for the next sweep."""
    if any(row.due_at <= clock.now() for row in rows):
        transaction.on_commit(lambda: something_due.send(sender=Reminder))


def _one_at_a_time(recipient: User, kind: str, subject: UUID) -> None:
    """Hold the plan of this recipient, kind and subject until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [PLANS, f"{recipient.pk} {kind} {subject}"])
