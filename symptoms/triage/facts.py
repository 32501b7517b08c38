"""The only reader of patients' rows for the engine: diary, follow-ups and settings in, Facts out."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from symptoms.diary.actions import REACH
from symptoms.diary.models import Entry, Report
from symptoms.diary.notes import Noted, found_in, standing
from symptoms.followups.blood.catalogue import catalogue, convert
from symptoms.followups.blood.plan import overdue_on
from symptoms.followups.blood.typed import Value
from symptoms.followups.models import Injection
from symptoms.followups.schedule import AfterLate, next_shot
from symptoms.followups.selectors.courses import Measured, Record, record_of
from symptoms.sharing.models import Patient
from symptoms.triage.engine import (
    Assessment,
    BaselineSymptom,
    DueTest,
    EntryFacts,
    ExpectedLevel,
    Facts,
    InjectionFacts,
    PatientFacts,
    ResultFacts,
    Schedule,
    Settings,
    Tick,
)
from symptoms.triage.engine.case import with_note_ticks
from symptoms.triage.engine.tiers import UNCHECKED, highest
from symptoms.triage.engine.units import UNITS
from symptoms.triage.models import ExpectedLevel as ExpectedLevelRow
from symptoms.triage.models import TriageSettings, UsualSymptom

# What a damaged row can raise while it is read or judged. A database that is away is none of these.
UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# What is unclear of a note that could not be read: all of it.
UNREAD: Final = ("note",)

log = logging.getLogger(__name__)


class HasDay(Protocol):
    @property
    def day(self) -> date: ...


class EntryRow(HasDay, Noted, Protocol):
    """What is read of an entry's row, be it a model or a plain row of many."""

    @property
    def happened_at(self) -> datetime: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def temperature_c(self) -> Decimal | None: ...
    @property
    def note_dismissed(self) -> Sequence[str]: ...
    @property
    def urgent(self) -> str: ...


def readable_facts(entry: Entry) -> tuple[Facts, bool]:
    """Return the facts for `entry` and True; where a row is damaged, what the entry says alone, and False."""
    try:
        return facts_for(entry), True
    except UNREADABLE as error:
        log.error("the history of entry %s could not be read: %s", entry.pk, type(error).__name__)
        return _facts_of_entry_alone(entry), False


def unsure(said: Assessment) -> Assessment:
    """Return an assessment that rests on less than it should: not checked, and at least same-day."""
    return replace(said, tier=highest([said.tier, UNCHECKED]), checked=False, failed=(*said.failed, "facts"))


def facts_for(entry: Entry) -> Facts:
    """Return what the engine may know about `entry`: the entry last, before it a year of history.

    Five queries, whatever the length of the diary. Times keep the zone in which they were lived.
    """
    since = entry.happened_at - REACH
    rows = list(
        Entry.objects.live()
        .filter(patient=entry.patient_id, happened_at__range=(since, entry.happened_at))
        .exclude(pk=entry.pk)
        .select_related("patient")
        .order_by("happened_at", "made_at", "pk")
    )
    rows.append(entry)
    ticks = _ticks([row.pk for row in rows])
    record = record_of(entry.patient_id)
    shots = _injections(entry)
    return Facts(
        patient=with_findings(_patient(entry), record),
        entries=tuple(entry_facts(row, day, ticks[row.pk]) for row, day in zip(rows, days_in_order(rows), strict=True)),
        injections=shots,
        results=tuple(one for one in result_facts(record) if one.on <= entry.day),
        schedule=schedule_facts(record, entry.day, shots),
    )


def result_facts(record: Record) -> list[ResultFacts]:
    """Return the results that the rules know of, in the test's own unit, the oldest first."""
    return [_result(one) for one in record.results if _engine_test(one.analyte) in UNITS]


