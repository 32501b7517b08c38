from dataclasses import replace
from datetime import date, timedelta

from symptoms.diary.selectors import MonthPage, month_for_page
from symptoms.followups.models import Injection
from symptoms.lib import clock
from symptoms.lib.units import Unit
from symptoms.sharing.models import Patient
from symptoms.sharing.scope import Scope
from symptoms.triage.models import FlaggedEntry


def marked_month(
    patient: Patient, *, first: date, today: date, unit: Unit, scope: Scope, day: date | None = None, page: int = 1
) -> MonthPage:
    """Return the month of the diary with its shots and flags marked: two queries more than the month itself."""
    month = month_for_page(patient, first=first, today=today, unit=unit, scope=scope, day=day, page=page)
    shots = _days_of_shots(patient, first) if scope.injections else set()
    flags = _days_of_flags(patient, first, scope) if scope.symptoms else set()
    weeks = [
        [one and replace(one, dose=one.date in shots, flag=one.date in flags) for one in week] for week in month.weeks
    ]
    return replace(month, weeks=weeks)


def _days_of_flags(patient: Patient, first: date, scope: Scope) -> set[date]:
    lines = FlaggedEntry.objects.filter(entry__patient=patient, entry__deleted_at=None)
    lines = lines if scope.hidden else lines.filter(entry__hidden_at=None)
    days = lines.filter(entry__day__year=first.year, entry__day__month=first.month)
    return set(days.values_list("entry__day", flat=True))


def _days_of_shots(patient: Patient, first: date) -> set[date]:
    """Return the local days of the shots of a month; a day to each side leaves room for any zone."""
    start = clock.end_of_day(first - timedelta(days=2), patient.time_zone)
    shots = Injection.objects.given().filter(patient=patient, at__range=(start, start + timedelta(days=36)))
    return {clock.local_day(at, zone) for at, zone in shots.values_list("at", "time_zone")}
