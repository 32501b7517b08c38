"""Work out a patient's reminders. Called inside whatever changes them, and once in a while for everybody.

The whole plan is made at once from what stands in the log, never one reminder by the one before it: a lost call costs
nothing, for the next one makes the same plan.
"""

import logging
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.models import Occasion, ReminderCopy, ReminderSettings
from symptoms.followups.schedule.reminders import Planned, still_to_come
from symptoms.followups.selectors.occasions import Wanted, clock_of, wanted
from symptoms.lib import clock
from symptoms.notifications.actions import Due, cancel_reminders, schedule_reminders
from symptoms.notifications.models import LATER_STEP, Reminder
from symptoms.notifications.wording import FAULTS
from symptoms.sharing.models import Patient

State = Reminder.State
# What a caregiver may hear of; what a person feels is not among it.
COPIED: Final = {Occasion.Kind.SHOT: "injection-copy", Occasion.Kind.TEST: "blood-test-copy"}
# After "done" to a shot that is not in the list: the way to write it down.
LOG_SHOT: Final = "injection-log"
LOG_SHOT_AFTER: Final = timedelta(hours=1)
# A plan is made anew after so long, so that days and zones move on without anybody doing anything.
REFRESH_AFTER: Final = timedelta(hours=6)
MOST: Final = 200
log = logging.getLogger(__name__)


