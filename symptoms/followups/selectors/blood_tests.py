"""What the pages of blood tests show of one patient: what is open, why, and the results so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from symptoms.followups import blood_words
from symptoms.followups.blood import chart
from symptoms.followups.blood.catalogue import Analyte, Test, Unit, catalogue, convert
from symptoms.followups.blood.plan import OpenTest, open_tests
from symptoms.followups.blood.typed import Side, Value, plain, side_of
from symptoms.followups.models import BloodTest, BloodTestPlan, Result
from symptoms.followups.selectors.courses import record_of
from symptoms.lib import clock
from symptoms.lib.words import Words
from symptoms.sharing.models import Patient

DONE_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who set or asked for something, when (UTC), and why."""

    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One open test as a page tells it. `asked` is who asked for it beside the plan, `planned` who set its plan."""

    test: Test
    open: OpenTest
    state: Words
    basis: list[Words]
    asked: Who | None
    planned: Who | None

    @property
    def days_left(self) -> int:
        return -self.open.late_by

    @property
    def step(self) -> UUID | None:
        return self.open.step.id if self.open.step else None


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One result as a page tells it: as the lab gave it, and where it lies against the lab's own range."""

    result: Result
    analyte: Analyte
    shown: str
    range: str
    side: Side
    side_words: Words
    converted: str = ""

    @property
    def is_outside(self) -> bool:
        return self.side in ("below", "above")


@dataclass(frozen=True, slots=True)
class TestsPage:
    """The open tests by what they ask for, the newest value of each kind, and the tests that are off.

    `unseen` wait for nobody but the clinic: the patient has done all of it. One that waits too long stands in `late`.
    """

    late: list[Line]
    now: list[Line]
    coming: list[Line]
    unseen: list[Line]
    values: list[ValueLine]
    off: list[Test]
    start: date | None
    today: date
    hepatitis_b: Words | None


@dataclass(frozen=True, slots=True)
class TestPage:
    """One test of a patient: what it is, what is open, how its plan came to be, and what was done."""

    test: Test
    basis: list[Words]
    open: list[Line]
    values: list[ValueLine]
    plans: list[BloodTestPlan]
    done: list[BloodTest]
    today: date


@dataclass(frozen=True, slots=True)
class ValuePage:
    """All results of one kind, the newest first, and their chart (None where there is nothing to draw)."""

    analyte: Analyte
    lines: list[ValueLine]
    chart: chart.Chart | None
    unit: str


def tests_for_page(patient: Patient) -> TestsPage:
    """Return what a patient's list of blood tests shows, in four queries."""
    today = clock.local_day(clock.now(), patient.time_zone)
    course = record_of(patient).course
    found = _lines(patient, open_tests(course, today, catalogue()))
    lines = [line for line in found if line.open.state != "result-in" or line.open.is_late]
    late = [line for line in lines if line.open.is_late]
    rest = [line for line in lines if not line.open.is_late]
    now = [line for line in rest if line.open.state != "due" or _is_near(line.open, today)]
    listed = {line.test.slug for line in found}
    return TestsPage(
        late=late,
        now=now,
        coming=[line for line in rest if line not in now],
        unseen=[line for line in found if line not in lines],
        values=_newest(Result.objects.live().filter(patient=patient)),
        off=[test for test in catalogue().tests.values() if test.slug not in listed],
        start=course.start,
        today=today,
        hepatitis_b=blood_words.HEPATITIS_B if course.hepatitis_b_on else None,
    )


@dataclass(frozen=True, slots=True)
class ComingTest:
    """The blood test that comes next, for a first page."""

    test: Test
    open: OpenTest


def coming_test(patient: Patient, *, today: date) -> ComingTest | None:
    """Return the test that is late, booked or due within the next weeks, the latest first. One query."""
    tests = catalogue().tests
    found = [one for one in open_tests(record_of(patient).course, today, catalogue()) if one.test in tests]
    near = [one for one in found if one.state == "booked" or (one.state == "due" and _is_near(one, today))]
    first = min(near, key=lambda one: (not one.is_late, one.due_on is None, one.due_on or date.max), default=None)
    return ComingTest(tests[first.test], first) if first else None


def test_for_page(patient: Patient, slug: str) -> TestPage:
    """Return one test of a patient, in six queries."""
    today = clock.local_day(clock.now(), patient.time_zone)
    found = [one for one in open_tests(record_of(patient).course, today, catalogue()) if one.test == slug]
    plans = BloodTestPlan.objects.filter(patient=patient, test=slug).select_related("set_by", "ended_by")
    done = BloodTest.objects.live().filter(patient=patient, test=slug, taken_on__isnull=False)
    test = catalogue().tests[slug]
    return TestPage(
        test=test,
        basis=blood_words.basis_words(test),
        open=_lines(patient, found),
        values=_newest(Result.objects.live().filter(patient=patient, blood_test__test=slug)),
        plans=list(plans.order_by("-set_at")),
        done=list(done.select_related("seen_by").order_by("-taken_on")[:DONE_SHOWN]),
        today=today,
    )


