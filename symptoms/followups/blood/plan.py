"""What is open for a patient: which tests are due, booked, taken or in, and what is late. Pure: days in, days out.

Nothing has to be written down in time: a due day follows from the plan, whenever somebody looks. Days are those of the
patient's own calendar.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID, uuid5

from symptoms.followups.blood.catalogue import Catalogue, Test
from symptoms.followups.schedule.months import months_after
from symptoms.followups.schedule.tests import due_days

State = Literal["due", "booked", "taken", "result-in", "seen"]
# Default plans are not looked at further ahead than this from whatever day is asked about.
AHEAD: Final = timedelta(days=6 * 366)
# Weeks from the first shot to shots 1, 2, 3 and 4 (clinical.md 4); each later one is a month on.
STARTER_WEEKS: Final = (0, 1, 2, 4)
# It can wake up so long after the last injection (clinical.md 3: "to 12 months after").
HEPATITIS_B_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """What the clinic set for one test: off, or from `first_due` every `every_months` (None: once) until a day."""

    is_on: bool
    first_due: date | None = None
    every_months: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One test that something has happened to: the day of each step, None where it was not reached."""

    id: UUID
    test: str
    extra: bool
    due_on: date | None
    booked_for: date | None = None
    taken_on: date | None = None
    result_in: date | None = None
    seen: bool = False

    @property
    def state(self) -> State:
        if self.taken_on is None:
            return "booked" if self.booked_for is not None else "due"
        if self.result_in is None:
            return "taken"
        return "seen" if self.seen else "result-in"


@dataclass(frozen=True, slots=True)
class Course:
    """All that the tests of one patient hang on.

    `start` is the day of the first injection (None: not started, or not known); `known_since` the day the tracker came
    to know the patient: what was due before it was somebody else's to remember. `ended_on` is when injections stopped,
    `interval` how far apart they are ("month" or "28d"). `hepatitis_b_on` is the day of the first blood draw that found
    hepatitis B, now or in the past.
    """

    patient: UUID
    known_since: date
    start: date | None = None
    ended_on: date | None = None
    interval: str = "month"
    hepatitis_b_on: date | None = None
    plans: Mapping[str, OwnPlan] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenTest:
    """One test that waits for something. `due_on` None: before the first injection, whose day is not known yet.

    `step` None: nothing has happened to it. `late_by` is the days since the step was to follow, 0 or less: not late
    by a day yet; `is_late` says whether it is later than the rule of its step allows.
    """

    test: str
    state: State
    due_on: date | None
    step: Step | None
    extra: bool
    late_by: int
    is_late: bool
    subject: UUID


def first_injection(given: date, number: int | None) -> date:
    """Return the day of the first injection, counted back from the earliest one that is known and its number."""
    if number is None or number <= 1:
        return given
    if number <= len(STARTER_WEEKS):
        return given - timedelta(weeks=STARTER_WEEKS[number - 1])
    months = number - len(STARTER_WEEKS)
    year, month = divmod(given.year * 12 + given.month - 1 - months, 12)
    return date(year, month + 1, min(given.day, 28)) - timedelta(weeks=STARTER_WEEKS[-1])


def open_tests(course: Course, today: date, catalogue: Catalogue) -> list[OpenTest]:
    """Return all that waits, and of every test that goes on the next due day, however far ahead; the earliest first."""
    found = [_open(course, step.test, step.due_on, step, today, catalogue) for step in _waiting(course)]
    booked = {step.test for step in _waiting(course) if step.taken_on is None and not step.extra}
    for test in catalogue.tests.values():
        if test.slug in booked:
            continue
        due = next_due(course, test, today, catalogue)
        if due is not None and not _asked_for_soon(course, test.slug, due, catalogue.early_days):
            found.append(_open(course, test.slug, due, None, today, catalogue))
        elif due is None and is_before_start(course, test) and not _is_asked_for(course, test.slug):
            found.append(_open(course, test.slug, None, None, today, catalogue))
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or date.max, one.test))


def overdue_on(course: Course, day: date, catalogue: Catalogue) -> list[tuple[str, date]]:
    """Return (test, due day) of what was due by `day` and not taken by then: what rule P20 is told."""
    late = [
        (step.test, step.due_on)
        for step in course.steps
        if step.extra and step.due_on is not None and step.due_on <= day and not _taken_by(step, day)
    ]
    for test in catalogue.tests.values():
        due = next_due(course, test, day, catalogue, ahead=timedelta(0))
        if due is not None:
            late.append((test.slug, due))
    return sorted(set(late))


