"""What a patient reads about what they are reminded of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from symptoms.accounts.models import User
from symptoms.followups.models import CalendarFeed, ReminderCopy, ReminderSettings
from symptoms.followups.schedule.zones import local_instant
from symptoms.lib import clock
from symptoms.notifications.models import Wishes
from symptoms.notifications.quiet import quiet_until
from symptoms.notifications.routes import wishes_of
from symptoms.sharing.models import Grant, Kind, Patient


@dataclass(frozen=True, slots=True)
class RemindersPage:
    """The hours, who gets copies, who may be given some, and the calendar.

    `told_from` and `asked_from` (UTC) are the end of the quiet hours where an hour lies in them, else None.
    """

    settings: ReminderSettings
    copies: list[ReminderCopy]
    caregivers: Any
    feed: CalendarFeed | None
    wishes: Wishes
    told_from: datetime | None
    asked_from: datetime | None


def reminders_page(patient: Patient) -> RemindersPage:
    """Return what the page shows. Five queries."""
    settings = ReminderSettings.objects.filter(patient=patient).first() or ReminderSettings(patient=patient)
    wishes = wishes_of(patient.user)
    return RemindersPage(
        settings=settings,
        copies=list(ReminderCopy.objects.filter(patient=patient).standing().select_related("user").order_by("made_at")),
        caregivers=caregivers_of(patient),
        feed=CalendarFeed.objects.filter(patient=patient).standing().first(),
        wishes=wishes,
        told_from=_moved(settings.told_at, patient, wishes),
        asked_from=_moved(settings.log_at, patient, wishes),
    )


def caregivers_of(patient: Patient) -> Any:
    """Return the people who may read of shots or blood tests in this log now, clinics left out."""
    grants = Grant.objects.current(clock.now()).filter(patient=patient, user__isnull=False)
    grants = grants.filter(reads__overlap=[Kind.INJECTIONS, Kind.BLOOD_TESTS])
    return User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("name", "pk")


def _moved(at: Any, patient: Patient, wishes: Wishes) -> datetime | None:
    """Return when the quiet hours end that an hour of today lies in, or None outside of them."""
    if at is None:
        return None
    today = clock.local_day(clock.now(), patient.time_zone)
    instant = local_instant(today, at, patient.time_zone)
    return quiet_until(instant, patient.time_zone, wishes.quiet_from, wishes.quiet_to)
