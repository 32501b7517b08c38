"""What the reminders of this room say. Worked out when one goes out, in the reader's language and zone.

Each renderer returns None where there is nothing to remind of any more. What leaves the tracker says "You have a
reminder" unless the person chose more (see notifications).
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.followups.actions.reminders import COPIED, LOG_SHOT
from symptoms.followups.models import CheckIn, Occasion, ReminderCopy, ReminderSettings
from symptoms.followups.selectors.planned_tests import test_name
from symptoms.lib import clock
from symptoms.notifications.models import LATER_STEP, Reminder
from symptoms.notifications.wording import Words
from symptoms.sharing.access import Permission, can, permissions

State = Reminder.State


def occasion_of(reminder: Reminder) -> Occasion | None:
    """Return what a reminder is about, while it still is to be reminded of."""
    open_ones = Occasion.objects.select_related("patient__user").open()
    found: Occasion | None = open_ones.filter(pk=reminder.subject).first()
    return found


def shot_words(reminder: Reminder) -> Words | None:
    """Remind of a shot that is due (clinical.md 4, "Missed dose", "Before use", "Active infection")."""
    occasion = occasion_of(reminder)
    if occasion is None or occasion.due_on is None:
        return None
    url = reverse("followups:injections", args=[occasion.patient_id])
    left, day = _days_left(occasion, occasion.due_on), _day(occasion.due_on)
    if left > 0:
        said = _("Your injection is due tomorrow") if left == 1 else _("Your injection is due on %(day)s")
        body = _("Check that a pen is in your fridge. If you have a fever or an infection, ask your care team first.")
        return Words(said % {"day": day}, body, url)
    if left == 0:
        body = _("Take the pen out of the fridge 15 to 30 minutes before. Then write the injection down here.")
        return Words(_("Your injection is due today"), body, url)
    body = _(
        "The label says to take a missed dose as soon as you can. First call your care team if it was one of your "
        "first three, you are unsure, or have an infection. If you had it, write it down here."
    )
    return Words(_("Your injection was due on %(day)s") % {"day": day}, body, url)


def blood_test_words(reminder: Reminder) -> Words | None:
    """Remind of a blood test that is due (clinical.md 3)."""
    occasion = occasion_of(reminder)
    if occasion is None or occasion.due_on is None:
        return None
    what, url = {"test": test_name(occasion.key)}, reverse("followups:blood-tests", args=[occasion.patient_id])
    left, day = _days_left(occasion, occasion.due_on), {"day": _day(occasion.due_on)}
    if left < 0:
        body = _("%(test)s. Book it in the next days, or say here that it is done.") % what
        return Words(_("A blood test was due on %(day)s") % day, body, url)
    body = _("%(test)s. Book it if you have not done so, and say so here.") % what
    if left == 0:
        return Words(_("A blood test is due today"), body, url)
    said = _("A blood test is due tomorrow") if left == 1 else _("A blood test is due on %(day)s")
    return Words(said % day, body, url)


def check_in_words(reminder: Reminder) -> Words | None:
    """Ask how a shot was borne, unless that was answered."""
    occasion = occasion_of(reminder)
    if occasion is None:
        return None
    settled = CheckIn.objects.filter(patient=occasion.patient_id, injection=UUID(occasion.key)).exclude(
        state=CheckIn.State.WAITING
    )
    if settled.exists() if reminder.step == LATER_STEP else settled.filter(step=reminder.step).exists():
        return None
    url = reverse("diary:log", args=[occasion.patient_id])
    body = _("Write down what you feel, also if it is nothing new.")
    return Words(_("How are you since your injection?"), body, url)


def log_words(reminder: Reminder) -> Words | None:
    """Ask for the day's log, unless there is one."""
    occasion = occasion_of(reminder)
    if occasion is None:
        return None
    asked = clock.local_day(reminder.due_at, occasion.patient.time_zone)
    day = asked if reminder.step == LATER_STEP else date.fromisoformat(reminder.step)
    if ReminderSettings.objects.filter(patient=occasion.patient_id, logged_on__gte=day).exists():
        return None
    url = reverse("today:today", args=[occasion.patient_id])
    return Words(_("How was your day?"), _("Log what you feel, or that you have no symptoms."), url)


