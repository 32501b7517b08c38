"""What follows from an answer to a reminder. It may come from a link without sign-in, so little does."""

from contextlib import suppress

from symptoms.accounts.models import User
from symptoms.followups.actions.blood_tests import NotPossible, mark_taken
from symptoms.followups.actions.reminders import LOG_SHOT, LOG_SHOT_AFTER
from symptoms.followups.models import Occasion
from symptoms.followups.selectors.occasions import clock_of
from symptoms.followups.selectors.planned_tests import tests_to_take
from symptoms.lib import clock
from symptoms.notifications.actions import Due, schedule_reminders
from symptoms.notifications.models import Reminder

# Said done to these, the shot itself is meant; to those before it, the fridge and the pen.
BEFORE: tuple[str, ...] = ("3d", "1d")


def act_on_answer(reminder: Reminder) -> None:
    """Act on the patient's own "done", while there is still something to be reminded of.

    A shot is never logged by it: whoever said so is led to the list in a while, and its later reminders go on until
    it stands there, so that a slip of a finger silences none. A blood test counts as taken today, from the day it is
    due or booked for on; the page of tests takes that back. Before that day "done" tells too little: it may be booked.
    """
    if reminder.answer != Reminder.Answer.DONE:
        return
    occasion = Occasion.objects.select_related("patient__user").open().filter(pk=reminder.subject).first()
    if occasion is None or reminder.recipient_id != occasion.patient.user_id:
        return
    if reminder.kind == Occasion.Kind.SHOT and reminder.step not in BEFORE:
        _lead_to_the_list(occasion.patient.user, occasion)
    if reminder.kind == Occasion.Kind.TEST:
        _taken(occasion)


def _lead_to_the_list(user: User, occasion: Occasion) -> None:
    at = clock_of(user).awake(clock.now() + LOG_SHOT_AFTER)
    schedule_reminders(recipient=user, kind=LOG_SHOT, subject=occasion.pk, due=[Due(at=at, step="log")])


def _taken(occasion: Occasion) -> None:
    patient = occasion.patient
    today = clock.local_day(clock.now(), patient.time_zone)
    for one in tests_to_take(patient, today=today):
        if one.key == occasion.key and one.day == occasion.due_on and one.day <= today:
            with suppress(NotPossible):
                mark_taken(patient=patient, test=one.test, due_on=one.due_on, taken_on=today, by=patient.user)
