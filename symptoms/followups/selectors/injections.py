from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.formats import date_format

from symptoms.followups import injection_words as words
from symptoms.followups.models import CheckIn, Injection, InjectionPlan, InjectionPlanChange, InjectionVersion
from symptoms.followups.schedule import DueShot, next_site
from symptoms.followups.selectors.occasions import due_shots
from symptoms.lib import clock
from symptoms.sharing.models import Patient

SHOTS_SHOWN: Final = 24
SITES_SHOWN: Final = 6
PLAN: Final = ("interval", "after_late", "start", "ended_on")
GIVEN: Final = ("at", "time_zone", "number", "site")
CHANGES_SHOWN: Final = 20
# A question about a shot stands on the page for two days; then the next one, or the log, takes its place.
ASKED_FOR: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Shot:
    """One logged shot as the page tells it: in the zone in which it was given."""

    id: UUID
    day: date
    time: time
    number: int | None
    site: str
    not_whole: str
    ill: str


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the body: how many shots ago it was used (1 is the last one), and whether it is suggested."""

    slug: str
    name: str
    ago: tuple[int, ...]
    is_suggested: bool

    @property
    def newest(self) -> int | None:
        return self.ago[0] if self.ago else None


@dataclass(frozen=True, slots=True)
class InjectionsPage:
    """The shots, newest first, the next one that is due and why then, and the places with the one to use (its slug)."""

    shots: list[Shot]
    sites: list[str]
    spots: list[Spot]
    due: DueShot | None
    days_left: int
    why: str
    source: str
    is_missed: bool
    is_near: bool
    ended_on: date | None
    suggested_site: str
    suggested_site_name: str
    check_in: CheckIn | None
    was_ill: bool
    plan: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ComingShot:
    """The shot that comes next and the days of the last ones, for a page that shows only that."""

    due: DueShot
    days_left: int
    last_site: str
    given_on: frozenset[date]


@dataclass(frozen=True, slots=True)
class ShotPage:
    """One shot with all that was said of it, and what it said before."""

    shot: Shot
    rows: list[dict[str, Any]]
    asks: list[str]
    versions: list[InjectionVersion]


def injections_for_page(patient: Patient) -> InjectionsPage:
    """Return the shots of a patient up to now and what follows from them, in three queries."""
    now = clock.now()
    today = clock.local_day(now, patient.time_zone)
    rows = list(Injection.objects.filter(patient=patient, at__lte=now).order_by("-at")[:SHOTS_SHOWN])
    given = [row for row in rows if row.dose != Injection.Dose.MISFIRE]
    plan = InjectionPlan.objects.filter(patient=patient).first()
    due = _next(patient, plan, given, today)
    left = due.days_from(today) if due else 0
    used = [row.site for row in given if row.site]
    suggested = next_site(used)
    why, source = words.why_that_day(plan, _last(given)) if due else ("", "")
    return InjectionsPage(
        shots=[_shot(row) for row in rows],
        sites=[str(Injection.Site(site).label) for site in used[:SITES_SHOWN]],
        spots=_spots(used[:SITES_SHOWN], suggested),
        due=due,
        days_left=left,
        why=why,
        source=source,
        is_missed=due is not None and words.is_missed(due, left),
        is_near=due is not None and left <= words.NEAR,
        ended_on=plan.ended_on if plan else None,
        suggested_site=suggested,
        suggested_site_name=str(Injection.Site(suggested).label),
        check_in=_check_in(patient, now),
        was_ill=any(row.infection in words.ILL and now - row.at <= words.ILL_FOR for row in rows),
        plan=_plan_rows(plan or InjectionPlan()),
    )


def coming_shot(patient: Patient, *, today: date) -> ComingShot | None:
    """Return the shot that comes next by the plan, or None where none does, in one query."""
    plan, rows = _plan_and_shots(patient)
    due = _next(patient, plan, rows, today)
    if due is None:
        return None
    return ComingShot(
        due=due,
        days_left=due.days_from(today),
        last_site=rows[0].get_site_display() if rows else "",
        given_on=frozenset(_lived(row).date() for row in rows),
    )


def shot_for_page(injection: Injection) -> ShotPage:
    """Return one shot and its history, in one query."""
    versions = InjectionVersion.objects.filter(injection=injection.pk).select_related("by")
    return ShotPage(
        _shot(injection), _rows(injection), words.still_asks(injection, clock.now()), list(versions[:CHANGES_SHOWN])
    )


def plan_changes(patient: Patient) -> list[InjectionPlanChange]:
    """Return the newest changes of the plan, in one query."""
    return list(InjectionPlanChange.objects.filter(patient=patient).select_related("by")[:CHANGES_SHOWN])


def removed_shots(patient: Patient) -> list[InjectionVersion]:
    """Return the shots that were removed, the newest first, in one query."""
    removed = InjectionVersion.objects.filter(patient=patient, kind=InjectionVersion.Kind.REMOVED)
    return list(removed.select_related("by")[:CHANGES_SHOWN])


def _plan_and_shots(patient: Patient) -> tuple[InjectionPlan | None, list[Injection]]:
    """Return the plan and the last shots given, the newest first, with what a coming shot hangs on, in one query."""
    plan = InjectionPlan.objects.filter(patient=OuterRef("pk")).values(row=JSONObject(**{name: name for name in PLAN}))
    shots = Injection.objects.filter(patient=OuterRef("pk")).until(clock.now())
    told = shots.values(row=JSONObject(**{name: name for name in GIVEN}))[:SITES_SHOWN]
    rows = Patient.objects.filter(pk=patient.pk).annotate(plan=Subquery(plan[:1]), shots=ArraySubquery(told))
    row = rows.values("plan", "shots").get()
    given = [Injection(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in row["shots"]]
    return _as_plan(row["plan"]) if row["plan"] else None, given


def _as_plan(row: dict[str, Any]) -> InjectionPlan:
    days = {name: row[name] and date.fromisoformat(row[name]) for name in ("start", "ended_on")}
    return InjectionPlan(**{**row, **days})


def _next(patient: Patient, plan: InjectionPlan | None, given: Sequence[Injection], today: date) -> DueShot | None:
    last = given[0] if given else None
    return next(iter(due_shots(plan, last, patient=patient, today=today, most=1)), None)


def _plan_rows(plan: InjectionPlan) -> list[dict[str, Any]]:
    """Return what is set, in words: days and hours of the patient's own clock. What is not set is left out."""
    days = {name: date_format(day, "j F Y") if (day := getattr(plan, name)) else "" for name in ("start", "ended_on")}
    told = {
        "interval": plan.get_interval_display(),
        "after_late": plan.get_after_late_display(),
        "shot_at": f"{plan.shot_at:%H:%M}" if plan.shot_at else "",
        **days,
    }
    terms = {name: getattr(InjectionPlan._meta.get_field(name), "verbose_name", name) for name in told}
    return [{"term": terms[name], "text": text} for name, text in told.items() if text]


