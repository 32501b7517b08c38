"""A blood test on its way, and its plan: booked, taken, seen; asked for, set otherwise. Not its results."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.models import BloodTest, BloodTestPlan
from symptoms.followups.signals import blood_tests_changed
from symptoms.lib import clock
from symptoms.sharing.models import Patient

WHY_LENGTH: Final = 500
# How far ahead a test can be booked or planned, and how far back one can lie. Against slips of the year only.
AHEAD: Final = timedelta(days=5 * 366)
BACK: Final = timedelta(days=20 * 366)


class NotPossible(Exception):
    """It cannot be done so: `field` is what is wrong, `why` a sentence for whoever typed it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class PlanSaid:
    """A test's plan as it was filled in: off, or from a day every so many months (None: once), until a day."""

    is_on: bool
    first_due: date | None = None
    every_months: int | None = None
    until: date | None = None


@transaction.atomic
def book_test(*, patient: Patient, test: str, due_on: date | None, booked_for: date | None, by: User) -> BloodTest:
    """Write down for when a test is booked; None takes the booking back. NotPossible: a day out of reach."""
    take_turn(patient)
    today = today_of(patient)
    if booked_for is not None and not today - timedelta(days=31) <= booked_for <= today + AHEAD:
        raise NotPossible("booked_for", _("Type the day of the appointment. It cannot be long ago."))
    step = open_step(patient, test, due_on)
    if step.booked_for != booked_for:
        step.booked_for = booked_for
        step.save()
        tell(patient, "followups.test-booked" if booked_for else "followups.test-booking-undone", step, by=by)
    return step


@transaction.atomic
def mark_taken(*, patient: Patient, test: str, due_on: date | None, taken_on: date, by: User) -> BloodTest:
    """Write down on which day the blood was taken. NotPossible: a day that is still to come, or long past."""
    take_turn(patient)
    check_taken_on(patient, taken_on)
    step = open_step(patient, test, due_on)
    step.taken_on = taken_on
    step.save()
    tell(patient, "followups.test-taken", step, by=by)
    return step


@transaction.atomic
def undo_taken(*, step: BloodTest, by: User) -> None:
    """Take back that the blood was taken. NotPossible: a result is in."""
    take_turn(step.patient)
    locked = BloodTest.objects.get(pk=step.pk)
    if locked.result_in_at is not None:
        raise NotPossible("", _("A result of this test is in. Change or delete the result first."))
    locked.taken_on = None
    locked.save()
    tell(step.patient, "followups.test-taken-undone", locked, by=by)


@transaction.atomic
def ask_for_test(
    *, patient: Patient, test: str, due_on: date, why: str, by: User, flag: UUID | None = None
) -> BloodTest:
    """Ask for one more test, beside the plan. NotPossible: no reason, a day out of reach, asked for already."""
    take_turn(patient)
    _check_why(why)
    today = today_of(patient)
    if not today <= due_on <= today + AHEAD:
        raise NotPossible("due_on", _("Choose a day from today on."))
    if BloodTest.objects.live().filter(patient=patient, test=test, reason="extra", taken_on=None).exists():
        raise NotPossible("", _("An extra test of this kind is asked for already and not taken yet."))
    step: BloodTest = BloodTest.objects.create(
        patient=patient, test=test, reason=BloodTest.Reason.EXTRA, due_on=due_on, why=why, asked_by=by, flag=flag
    )
    tell(patient, "followups.test-asked-for", step, by=by)
    return step


@transaction.atomic
def mark_seen(*, step: BloodTest, by: User) -> bool:
    """Write down that somebody of the clinic has seen the result. False: somebody has already, or there is none."""
    unseen = BloodTest.objects.unseen().filter(pk=step.pk)
    if not unseen.update(seen_at=clock.now(), seen_by=by):
        return False
    tell(step.patient, "followups.result-seen", step, by=by)
    return True


@transaction.atomic
def set_plan(*, patient: Patient, test: str, said: PlanSaid, why: str, by: User) -> BloodTestPlan:
    """Set how often a test is due for this patient, in place of what stood. NotPossible: no reason, odd days."""
    take_turn(patient)
    _check_why(why)
    _check_plan(said, today_of(patient))
    _end_plan(patient, test, by)
    plan: BloodTestPlan = BloodTestPlan.objects.create(patient=patient, test=test, why=why, set_by=by, **asdict(said))
    _tell_plan(patient, "followups.test-plan-set", test, by=by)
    return plan


@transaction.atomic
def use_default_plan(*, patient: Patient, test: str, by: User) -> bool:
    """Let the medicine's own plan hold again. False: it did already."""
    take_turn(patient)
    if not _end_plan(patient, test, by):
        return False
    _tell_plan(patient, "followups.test-plan-ended", test, by=by)
    return True


def take_turn(patient: Patient) -> None:
    """Let one writer at a time at a patient's rows, until its transaction ends: the same turn as the diary's."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


def today_of(patient: Patient) -> date:
    return clock.local_day(clock.now(), patient.time_zone)


def check_taken_on(patient: Patient, day: date) -> None:
    today = today_of(patient)
    if day > today:
        raise NotPossible("taken_on", _("This day is still to come. Type the day on which the blood was taken."))
    if day < today - BACK:
        raise NotPossible("taken_on", _("This is more than 20 years ago. Check the year."))


def open_step(patient: Patient, test: str, due_on: date | None) -> BloodTest:
    """Return the row of an untaken test: the one that is there for this day, or a new one of the plan."""
    rows = BloodTest.objects.live().filter(patient=patient, test=test, taken_on=None)
    standing: BloodTest | None = rows.filter(due_on=due_on).order_by("-reason", "made_at").first()
    return standing or BloodTest(patient=patient, test=test, reason=BloodTest.Reason.PLAN, due_on=due_on)


def tell(patient: Patient, verb: str, step: BloodTest, *, by: User) -> None:
    """Write down what happened to a test, and send the news once it stands."""
    record(verb, by=by, patient=patient.pk, subject=f"blood-test:{step.pk}", data={"test": step.test})
    transaction.on_commit(partial(blood_tests_changed.send_robust, sender=BloodTest, patient=patient))


def _tell_plan(patient: Patient, verb: str, test: str, *, by: User) -> None:
    record(verb, by=by, patient=patient.pk, subject=f"blood-test-plan:{test}", data={"test": test})
    transaction.on_commit(partial(blood_tests_changed.send_robust, sender=BloodTestPlan, patient=patient))


def _end_plan(patient: Patient, test: str, by: User) -> bool:
    standing = BloodTestPlan.objects.standing().filter(patient=patient, test=test)
    return bool(standing.update(ended_at=clock.now(), ended_by=by))


def _check_why(why: str) -> None:
    if not why.strip():
        raise NotPossible("why", _("Write why, in a few words. The patient and your team can read it."))
    if len(why) > WHY_LENGTH:
        raise NotPossible("why", _("Write at most %(most)s letters.") % {"most": WHY_LENGTH})


def _check_plan(said: PlanSaid, today: date) -> None:
    if not said.is_on:
        return
    if said.first_due is None or not today - timedelta(days=366) <= said.first_due <= today + AHEAD:
        raise NotPossible("first_due", _("Type the day when the test is due first, from a year ago on."))
    if said.every_months is not None and not 1 <= said.every_months <= 60:
        raise NotPossible("every_months", _("Type a number of months from 1 to 60, or leave it empty for once."))
    if said.until is not None and said.until < said.first_due:
        raise NotPossible("until", _("The last day cannot lie before the first one."))


def is_test(slug: str) -> bool:
    return slug in catalogue().tests
