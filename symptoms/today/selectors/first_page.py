from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Subquery

from symptoms.diary.models import Entry, Report
from symptoms.followups.selectors import ComingShot, coming_shot
from symptoms.followups.selectors.blood_tests import ComingTest, coming_test
from symptoms.lib import clock
from symptoms.lib.emergency import Country, country
from symptoms.lib.units import temperature_words, unit_of
from symptoms.sharing.models import Patient
from symptoms.sharing.scope import Scope
from symptoms.sharing.selectors import Readership, readership_of
from symptoms.triage.models import URGENCY, Assessment, Flag, FlagEvent, FlaggedEntry
from symptoms.triage.selectors import headline_of
from symptoms.triage.words import in_a_sentence

DAYS: Final = 7
NAMED: Final = 3
NOTES_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip: the worst grade of all that was logged, and whose symptom it was."""

    date: date
    logged: bool
    grade: int
    symptom: str
    flag: bool
    dose: bool
    today: bool


@dataclass(frozen=True, slots=True)
class OpenAdvice:
    """Advice of the last days that nobody has answered yet."""

    entry_id: Any
    tier: str
    day: date
    author_id: int
    author: str
    symptoms: list[str]
    temperature: str
    headline: str


@dataclass(frozen=True, slots=True)
class ClinicNote:
    """What the clinic wrote to the patient about an entry."""

    entry_id: Any
    day: date
    who: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The first page of one patient's log."""

    today: date
    advice: list[OpenAdvice]
    notes: list[ClinicNote]
    coming: ComingShot | None
    test: ComingTest | None
    days: list[Day]
    worst: Day | None
    readers: Readership
    country: Country

    @property
    def yesterday_logged(self) -> bool:
        return len(self.days) > 1 and self.days[-2].logged


def today_for_page(patient: Patient, *, scope: Scope) -> TodayPage:
    """Return what of the page is in `scope`, in six queries at most, whatever the length of the diary."""
    today = clock.local_day(clock.now(), patient.time_zone)
    flags = _flags(patient, today, scope) if scope.symptoms else []
    told = _told(flags, scope)
    coming = coming_shot(patient, today=today) if scope.injections else None
    days = _days(patient, today, flags, coming, scope) if scope.symptoms else []
    return TodayPage(
        today=today,
        advice=[_advice(flag, patient) for flag in flags if _is_open(flag, told[flag.pk])],
        notes=_notes(flags, told),
        coming=coming,
        test=coming_test(patient, today=today) if scope.blood_tests else None,
        days=days,
        worst=max((day for day in days if day.grade), key=lambda day: (day.grade, day.date), default=None),
        readers=readership_of(patient),
        country=country(patient.country),
    )


def _flags(patient: Patient, today: date, scope: Scope) -> list[Any]:
    """Return the flags that still speak, the most urgent first: of the last days by entry, raising or answer.

    Two queries. There are few rows: ordering them here costs less than a CASE in the database.
    """
    first = today - timedelta(days=DAYS - 1)
    since = clock.now() - timedelta(days=DAYS)
    reports = Report.objects.filter(entry=OuterRef("entry")).exclude(grade=0)
    current = Assessment.objects.filter(entry=OuterRef("entry"), is_current=True)
    days = FlaggedEntry.objects.filter(flag=OuterRef("pk"), entry__deleted_at=None, entry__day__gte=first)
    if not scope.hidden:
        days = days.filter(entry__hidden_at=None)
    recent = Q(news_at__gte=since) | Q(resolved_at__gte=since) | Exists(days)
    shown = Q() if scope.hidden else Q(entry__hidden_at=None)
    flags = (
        Flag.objects.filter(recent, shown, patient=patient, entry__deleted_at=None)
        .select_related("entry__author")
        .annotate(
            symptoms=ArraySubquery(
                reports.order_by(F("grade").desc(nulls_last=True), "symptom__position").values("symptom__name")
            ),
            held=Subquery(current.values("result__held")[:1]),
            days=ArraySubquery(days.values("entry__day")),
        )
    )
    return sorted(flags, key=lambda flag: (URGENCY[flag.tier], flag.raised_at))


