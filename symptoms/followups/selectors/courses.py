"""What the blood tests of many patients hang on, read in one query: plan, steps, results and the first injection."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from symptoms.followups.blood.plan import Course, OwnPlan, Step, first_injection
from symptoms.followups.models import BloodTest, BloodTestPlan, Injection, InjectionPlan, Result
from symptoms.followups.schedule import AfterLate, Interval, ShotPlan
from symptoms.followups.schedule.shots import LABEL
from symptoms.lib import clock
from symptoms.sharing.models import Patient

PLAN: Final = ("start", "ended_on", "interval", "after_late")
# A carrier, or somebody who had it (clinical.md 3: "if core-positive"). The surface antibody alone may be a vaccine's.
HEPATITIS_B: Final = ("hbsag", "hbcab")
STEP: Final = ("test", "reason", "due_on", "booked_for", "taken_on", "result_in_at", "seen_at")


@dataclass(frozen=True, slots=True)
class Measured:
    """One result with a value, as the lab gave it: its day, unit (UCUM), and the lab's own limits where it has them."""

    analyte: str
    taken_on: date
    comparator: str
    value: Decimal
    unit: str
    lower: Decimal | None
    upper: Decimal | None


@dataclass(frozen=True, slots=True)
class Record:
    """The blood tests of one patient: what they hang on, and the results that have a value, the oldest first.

    `shots` is the plan of the injections; its `start` is the day that was set, None where nobody set one.
    """

    course: Course
    results: tuple[Measured, ...]
    shots: ShotPlan


def rows_of_records(patients: Collection[UUID] | QuerySet[Patient, Any]) -> dict[UUID, Any]:
    """Return what `as_record` reads, by patient (`patients` are ids), in one query however many they are."""
    shots = Injection.objects.given().filter(patient=OuterRef("pk")).order_by("at", "pk")
    plan = InjectionPlan.objects.filter(patient=OuterRef("pk"))
    own = BloodTestPlan.objects.standing().filter(patient=OuterRef("pk")).order_by("test")
    steps = BloodTest.objects.live().filter(patient=OuterRef("pk")).order_by("made_at", "pk")
    results = Result.objects.live().filter(patient=OuterRef("pk"), value__isnull=False)
    found = Result.objects.live().filter(patient=OuterRef("pk"), found=Result.Found.POSITIVE, analyte__in=HEPATITIS_B)
    told = JSONObject(
        **{name: name for name in ("analyte", "taken_on", "comparator", "unit")},
        **{name: Cast(name, TextField()) for name in ("value", "lower", "upper")},
    )
    rows = Patient.objects.filter(pk__in=patients).values(
        "pk",
        "created_at",
        zone=F("user__time_zone"),
        shot=Subquery(shots.values(row=JSONObject(at="at", zone="time_zone", number="number"))[:1]),
        hepatitis_b_on=Subquery(found.order_by("taken_on").values("taken_on")[:1]),
        plan=Subquery(plan.values(row=JSONObject(**{name: name for name in PLAN}))[:1]),
        own=ArraySubquery(
            own.values(
                row=JSONObject(**{name: name for name in ("test", "is_on", "first_due", "every_months", "until")})
            )
        ),
        steps=ArraySubquery(steps.values(row=JSONObject(id="pk", **{name: name for name in STEP}))),
        results=ArraySubquery(results.order_by("taken_on", "entered_at", "pk").values(row=told)),
    )
    return {row["pk"]: row for row in rows}


def record_of(patient: Patient | UUID) -> Record:
    """Return the blood tests of one patient (or of the id of one), in one query."""
    key = patient if isinstance(patient, UUID) else patient.pk
    return as_record(rows_of_records([key])[key])


def as_record(row: dict[str, Any]) -> Record:
    """Return one row of `rows_of_records` as a record. A damaged row raises what a damaged row can raise."""
    plan = row["plan"] or {}
    zone = row["zone"]
    shots = ShotPlan(Interval(plan["interval"]), AfterLate(plan["after_late"]), _day(plan["start"])) if plan else LABEL
    course = Course(
        patient=row["pk"],
        known_since=clock.local_day(row["created_at"], zone),
        start=shots.start or _start(row["shot"]),
        ended_on=_day(plan.get("ended_on")),
        interval=shots.interval.value,
        hepatitis_b_on=row["hepatitis_b_on"],
        plans={one["test"]: _own_plan(one) for one in row["own"]},
        steps=tuple(_step(one, zone) for one in row["steps"]),
    )
    return Record(course, tuple(_measured(one) for one in row["results"]), shots)


def _start(shot: dict[str, Any] | None) -> date | None:
    if shot is None:
        return None
    return first_injection(clock.local_day(datetime.fromisoformat(shot["at"]), shot["zone"]), shot["number"])


def _own_plan(row: dict[str, Any]) -> OwnPlan:
    return OwnPlan(row["is_on"], _day(row["first_due"]), row["every_months"], _day(row["until"]))


def _step(row: dict[str, Any], zone: str) -> Step:
    came = row["result_in_at"]
    return Step(
        id=UUID(row["id"]),
        test=row["test"],
        extra=row["reason"] == BloodTest.Reason.EXTRA,
        due_on=_day(row["due_on"]),
        booked_for=_day(row["booked_for"]),
        taken_on=_day(row["taken_on"]),
        result_in=clock.local_day(datetime.fromisoformat(came), zone) if came else None,
        seen=row["seen_at"] is not None,
    )


def _measured(row: dict[str, Any]) -> Measured:
    lower, upper = row["lower"], row["upper"]
    return Measured(
        analyte=row["analyte"],
        taken_on=date.fromisoformat(row["taken_on"]),
        comparator=row["comparator"],
        value=Decimal(row["value"]),
        unit=row["unit"],
        lower=None if lower is None else Decimal(lower),
        upper=None if upper is None else Decimal(upper),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