def _last(given: Sequence[Injection]) -> tuple[date, int | None] | None:
    return (_lived(given[0]).date(), given[0].number) if given else None


def _check_in(patient: Patient, now: datetime) -> CheckIn | None:
    asked = CheckIn.objects.filter(patient=patient, due_at__gt=now - ASKED_FOR).open_at(now)
    found: CheckIn | None = asked.first()
    return found


def _spots(used: Sequence[str], suggested: str) -> list[Spot]:
    return [
        Spot(slug, str(name), tuple(n for n, site in enumerate(used, 1) if site == slug), slug == suggested)
        for slug, name in Injection.Site.choices
    ]


def _shot(row: Injection) -> Shot:
    at = _lived(row)
    not_whole = "" if row.dose == Injection.Dose.WHOLE else str(row.get_dose_display())
    ill = str(row.get_infection_display()) if row.infection in words.ILL else ""
    return Shot(row.pk, at.date(), at.time(), row.number, row.get_site_display(), not_whole, ill)


def _rows(row: Injection) -> list[dict[str, Any]]:
    fridge = row.out_of_fridge_at
    told = {
        "number": row.number,
        "site": row.get_site_display(),
        "dose": row.get_dose_display(),
        "phase": row.get_phase_display(),
        "device": row.get_device_display(),
        "given_by": row.get_given_by_display(),
        "batch": row.batch,
        "expires_on": f"{row.expires_on:%m/%Y}" if row.expires_on else "",
        "out_of_fridge_at": f"{fridge.astimezone(ZoneInfo(row.time_zone)):%Y-%m-%d %H:%M}" if fridge else "",
        "infection": row.get_infection_display(),
        "medicine_before": row.medicine_before,
    }
    terms = {name: getattr(Injection._meta.get_field(name), "verbose_name", name) for name in told}
    return [{"term": terms[name], "text": text} for name, text in told.items() if text]


def _lived(shot: Injection) -> datetime:
    return shot.at.astimezone(ZoneInfo(shot.time_zone))