def value_for_page(patient: Patient, analyte: Analyte) -> ValuePage:
    """Return all results of one kind with their chart, in the unit of the newest one; one query."""
    rows = Result.objects.live().filter(patient=patient, analyte=analyte.slug).select_related("entered_by")
    lines = [value_line(row) for row in rows.order_by("-taken_on", "-entered_at")]
    numbers = [line for line in lines if line.result.value is not None]
    unit = analyte.unit(numbers[0].result.unit) if numbers else None
    if unit is None:
        return ValuePage(analyte, lines, None, "")
    told = [_converted(line, unit, analyte) for line in lines]
    return ValuePage(analyte, told, _chart(list(reversed(numbers)), unit, analyte), unit.shown)


def value_line(row: Result) -> ValueLine:
    """Return one result in words; a slug that the file no longer has stands for itself."""
    analyte = catalogue().analytes.get(row.analyte) or Analyte(row.analyte, row.analyte, ("-",), "C", (), None, "")
    if row.value is None:
        return ValueLine(row, analyte, str(row.get_found_display()), "", "unknown", "")
    unit = analyte.unit(row.unit)
    shown = f"{row.comparator}{plain(row.value)} {unit.shown if unit else row.unit}"
    side = side_of(Value(row.value, row.comparator).told, row.lower, row.upper)
    return ValueLine(row, analyte, shown, _range_words(row.lower, row.upper), side, blood_words.SIDES[side])


def _lines(patient: Patient, found: Iterable[OpenTest]) -> list[Line]:
    plans = BloodTestPlan.objects.standing().filter(patient=patient).select_related("set_by")
    set_by = {plan.test: Who(str(plan.set_by), plan.set_at, plan.why) for plan in plans}
    extras = BloodTest.objects.live().filter(patient=patient, asked_by__isnull=False).select_related("asked_by")
    asked = {step.pk: Who(str(step.asked_by), step.made_at, step.why) for step in extras}
    known = [one for one in found if one.test in catalogue().tests]
    return [_line(one, asked.get(one.step.id) if one.step else None, set_by.get(one.test)) for one in known]


def _line(one: OpenTest, asked: Who | None, planned: Who | None) -> Line:
    test = catalogue().tests[one.test]
    return Line(test, one, blood_words.STATES[one.state], blood_words.basis_words(test), asked, planned)


def _is_near(one: OpenTest, today: date) -> bool:
    """Say whether a test is due within the time in which a draw counts for it: then it can be done now."""
    return one.due_on is None or (one.due_on - today).days <= catalogue().early_days


def _newest(results: Any) -> list[ValueLine]:
    rows = results.order_by("analyte", "-taken_on", "-entered_at").distinct("analyte")
    lines = {row.analyte: value_line(row) for row in rows}
    order = [slug for test in catalogue().tests.values() for slug in test.analytes]
    return [lines[slug] for slug in order if slug in lines]


def _range_words(lower: Decimal | None, upper: Decimal | None) -> str:
    if lower is None and upper is None:
        return ""
    if lower is None:
        return f"\u2264 {plain(upper or Decimal(0))}"
    return f"\u2265 {plain(lower)}" if upper is None else f"{plain(lower)}\u2013{plain(upper)}"


def _between(value: Decimal, source: Unit, target: Unit) -> Decimal:
    return plain(Decimal(f"{convert(value, source) / target.factor:.4g}"))


def _converted(line: ValueLine, unit: Unit, analyte: Analyte) -> ValueLine:
    source, row = analyte.unit(line.result.unit), line.result
    if row.value is None or source is None or source.factor == unit.factor:
        return line
    words = f"{row.comparator}{_between(row.value, source, unit)} {unit.shown}"
    return ValueLine(row, line.analyte, line.shown, line.range, line.side, line.side_words, words)


def _chart(lines: list[ValueLine], unit: Unit, analyte: Analyte) -> chart.Chart | None:
    """Draw the values whose unit is known, in `unit`, against the range of the newest one."""
    readings = []
    for line in lines:
        source = analyte.unit(line.result.unit)
        if source is not None and line.result.value is not None:
            readings.append(
                chart.Reading(line.result.taken_on, _between(line.result.value, source, unit), line.is_outside)
            )
    newest = lines[-1].result
    limits = [None if limit is None else plain(limit) for limit in (newest.lower, newest.upper)]
    return chart.draw(readings, *limits) if readings else None