def _result(one: Measured) -> ResultFacts:
    unit = catalogue().analytes[one.analyte].unit(one.unit)
    if unit is None:
        raise LookupError(f"{one.analyte} in {one.unit}")
    told = Value(one.value, one.comparator).told
    lower, upper = (None if limit is None else float(convert(limit, unit)) for limit in (one.lower, one.upper))
    return ResultFacts(one.taken_on, _engine_test(one.analyte), float(convert(told, unit)), "", lower, upper)


def _engine_test(analyte: str) -> str:
    return analyte.replace("-", "_")


def schedule_facts(record: Record, day: date, shots: Sequence[InjectionFacts]) -> Schedule:
    """Return when doses are due after `shots`, and the blood tests that were due by `day` and not taken by then."""
    course = record.course
    tests = tuple(DueTest(test, due) for test, due in overdue_on(course, day, catalogue()))
    return Schedule(course.interval, tests, planned_dose(record, shots[-1] if shots else None), course.ended_on)


def planned_dose(record: Record, last: InjectionFacts | None) -> date | None:
    """Return the day that the plan itself sets for the next dose: the first one, or one of the days set at the start.

    None: it counts from the last shot. A first day from before the tracker knew the patient says nothing without a
    shot: those since then stand elsewhere.
    """
    plan = record.shots
    if plan.start is None:
        return None
    if last is None:
        return plan.start if plan.start >= record.course.known_since else None
    keeps = plan.after_late is AfterLate.ORIGINAL and plan.start <= last.day
    return next_shot(last.day, last.number, plan).day if keeps else None


def rows_of_settings(patients: QuerySet[Patient]) -> QuerySet[Patient, Any]:
    """Return what was set of `patients`, a row a patient, in one query: what `patient_facts` reads.

    `pk`; `country`; `rules` the numbers and switches, None where nobody set any; `usual` and `expected` the
    levels, ended ones too, the newest last. Days and instants are ISO text, as PostgreSQL's JSON has them.
    """
    rules = TriageSettings.objects.filter(patient=OuterRef("pk")).values(
        row=JSONObject(**{name: name for name in ("strict_mode", "fever_c", "cough_days", "hepatitis_b", "relapses")})
    )
    return patients.values(
        "pk",
        country=F("user__country"),
        rules=Subquery(rules[:1]),
        usual=_levels(UsualSymptom),
        expected=_levels(ExpectedLevelRow, "first_day", "last_day"),
    )


def _levels(model: type[UsualSymptom | ExpectedLevelRow], *more: str) -> ArraySubquery:
    columns = {name: name for name in ("grade", "ended_at", *more)}
    rows = model.objects.filter(patient=OuterRef("pk")).order_by("set_at", "pk")
    return ArraySubquery(rows.values(row=JSONObject(symptom="symptom__slug", **columns)))


def patient_facts(row: dict[str, Any], at: datetime) -> PatientFacts:
    """Return what was set, as it counts for an entry of the instant `at`; `row` is one of `rows_of_settings`.

    A level that was ended counts for the entries from before its end and for none after. An expected level
    counts from its first day to its last, both included: the engine compares the days. Numbers, switches and
    the usual list are those of now, for they say what is true of the patient and not of one day.
    """
    rules = row["rules"] or {}
    usual = {one["symptom"]: one["grade"] for one in row["usual"] if _counts(one, at)}
    return PatientFacts(
        country=row["country"],
        baseline=tuple(BaselineSymptom(symptom, grade) for symptom, grade in usual.items()),
        settings=Settings(**{name: rules[name] for name in ("strict_mode", "fever_c", "cough_days") if rules}),
        hepatitis_b=rules.get("hepatitis_b") or None,
        relapses=tuple(date.fromisoformat(day) for day in rules.get("relapses", ())),
        expected=tuple(_expected(one) for one in row["expected"] if _counts(one, at)),
    )