def log_shot_words(reminder: Reminder) -> Words | None:
    """Lead to the list of shots whoever said that one is done. The tracker writes down none by itself."""
    occasion = occasion_of(reminder)
    if occasion is None:
        return None
    body = _("Write down the day, the place and the batch number. Then we can work out the next date.")
    return Words(
        _("You said your injection is done"), body, reverse("followups:injections", args=[occasion.patient_id])
    )


def shot_copy_words(reminder: Reminder) -> Words | None:
    """Tell a caregiver of a shot that the patient did not answer for."""
    occasion = _copied(reminder)
    if occasion is None or occasion.due_on is None:
        return None
    left = _days_left(occasion, occasion.due_on)
    said = _("%(name)s has an injection due on %(day)s") if left >= 0 else _("%(name)s had an injection due on %(day)s")
    told = {"name": occasion.patient.name, "day": _day(occasion.due_on)}
    return Words(said % told, _copy_body(), reverse("followups:injections", args=[occasion.patient_id]))


def blood_test_copy_words(reminder: Reminder) -> Words | None:
    """Tell a caregiver of a blood test that the patient did not answer for."""
    occasion = _copied(reminder)
    if occasion is None or occasion.due_on is None:
        return None
    left = _days_left(occasion, occasion.due_on)
    said = _("%(name)s has a blood test due on %(day)s") if left >= 0 else _("%(name)s had a blood test due on %(day)s")
    told = {"name": occasion.patient.name, "day": _day(occasion.due_on)}
    return Words(said % told, _copy_body(), reverse("followups:blood-tests", args=[occasion.patient_id]))


# What a caregiver must be able to read to hear of it.
READS_OF = {Occasion.Kind.SHOT: Permission.READ_INJECTIONS, Occasion.Kind.TEST: Permission.READ_BLOOD_TESTS}


def _copied(reminder: Reminder) -> Occasion | None:
    """Return what a copy is about, if its reader may know of it now and the patient has not answered.

    Asked when the copy goes out: a share that ended, or a wish for copies that was taken back, ends it at once.
    """
    occasion = occasion_of(reminder)
    if occasion is None:
        return None
    to, patient = reminder.recipient, occasion.patient
    is_wished = ReminderCopy.objects.filter(patient=patient, user=to).standing().exists()
    if not is_wished or not can(to, READS_OF[Occasion.Kind(occasion.kind)], patient):
        return None
    own = Reminder.objects.filter(recipient=patient.user, kind=occasion.kind, subject=occasion.pk)
    if own.filter(step=reminder.step).exclude(answer="", state__in=(State.WAITING, State.TOLD, State.MERGED)).exists():
        return None
    return occasion


def copies_gone(reader: User, reminders: Collection[Reminder]) -> set[UUID]:
    """Return the copies that tell of what is not shared with this reader any more. A query, and one a patient."""
    subjects = {one.subject for one in reminders}
    occasions = Occasion.objects.filter(pk__in=subjects).select_related("patient__user")
    allowed: dict[UUID, frozenset[Permission]] = {}
    may_read = set()
    for one in occasions:
        if one.patient_id not in allowed:
            allowed[one.patient_id] = permissions(reader, one.patient)
        if READS_OF[Occasion.Kind(one.kind)] in allowed[one.patient_id]:
            may_read.add(one.pk)
    return {one.pk for one in reminders if one.subject not in may_read}


def _copy_body() -> str:
    return _("They asked us to tell you too. They have not answered yet.")


def _days_left(occasion: Occasion, due_on: date) -> int:
    return (due_on - clock.local_day(clock.now(), occasion.patient.time_zone)).days


def _day(day: date) -> str:
    return date_format(day, "l j F")


RENDERERS = {
    Occasion.Kind.SHOT.value: shot_words,
    Occasion.Kind.TEST.value: blood_test_words,
    Occasion.Kind.CHECK_IN.value: check_in_words,
    Occasion.Kind.LOG.value: log_words,
    LOG_SHOT: log_shot_words,
    COPIED[Occasion.Kind.SHOT]: shot_copy_words,
    COPIED[Occasion.Kind.TEST]: blood_test_copy_words,
}
