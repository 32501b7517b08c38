import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import IntegerField, Max, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from symptoms.diary.models import WORST_FIRST, Entry, Report
from symptoms.diary.selectors.cut import cut
from symptoms.lib.units import Unit, temperature_words
from symptoms.lib.words import GRADES
from symptoms.sharing.models import Patient
from symptoms.sharing.scope import Scope

ENTRIES_A_PAGE: Final = 20
# A report without a grade counts as mild wherever days are compared.
UNGRADED: Final = 1


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar: its worst grade, None where nothing is logged."""

    date: date
    grade: int | None
    logged: bool
    today: bool
    url: str = ""
    dose: bool = False
    flag: bool = False


@dataclass(frozen=True, slots=True)
class EntryCard:
    """An entry in a list, as lines of two: a symptom and its grade, the temperature in the reader's unit."""

    entry: Entry
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """One month of a diary: its calendar, and its entries by day, newest first."""

    first: date
    weeks: list[list[Day | None]]
    days: list[tuple[date, list[EntryCard]]]
    day: date | None
    previous: date
    following: date | None
    number: int
    has_more: bool

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def previous_url(self) -> str:
        return f"?m={self.previous:%Y-%m}"

    @property
    def following_url(self) -> str:
        return f"?m={self.following:%Y-%m}" if self.following else ""


def month_for_page(
    patient: Patient, *, first: date, today: date, unit: Unit, scope: Scope, day: date | None = None, page: int = 1
) -> MonthPage:
    """Return the month that begins on `first` and `page` of its entries (or of one `day`), in three queries.

    Without symptoms in `scope` there is no calendar, and of each entry only the note.
    """
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    entries = Entry.objects.live().filter(patient=patient).shown(scope)
    listed = entries.filter(day=day) if day else entries.between(first, last)
    start = (page - 1) * ENTRIES_A_PAGE
    rows = list(listed.newest_first().select_related("author")[start : start + ENTRIES_A_PAGE + 1])
    grades = dict(_worst_by_day(entries.between(first, last))) if scope.symptoms else {}
    listed_here = [cut(row, scope) for row in rows[:ENTRIES_A_PAGE]]
    return MonthPage(
        first=first,
        weeks=_weeks(first, grades, today) if scope.symptoms else [],
        days=_by_day(listed_here, unit, scope),
        day=day,
        previous=(first - timedelta(days=1)).replace(day=1),
        following=last + timedelta(days=1) if last < today else None,
        number=page,
        has_more=len(rows) > ENTRIES_A_PAGE,
    )


def _worst_by_day(entries: Any) -> Iterable[tuple[date, int]]:
    """Return (day, worst grade) of each day with an entry; a day without symptoms has grade 0."""
    graded = Coalesce("reports__grade", Value(UNGRADED), output_field=IntegerField())
    worst = Max(graded, filter=Q(reports__isnull=False))
    rows: Iterable[tuple[date, int]] = (
        entries.values("day").annotate(worst=Coalesce(worst, Value(0))).values_list("day", "worst").order_by("day")
    )
    return rows


def _weeks(first: date, grades: dict[date, int], today: date) -> list[list[Day | None]]:
    """Return the weeks of a month from Monday; days of other months and days to come are None."""
    return [
        [
            Day(
                date=day,
                grade=grades.get(day),
                logged=day in grades,
                today=day == today,
                url=f"?m={day:%Y-%m}&day={day.isoformat()}#days" if day in grades else "",
            )
            if day.month == first.month and day <= today
            else None
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
        if week[0] <= today
    ]


def _by_day(entries: list[Entry], unit: Unit, scope: Scope) -> list[tuple[date, list[EntryCard]]]:
    reports = _reports_of(entries if scope.symptoms else [])
    return [
        (day, [EntryCard(entry, reports[entry.pk] + _temperature(entry, unit)) for entry in group])
        for day, group in groupby(entries, key=lambda entry: entry.day)
    ]


def _reports_of(entries: list[Entry]) -> dict[UUID, list[tuple[str, str]]]:
    """Return (symptom, word of its grade) by entry, the worst first. Rows, not objects: there may be many."""
    words: dict[int | None, str] = {grade: str(told.word) for grade, told in enumerate(GRADES)}
    words[None] = _("Not rated")
    rows = Report.objects.filter(entry__in=entries).order_by(*WORST_FIRST)
    lines: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for entry, symptom, grade in rows.values_list("entry", "symptom__name", "grade"):
        lines[entry].append((symptom, words[grade]))
    return lines


def _temperature(entry: Entry, unit: Unit) -> list[tuple[str, str]]:
    if not entry.temperature_typed and entry.temperature_c is None:
        return []
    words = temperature_words(entry.temperature_c, entry.temperature_typed, unit)
    return [(_("Temperature"), words or _("could not be read"))]