@transaction.atomic
def plan_reminders(patient: Patient) -> None:
    """Make what waits for this patient, and for who gets copies, equal to what is to be reminded of now.

    What was told stays told, also where the clock of the person was moved. Safe to call again, and by several at once.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    now = clock.now()
    settings, _new = ReminderSettings.objects.get_or_create(patient=patient)
    copies = list(ReminderCopy.objects.filter(patient=patient).standing().select_related("user__wishes"))
    standing = {(row.kind, row.key, row.due_on): row for row in Occasion.objects.filter(patient=patient).open()}
    for want in wanted(patient, settings, now=now):
        occasion = standing.pop((want.kind.value, want.key, want.due_on), None) or _opened(patient, want)
        _plan_one(patient.user, occasion.kind, occasion, want.planned, now)
        if want.kind in COPIED:
            _plan_copies(copies, occasion, want, now)
    _close(standing.values(), now)
    ReminderSettings.objects.filter(pk=settings.pk).update(planned_at=now)


def _opened(patient: Patient, want: Wanted) -> Occasion:
    """Return the occasion of what is wanted: a new one, or the one of before where a plan went back to it."""
    occasion: Occasion
    occasion, _new = Occasion.objects.update_or_create(
        patient=patient, kind=want.kind, key=want.key, due_on=want.due_on, defaults={"closed_at": None}
    )
    return occasion


def _plan_one(to: User, kind: str, occasion: Occasion, planned: Iterable[Planned], now: datetime) -> None:
    # Locked, so that what is told at this very moment counts as told.
    rows = Reminder.objects.filter(recipient=to, kind=kind, subject=occasion.pk).exclude(step=LATER_STEP)
    steps = list(rows.select_for_update().order_by("pk").values_list("step", "state"))
    waiting = {step for step, state in steps if state == State.WAITING}
    kept = still_to_come(planned, now=now, waiting=waiting, told={step for step, _state in steps} - waiting)
    due = [Due(at=one.at, step=one.step) for one in kept]
    schedule_reminders(recipient=to, kind=kind, subject=occasion.pk, due=due)


def _plan_copies(copies: list[ReminderCopy], occasion: Occasion, want: Wanted, now: datetime) -> None:
    for copy in copies:
        person = clock_of(copy.user)
        later = [Planned(person.awake(one.at + timedelta(hours=copy.hours)), one.step) for one in want.planned]
        _plan_one(copy.user, COPIED[want.kind], occasion, later, now)


def _close(occasions: Iterable[Occasion], now: datetime) -> None:
    """Take back all reminders of what is no longer to be reminded of."""
    for occasion in occasions:
        kind = Occasion.Kind(occasion.kind)
        for about in {kind.value, COPIED.get(kind, kind.value), *([LOG_SHOT] if kind is Occasion.Kind.SHOT else [])}:
            cancel_reminders(kind=about, subject=occasion.pk)
        Occasion.objects.filter(pk=occasion.pk).update(closed_at=now)


def refresh_reminders(*, most: int = MOST) -> int:
    """Work out the reminders of up to `most` patients whose plan is old, or was never made. Return how many.

    A patient whose rows are odd keeps the reminders that stand, and holds up nobody.
    """
    now = clock.now()
    fresh = Q(remindersettings__planned_at__range=(now - REFRESH_AFTER, now + REFRESH_AFTER))
    old = Patient.objects.exclude(fresh).filter(user__is_active=True).select_related("user__wishes")
    done = 0
    for patient in old.order_by("pk")[:most]:
        try:
            plan_reminders(patient)
            done += 1
        except FAULTS as error:
            log.error("reminders of patient %s stay as they are: %s", patient.pk, type(error).__name__)
            ReminderSettings.objects.update_or_create(patient=patient, defaults={"planned_at": now})
    return done


@transaction.atomic
def change_reminders(*, patient: Patient, told_at: time, log_at: time | None, by: User) -> None:
    """Set the hour of the reminders, and the hour of the daily question (None: do not ask)."""
    today = clock.local_day(clock.now(), patient.time_zone)
    settings, _new = ReminderSettings.objects.get_or_create(patient=patient)
    if log_at is not None and settings.log_at is None:
        settings.stirred_on = today
    settings.told_at, settings.log_at = told_at, log_at
    settings.save(update_fields=["told_at", "log_at", "stirred_on"])
    record("followups.reminders-changed", by=by, patient=patient.pk, subject=f"patient:{patient.pk}")
    plan_reminders(patient)


def note_day(*, patient_id: UUID, day: date, stirred: bool) -> None:
    """Take down that the patient's log has an entry of `day`; `stirred` if it tells of a symptom or raised a flag.

    The daily question then is not asked for that day, and comes daily again. One short query.
    """
    told: dict[str, Any] = {"logged_on": Greatest("logged_on", Value(day))}
    news = Q(logged_on=None) | Q(logged_on__lt=day)
    if stirred:
        told |= {"stirred_on": Greatest("stirred_on", Value(day)), "planned_at": None}
        news |= Q(stirred_on=None) | Q(stirred_on__lt=day)
    ReminderSettings.objects.filter(news, patient=patient_id, log_at__isnull=False).update(**told)


@transaction.atomic
def give_copies(*, patient: Patient, to: User, hours: int, by: User) -> ReminderCopy:
    """Let a caregiver hear of shots and tests, `hours` after the patient. Said again, it changes the delay."""
    copy: ReminderCopy
    copy, _new = ReminderCopy.objects.update_or_create(
        patient=patient, user=to, ended_at=None, defaults={"hours": hours}
    )
    record("followups.copies-given", by=by, patient=patient.pk, subject=f"copy:{copy.pk}", data={"hours": hours})
    plan_reminders(patient)
    return copy


@transaction.atomic
def end_copies(*, copy: ReminderCopy, by: User) -> None:
    """Let a caregiver hear of nothing any more, at once: also of what was told and not sent yet."""
    if not ReminderCopy.objects.filter(pk=copy.pk, ended_at=None).update(ended_at=clock.now()):
        return
    for occasion in Occasion.objects.filter(patient=copy.patient_id, kind__in=COPIED).open():
        cancel_reminders(kind=COPIED[Occasion.Kind(occasion.kind)], subject=occasion.pk, recipient=copy.user)
    record("followups.copies-ended", by=by, patient=copy.patient_id, subject=f"copy:{copy.pk}")
