"""What there is to remind a patient of at one moment, worked out from the plans and the log."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from symptoms.accounts.models import User
from symptoms.followups.models import CheckIn, Injection, InjectionPlan, Occasion, ReminderSettings
from symptoms.followups.schedule import AfterLate, DueShot, Interval, ShotPlan, coming_shots
from symptoms.followups.schedule.reminders import (
    Clock,
    Planned,
    blood_test_reminders,
    check_in_reminders,
    log_reminders,
    shot_reminders,
)
from symptoms.followups.selectors.planned_tests import tests_to_take
from symptoms.lib import clock
from symptoms.notifications.routes import wishes_of
from symptoms.sharing.models import Patient

# The daily question is planned so far ahead; each day's plan moves it on.
LOG_DAYS: Final = 14
# Questions about a shot are let go three days after the last of them, answered or not.
CHECK_INS_KEPT: Final = timedelta(days=6)

Kind = Occasion.Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to be reminded of, with the whole plan of its reminders."""

    kind: Kind
    planned: tuple[Planned, ...]
    key: str = ""
    due_on: date | None = None


def clock_of(user: User) -> Clock:
    """Return the zone and the quiet hours of a person."""
    wishes = wishes_of(user)
    return Clock(user.time_zone, wishes.quiet_from, wishes.quiet_to)


def wanted(patient: Patient, settings: ReminderSettings, *, now: datetime) -> list[Wanted]:
    """Return all that this patient is to be reminded of."""
    person = clock_of(patient.user)
    today = clock.local_day(now, patient.time_zone)
    last = Injection.objects.filter(patient=patient).until(now).first()
    return [
        *_shot(patient, settings, person, last, today),
        *_check_ins(patient, person, now),
        *_tests(patient, settings, person, today),
        *_log(settings, person, last, today),
    ]


def _shot(
    patient: Patient, settings: ReminderSettings, person: Clock, last: Injection | None, today: date
) -> list[Wanted]:
    plan = InjectionPlan.objects.filter(patient=patient).first()
    due = next(iter(due_shots(plan, last, patient=patient, today=today, most=1)), None)
    if due is None:
        return []
    at = (plan.shot_at if plan else None) or (_lived(last).time() if last else settings.told_at)
    planned = shot_reminders(due.day, at.replace(second=0, microsecond=0), settings.told_at, person)
    return [Wanted(Kind.SHOT, tuple(planned), due_on=due.day)]


def due_shots(
    plan: InjectionPlan | None, last: Injection | None, *, patient: Patient, today: date, most: int
) -> list[DueShot]:
    """Return up to `most` shots that come next. `plan` None is the label's own; `last` is the newest one given.

    From the day on which the plan ended none is due, not even one that was late. Without a shot, a first day from
    before the tracker knew the patient says nothing: the shots since then stand elsewhere.
    """
    given = (_lived(last).date(), last.number) if last else None
    if plan is None:
        return coming_shots(given, ShotPlan(), today=today, most=most)
    ended = plan.ended_on or date.max
    if ended <= today or (last is None and _began_elsewhere(plan, patient)):
        return []
    said = ShotPlan(Interval(plan.interval), AfterLate(plan.after_late), plan.start)
    return [shot for shot in coming_shots(given, said, today=today, most=most) if shot.day < ended]


def _began_elsewhere(plan: InjectionPlan, patient: Patient) -> bool:
    return plan.start is not None and plan.start < clock.local_day(patient.created_at, patient.time_zone)


def _lived(shot: Injection) -> datetime:
    return shot.at.astimezone(ZoneInfo(shot.time_zone))


def _check_ins(patient: Patient, person: Clock, now: datetime) -> list[Wanted]:
    """Ask how the last shots were borne, but for the questions that were settled."""
    shots = Injection.objects.given().filter(patient=patient, at__gt=now - CHECK_INS_KEPT).order_by("at")
    rows = CheckIn.objects.filter(patient=patient, injection__in=shots).exclude(state=CheckIn.State.WAITING)
    settled = set(rows.values_list("injection", "step"))
    found = []
    for shot in shots:
        planned = [one for one in check_in_reminders(shot.at, person) if (shot.pk, one.step) not in settled]
        found.append(Wanted(Kind.CHECK_IN, tuple(planned), key=str(shot.pk)))
    return found


def _tests(patient: Patient, settings: ReminderSettings, person: Clock, today: date) -> list[Wanted]:
    return [
        Wanted(Kind.TEST, tuple(blood_test_reminders(one.day, settings.told_at, person)), one.key, one.day)
        for one in tests_to_take(patient, today=today)
    ]


def _log(settings: ReminderSettings, person: Clock, last: Injection | None, today: date) -> list[Wanted]:
    if settings.log_at is None:
        return []
    stirred = max(settings.stirred_on or today, _lived(last).date() if last else date.min)
    planned = log_reminders(settings.log_at, person, stirred_on=stirred, today=today, days=LOG_DAYS)
    return [Wanted(Kind.LOG, tuple(planned))]
