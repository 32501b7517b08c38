"""What a person says to a reminder: done, later or stop."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.notifications.actions.scheduling import settle
from symptoms.notifications.models import LATER_STEP, Notice, Reminder
from symptoms.notifications.signals import reminder_answered, reminders_resumed

State, Answer = Reminder.State, Reminder.Answer
# "Later" brings the reminder back after so long; quiet hours put it off further.
LATER_AFTER: Final = timedelta(hours=3)


@transaction.atomic
def answer_reminder(*, reminder: Reminder, answer: str, by: User | None = None) -> bool:
    """Write down the answer, and return whether it was news. `by` is None for a link opened without sign-in.

    The answer counts for everything that was told together with it. "Later" brings it back once, "stop" ends all
    reminders of the same kind and subject to this person until they are resumed. Only "later" may be changed.
    """
    lead = Reminder.objects.values_list("merged_into", flat=True).get(pk=reminder.pk) or reminder.pk
    row = Reminder.objects.select_for_update().get(pk=lead)
    if row.state not in {State.TOLD, State.WAITING} and row.answer != Answer.LATER:
        return False
    if answer == Answer.LATER == row.answer:
        return False
    now = clock.now()
    state = State.STOPPED if answer == Answer.STOP else State.ANSWERED
    together = [row, *row.merged.select_for_update()]
    Reminder.objects.filter(pk__in=[one.pk for one in together[1:]]).update(answer=answer, answered_at=now)
    Reminder.objects.filter(pk=row.pk).update(answer=answer, answered_at=now, state=state, lease_until=None)
    settle([one.pk for one in together])
    _put_off_or_stop(together, answer)
    record("notifications.reminder-answered", by=by, subject=f"reminder:{row.pk}", data={"answer": answer})
    for one in together:
        one.refresh_from_db()
        transaction.on_commit(lambda one=one: reminder_answered.send(sender=Reminder, reminder=one))  # type: ignore[misc]
    return True


def _put_off_or_stop(together: list[Reminder], answer: str) -> None:
    waiting = Reminder.objects.filter(state=State.WAITING)
    for one in {(one.kind, one.subject): one for one in together}.values():
        same = waiting.filter(recipient=one.recipient_id, kind=one.kind, subject=one.subject)
        same.filter(step=LATER_STEP).delete()
        if answer == Answer.LATER:
            Reminder.objects.create(
                recipient_id=one.recipient_id,
                kind=one.kind,
                subject=one.subject,
                step=LATER_STEP,
                due_at=clock.now() + LATER_AFTER,
            )
        elif answer == Answer.STOP:
            same.update(state=State.STOPPED, lease_until=None)


@transaction.atomic
def resume_reminders(*, recipient: User, kind: str, subject: UUID, by: User) -> None:
    """Let reminders come again that this person had stopped. What was due meanwhile is left out."""
    stopped = Reminder.objects.filter(recipient=recipient, kind=kind, subject=subject, state=State.STOPPED)
    stopped.filter(told_at=None, due_at__lte=clock.now()).delete()
    stopped.filter(told_at=None).update(state=State.WAITING)
    stopped.update(state=State.ANSWERED)
    record("notifications.reminders-resumed", by=by, subject=f"reminders:{subject}")
    transaction.on_commit(lambda: reminders_resumed.send(sender=Reminder, user=recipient, kind=kind, subject=subject))


@transaction.atomic
def put_aside(*, notice: Notice, by: User) -> None:
    """Take a notice off the list of what is open. A reminder stays unanswered by it."""
    Notice.objects.filter(pk=notice.pk, settled_at=None).update(settled_at=clock.now())
    record("notifications.notice-put-aside", by=by, subject=f"notice:{notice.pk}")