def _told(flags: Iterable[Any], scope: Scope) -> dict[Any, list[FlagEvent]]:
    """Return what was said about each flag since, the newest first: "I have called", answers with a note."""
    kinds = FlagEvent.Kind
    answer = Q(kind__in=(kinds.ACKNOWLEDGED, kinds.RESOLVED)) & ~Q(note="")
    events = FlagEvent.objects.filter(Q(kind=kinds.CALLED) | answer, flag__in=[flag.pk for flag in flags])
    if not scope.hidden:
        events = events.filter(entry__hidden_at=None)
    told: dict[Any, list[FlagEvent]] = defaultdict(list)
    for event in events.select_related("by", "entry").order_by("-at", "-pk"):
        told[event.flag_id].append(event)
    return told


def _is_open(flag: Any, told: Iterable[FlagEvent]) -> bool:
    recent = flag.news_at >= clock.now() - timedelta(days=DAYS)
    called = any(event.kind == FlagEvent.Kind.CALLED and event.at >= flag.news_at for event in told)
    return recent and flag.state != Flag.State.RESOLVED and not called


def _advice(flag: Any, patient: Patient) -> OpenAdvice:
    entry: Entry = flag.entry
    unit = unit_of(patient.user.temperature_unit)
    return OpenAdvice(
        entry_id=entry.pk,
        tier=flag.tier,
        day=entry.day,
        author_id=entry.author_id,
        author=str(entry.author),
        symptoms=[in_a_sentence(name) for name in flag.symptoms[:NAMED]],
        temperature=temperature_words(entry.temperature_c, entry.temperature_typed, unit),
        headline=headline_of(flag.held or [], flag.tier),
    )


def _notes(flags: Iterable[Any], told: dict[Any, list[FlagEvent]]) -> list[ClinicNote]:
    since = clock.now() - timedelta(days=DAYS)
    notes = [
        ClinicNote(about.pk, about.day, str(event.by), event.at, event.note)
        for flag in flags
        for event in told[flag.pk]
        for about in (_told_of(event, flag),)
        if event.kind != FlagEvent.Kind.CALLED and event.at > since
    ]
    return sorted(notes, key=lambda note: note.at, reverse=True)[:NOTES_SHOWN]


def _told_of(event: FlagEvent, flag: Any) -> Entry:
    """Return the entry that an answer was about: the one that led the flag then, unless it was taken out since."""
    return event.entry if event.entry and event.entry.deleted_at is None else flag.entry


def _days(patient: Patient, today: date, flags: Iterable[Any], coming: ComingShot | None, scope: Scope) -> list[Day]:
    first = today - timedelta(days=DAYS - 1)
    entries = Entry.objects.live().filter(patient=patient).shown(scope).between(first, today)
    rows = entries.order_by("reports__symptom__position").values_list(
        "day", "reports__pk", "reports__grade", "reports__symptom__name"
    )
    worst = _worst_by_day(rows)
    flagged = {day for flag in flags for day in flag.days}
    given = coming.given_on if coming else frozenset()
    return [
        Day(day, day in worst, *worst.get(day, (0, "")), day in flagged, day in given, day == today)
        for day in (first + timedelta(days=n) for n in range(DAYS))
    ]


def _worst_by_day(rows: Iterable[tuple[date, int | None, int | None, str | None]]) -> dict[date, tuple[int, str]]:
    """Return the worst grade of each day and its symptom; a report without a grade counts as mild."""
    worst: dict[date, tuple[int, str]] = {}
    for day, report, grade, symptom in rows:
        counted = 0 if report is None else 1 if grade is None else grade
        if day not in worst or counted > worst[day][0]:
            worst[day] = (counted, in_a_sentence(symptom or ""))
    return worst