def with_findings(patient: PatientFacts, record: Record) -> PatientFacts:
    """Return the patient as the results of blood tests show them too. A finding adds: a "negative" never outweighs it.

    To be rid of a wrong one, the result itself is deleted.
    """
    return patient if record.course.hepatitis_b_on is None else replace(patient, hepatitis_b="core-positive")


def _counts(level: dict[str, Any], at: datetime) -> bool:
    return level["ended_at"] is None or at < datetime.fromisoformat(level["ended_at"])


def _expected(level: dict[str, Any]) -> ExpectedLevel:
    first, last = (date.fromisoformat(level[name]) for name in ("first_day", "last_day"))
    return ExpectedLevel(level["symptom"], level["grade"], first, last)


def _facts_of_entry_alone(entry: Entry) -> Facts:
    utc = entry_facts(entry, entry.day, _ticks([entry.pk])[entry.pk], ZoneInfo("UTC"))
    try:
        patient = _patient(entry)  # a fever that the clinic set lower may make it an emergency
    except UNREADABLE:
        patient = PatientFacts(country=entry.patient.user.country)
    return Facts(patient=patient, entries=(utc,))


def _patient(entry: Entry) -> PatientFacts:
    row = rows_of_settings(Patient.objects.filter(pk=entry.patient_id)).get()
    return patient_facts(row, entry.happened_at)


def days_in_order(rows: Sequence[HasDay]) -> list[date]:
    """Return the day of each row, never later than that of a row after it.

    For a traveller going west days run back while hours run on. What was logged an hour ago on "tomorrow"
    then belongs to today: the rules look at days in their order.
    """
    return list(accumulate((row.day for row in reversed(rows)), min))[::-1]


def entry_facts(row: EntryRow, day: date, ticks: Iterable[Tick], zone: ZoneInfo | None = None) -> EntryFacts:
    """Return one entry with what was ticked and, where nobody took it back, what its note tells besides."""
    read = found_in(row) if row.note else ()
    found = standing(read or (), row.note_dismissed)
    said = with_note_ticks(tuple(ticks), (one.symptom for one in found if one.sure))
    known = {tick.symptom for tick in said if tick.severity != 0}
    return EntryFacts(
        at=row.happened_at.astimezone(zone or ZoneInfo(row.time_zone)),
        day=day,
        ticks=said,
        temperature_c=float(row.temperature_c) if row.temperature_c is not None else None,
        note=row.note,
        urgent=row.urgent or None,
        unclear=UNREAD if read is None else tuple(one.symptom for one in found if one.symptom not in known),
    )


def _ticks(entries: list[UUID]) -> dict[UUID, list[Tick]]:
    found: dict[UUID, list[Tick]] = defaultdict(list)
    reports = Report.objects.filter(entry__in=entries).values_list("entry_id", "symptom__slug", "grade", "answers")
    for entry_id, slug, grade, answers in reports.order_by("pk"):
        found[entry_id].append(tick_facts(slug, grade, answers))
    return found


def tick_facts(slug: str, grade: int | None, answers: dict[str, Any]) -> Tick:
    return Tick(
        symptom=slug,
        severity=grade,
        sudden=answers.get("sudden"),
        minutes=answers.get("minutes"),
        side=answers.get("side"),
        heat=answers.get("heat"),
        spreading=answers.get("spreading"),
        curtain=answers.get("curtain"),
        bleeding=answers.get("bleeding"),
    )


def _injections(entry: Entry) -> tuple[InjectionFacts, ...]:
    shots: list[Injection] = list(Injection.objects.filter(patient=entry.patient_id).until(entry.happened_at))
    return tuple(injection_facts(shot.at, shot.time_zone, shot.number, shot.site) for shot in reversed(shots))


def injection_facts(at: datetime, zone: str, number: int | None, site: str) -> InjectionFacts:
    """Return one shot, given at the instant `at` in `zone`: its day is the one of that place."""
    at = at.astimezone(ZoneInfo(zone))
    return InjectionFacts(at=at, day=at.date(), number=number, site=site)