def next_due(course: Course, test: Test, day: date, catalogue: Catalogue, *, ahead: timedelta = AHEAD) -> date | None:
    """Return the first planned day that no draw up to `day` counts for, or None where none is within `ahead`."""
    taken = [step.taken_on for step in course.steps if step.test == test.slug and _taken_by(step, day)]
    newest = max((one for one in taken if one is not None), default=None)
    for due in planned_days(course, test, day + ahead):
        early = catalogue.before_start_days if due == course.start else catalogue.early_days
        if newest is None or due - timedelta(days=early) > newest:
            return due
    return None


def planned_days(course: Course, test: Test, up_to: date) -> Iterator[date]:
    """Yield the days on which a test is planned, in order: as the clinic set it, else as the medicine's plan has it."""
    own = course.plans.get(test.slug)
    if own is None:
        yield from sorted({*_default_days(course, test, up_to), *_days_for_hepatitis_b(course, test, up_to)})
    elif own.is_on and own.first_due is not None:
        yield from due_days(own.first_due, own.every_months, until=own.until, up_to=up_to)


def _default_days(course: Course, test: Test, up_to: date) -> list[date]:
    if course.start is None:
        return []
    stopped = course.ended_on or date.max
    during = _during(course.start, test, up_to) if test.on else []
    days = [day for day in during if day < stopped]
    if course.ended_on is not None and test.after_stopping_every is not None:
        first = months_after(course.ended_on, test.after_stopping_every)
        days += due_days(first, test.after_stopping_every, until=None, up_to=up_to)
    return [day for day in days if day >= course.known_since]


def _days_for_hepatitis_b(course: Course, test: Test, up_to: date) -> list[date]:
    if course.hepatitis_b_on is None or test.hepatitis_b_every is None:
        return []
    until = months_after(course.ended_on, HEPATITIS_B_MONTHS) if course.ended_on else None
    days = due_days(course.hepatitis_b_on, test.hepatitis_b_every, until=until, up_to=up_to)
    return [day for day in days if day >= course.known_since]


def is_before_start(course: Course, test: Test) -> bool:
    """Say whether a test waits to be done before a first injection of which no day is known."""
    has_own_plan = test.slug in course.plans
    is_done = any(step.test == test.slug and step.taken_on is not None for step in course.steps)
    return course.start is None and test.on and test.months[0] == 0 and not has_own_plan and not is_done


def subject_of(patient: UUID, test: str, due_on: date | None) -> UUID:
    """Return the lasting id of a planned test, whether or not it has a row: reminders hang on it."""
    return uuid5(patient, f"blood-test:{test}:{due_on}")


def _during(start: date, test: Test, up_to: date) -> list[date]:
    days = [months_after(start, months) for months in test.months]
    if test.then_every is not None:
        first = months_after(start, test.months[-1] + test.then_every)
        days += due_days(first, test.then_every, until=None, up_to=up_to)
    return [day for day in days if day <= up_to]


def _waiting(course: Course) -> list[Step]:
    return [step for step in course.steps if step.state != "seen"]


def _taken_by(step: Step, day: date) -> bool:
    return step.taken_on is not None and step.taken_on <= day


def _is_asked_for(course: Course, test: str) -> bool:
    return any(step.test == test and step.extra and step.taken_on is None for step in course.steps)


def _asked_for_soon(course: Course, test: str, due: date, days: int) -> bool:
    """Say whether an extra test near a planned day stands in for it."""
    return any(
        step.test == test
        and step.extra
        and step.taken_on is None
        and step.due_on is not None
        and abs((step.due_on - due).days) <= days
        for step in course.steps
    )


def _open(
    course: Course, test: str, due_on: date | None, step: Step | None, today: date, catalogue: Catalogue
) -> OpenTest:
    state: State = step.state if step else "due"
    since = _since(state, due_on, step)
    late_by = (today - since).days if since else 0
    return OpenTest(
        test=test,
        state=state,
        due_on=due_on,
        step=step,
        extra=bool(step and step.extra),
        late_by=late_by,
        is_late=late_by > catalogue.late_after[state],
        subject=step.id if step and step.extra else subject_of(course.patient, test, due_on),
    )


def _since(state: State, due_on: date | None, step: Step | None) -> date | None:
    """Return the day from which the next step is awaited."""
    if step is None or state == "due":
        return due_on
    return {"booked": step.booked_for, "taken": step.taken_on, "result-in": step.result_in}[state]
