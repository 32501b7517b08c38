"""Many entries' facts in few queries: what `facts_for` says of each entry, for whole diaries at a time.

A patient's rows are read and turned into facts once; each entry then takes its window of them, so that an entry
costs what its window costs. Whatever is odd about a diary sends its entries the usual way, one by one.
"""

import logging
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, NamedTuple
from uuid import UUID

from symptoms.diary.actions import REACH
from symptoms.diary.models import Entry, Report
from symptoms.followups.models import Injection
from symptoms.followups.selectors.courses import Record, as_record, rows_of_records
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.triage.engine import EntryFacts, Facts, InjectionFacts, PatientFacts, ResultFacts, Tick
from symptoms.triage.facts import (
    UNREADABLE,
    days_in_order,
    entry_facts,
    injection_facts,
    patient_facts,
    result_facts,
    rows_of_settings,
    schedule_facts,
    tick_facts,
    with_findings,
)

log = logging.getLogger(__name__)

COLUMNS: Final = (
    "patient_id",
    "pk",
    "revision",
    "happened_at",
    "day",
    "time_zone",
    "temperature_c",
    "note",
    "note_found",
    "note_dismissed",
    "urgent",
    "author_id",
    "patient__user_id",
)


class Row(NamedTuple):
    """One live entry as it stands in the database, by `COLUMNS`."""

    patient_id: UUID
    pk: UUID
    revision: int
    happened_at: datetime
    day: date
    time_zone: str
    temperature_c: Decimal | None
    note: str
    note_found: list[dict[str, Any]] | None
    note_dismissed: list[str]
    urgent: str
    author_id: int
    owner_id: int

    @property
    def by_patient(self) -> bool:
        return self.author_id == self.owner_id


@dataclass(frozen=True, slots=True)
class Diary:
    """One patient's live entries in order of time, with all that their assessments rest on.

    `entries` are the facts of `rows`, one for one; None where a row is damaged, and then there are no facts.
    `turns` are the places after which the day runs back, as it does for a traveller going west.
    """

    settings: dict[str, Any]
    rows: Sequence[Row]
    entries: Sequence[EntryFacts] | None
    injections: Sequence[InjectionFacts]
    results: Sequence[ResultFacts]
    record: Record | None
    times: Sequence[datetime]
    shot_times: Sequence[datetime]
    turns: Sequence[int]
    patient: PatientFacts | None

    def facts_at(self, place: int) -> Facts:
        """Return the facts of the entry at `place`, equal to `facts_for`. ValueError where the diary is damaged."""
        if self.entries is None or self.record is None:
            raise ValueError("this diary cannot be read")
        now = self.times[place]
        first, end = bisect_left(self.times, now - REACH), bisect_right(self.times, now)
        shots = tuple(self.injections[: bisect_right(self.shot_times, now)])
        window = (*self.entries[first:place], *self.entries[place + 1 : end], self.entries[place])
        return Facts(
            patient=with_findings(self.patient or patient_facts(self.settings, now), self.record),
            entries=window if self._is_in_order(first, place, end) else _in_order(window),
            injections=shots,
            results=tuple(self.results[: bisect_right(self.results, self.rows[place].day, key=_on)]),
            schedule=schedule_facts(self.record, self.rows[place].day, shots),
        )

    def _is_in_order(self, first: int, place: int, end: int) -> bool:
        """Tell whether no day of the window runs back. Entries of one moment stand before the one assessed."""
        return place == end - 1 and bisect_left(self.turns, first) == bisect_left(self.turns, place)


def _on(result: ResultFacts) -> date:
    return result.on


def _in_order(window: Sequence[EntryFacts]) -> tuple[EntryFacts, ...]:
    return tuple(replace(entry, day=day) for entry, day in zip(window, days_in_order(window), strict=True))


def diaries(patients: Collection[UUID], since: datetime | None = None) -> Iterator[Diary]:
    """Yield the diaries of `patients`, in the order of their ids: five queries, however many they are.

    With `since` (UTC) only what matters for the entries from then on is read.
    """
    live = Entry.objects.live().filter(patient__in=patients)
    if since is not None:
        live = live.filter(happened_at__gte=since - REACH)
    rows = _by_patient(live.order_by("happened_at", "made_at", "pk").values_list(*COLUMNS))
    ticks = _ticks(live)
    given = Injection.objects.given().filter(patient__in=patients).order_by("at")
    records = rows_of_records(patients)
    shots = _by_patient(given.values_list("patient_id", "at", "time_zone", "number", "site"))
    for settings in rows_of_settings(Patient.objects.filter(pk__in=patients)).order_by("pk"):
        patient = settings["pk"]
        yield _diary(settings, [Row(*row) for row in rows[patient]], ticks, shots[patient], records[patient])


def _diary(
    settings: dict[str, Any], rows: list[Row], ticks: Mapping[UUID, list[Tick]], shots: list[Any], tests: dict[str, Any]
) -> Diary:
    entries: list[EntryFacts] | None = None
    injections: list[InjectionFacts] = []
    results: list[ResultFacts] = []
    patient, record = None, None
    try:
        injections = [injection_facts(at, zone, number, site) for _, at, zone, number, site in shots]
        if all(level["ended_at"] is None for level in (*settings["usual"], *settings["expected"])):
            patient = patient_facts(settings, clock.now())
        record = as_record(tests)
        results = result_facts(record)
        entries = [entry_facts(row, row.day, ticks.get(row.pk, ())) for row in rows]
    except UNREADABLE as error:
        log.error("the diary of patient %s could not be read as a whole: %s", settings["pk"], type(error).__name__)
    return Diary(
        settings=settings,
        rows=rows,
        entries=entries,
        injections=injections,
        results=results,
        record=record,
        times=[row.happened_at for row in rows],
        shot_times=[shot[1] for shot in shots],
        turns=[place for place, (one, other) in enumerate(pairwise(rows)) if other.day < one.day],
        patient=patient,
    )


def _by_patient(rows: Iterable[Any]) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _ticks(entries: Any) -> Mapping[UUID, list[Tick]]:
    found: defaultdict[UUID, list[Tick]] = defaultdict(list)
    reports = Report.objects.filter(entry__in=entries).values_list("entry_id", "symptom__slug", "grade", "answers")
    for entry, slug, grade, answers in reports.order_by("pk").iterator(chunk_size=5000):
        found[entry].append(tick_facts(slug, grade, answers))
    return found
