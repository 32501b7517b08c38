from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from symptoms.followups.models import Injection
from symptoms.followups.schedule import DueShot, next_shot, next_site
from symptoms.lib import clock
from symptoms.sharing.models import Patient

SHOTS_SHOWN: Final = 24
SITES_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Shot:
    """One logged shot as the page tells it: in the zone in which it was given."""

    day: date
    time: time
    number: int | None
    site: str


@dataclass(frozen=True, slots=True)
class InjectionsPage:
    """The shots, newest first, the next one that is due, and the place to use then (its slug)."""

    shots: list[Shot]
    sites: list[str]
    due: DueShot | None
    days_left: int
    suggested_site: str
    suggested_site_name: str


@dataclass(frozen=True, slots=True)
class ComingShot:
    """The shot that comes next and the days of the last ones, for a page that shows only that."""

    due: DueShot
    days_left: int
    last_site: str
    given_on: frozenset[date]


def injections_for_page(patient: Patient) -> InjectionsPage:
    """Return the shots of a patient up to now and what follows from them, in one query."""
    now = clock.now()
    rows = list(Injection.objects.filter(patient=patient).until(now)[:SHOTS_SHOWN])
    shots = [Shot((at := _lived(row)).date(), at.time(), row.number, row.get_site_display()) for row in rows]
    suggested = next_site([row.site for row in rows if row.site])
    due = due_after(rows)
    return InjectionsPage(
        shots=shots,
        sites=[shot.site for shot in shots if shot.site][:SITES_SHOWN],
        due=due,
        days_left=due.days_from(clock.local_day(now, patient.time_zone)) if due else 0,
        suggested_site=suggested,
        suggested_site_name=str(Injection.Site(suggested).label),
    )


def coming_shot(patient: Patient, *, today: date) -> ComingShot | None:
    """Return the shot that comes next, or None where none was ever logged, in one query."""
    rows = list(Injection.objects.filter(patient=patient).until(clock.now())[:SITES_SHOWN])
    due = due_after(rows)
    if due is None:
        return None
    return ComingShot(
        due=due,
        days_left=due.days_from(today),
        last_site=rows[0].get_site_display(),
        given_on=frozenset(_lived(row).date() for row in rows),
    )


def due_after(newest_first: Sequence[Injection]) -> DueShot | None:
    """Return the shot that follows the newest one, or None where there is none."""
    if not newest_first:
        return None
    return next_shot(_lived(newest_first[0]).date(), newest_first[0].number)


def _lived(shot: Injection) -> datetime:
    return shot.at.astimezone(ZoneInfo(shot.time_zone))
