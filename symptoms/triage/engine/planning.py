"""Named conditions about the plan: doses too close, the next dose, a missed dose, a blood test overdue."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from symptoms.triage.engine.facts import Because, Schedule
from symptoms.triage.engine.parsing import PLAN, SHOT, Condition, Evidence, Place, Vocabulary, read
from symptoms.triage.engine.shots import Shot
from symptoms.triage.engine.view import View

# Weeks 0, 1, 2 and 4, then monthly: days from the dose of this number to the next.
LOADING_STEPS: Final = {1: 7, 2: 7, 3: 14}
LAST_LOADING_DOSE: Final = 4


def next_due(view: View) -> tuple[int, bool] | None:
    """Return the day (ordinal) of the next dose and whether it is a loading dose; None where none is planned."""
    schedule = view.facts.schedule or Schedule()
    number = (view.shots.number or len(view.shots.given)) if view.shots.last else 0
    day = schedule.next_dose or _counted(view, number, schedule.interval)
    ended = schedule.ended_on
    if day is None or (ended is not None and (day >= ended or view.today >= ended.toordinal())):
        return None
    return day.toordinal(), number < LAST_LOADING_DOSE


def _counted(view: View, number: int, interval: str) -> date | None:
    """Return the day of the next dose as it counts from the last one; None with no shot."""
    if view.shots.last is None:
        return None
    last = date.fromordinal(view.shots.last.ordinal)
    if number in LOADING_STEPS:
        return last + timedelta(days=LOADING_STEPS[number])
    return last + timedelta(days=28) if interval == "28d" else a_month_later(last)


def a_month_later(day: date) -> date:
    """Return the same day of the next month, or its last day where it is shorter."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class DosesTooClose:
    """Two shots nearer than the plan allows, for `for_days` days after the second.

    Two logs of the same number within `same_hours` are one shot logged twice.
    """

    loading_days: int
    monthly_days: int
    for_days: int
    same_hours: int

    def evaluate(self, view: View) -> Evidence | None:
        shots: list[Shot] = []
        for shot in view.shots.given:
            if not (shots and self._is_same(shots[-1], shot)):
                shots.append(shot)
        for place in range(1, len(shots)):
            first, second = shots[place - 1], shots[place]
            gap = second.ordinal - first.ordinal
            if gap < self._limit(second, place) and view.today - second.ordinal <= self.for_days:
                return (Because("injection", None, None, f"{gap} days apart"),)
        return None

    def _is_same(self, first: Shot, second: Shot) -> bool:
        return first.number == second.number and second.seconds - first.seconds <= self.same_hours * 3600

    def _limit(self, second: Shot, place: int) -> int:
        number = second.number or place + 1
        return self.loading_days if number <= LAST_LOADING_DOSE else self.monthly_days

    def listens(self) -> frozenset[str]:
        return frozenset({SHOT})


@dataclass(frozen=True, slots=True)
class NextDoseWithin:
    """The next dose is due within `days`, or was due up to two weeks ago."""

    days: int

    def evaluate(self, view: View) -> Evidence | None:
        due = next_due(view)
        if due is None or not -14 <= due[0] - view.today <= self.days:
            return None
        when = date.fromordinal(due[0]).isoformat()
        return (Because("injection", None, None, f"due {when}", today=view.logged),)

    def listens(self) -> frozenset[str]:
        return frozenset({SHOT, PLAN})


@dataclass(frozen=True, slots=True)
class MissedDose:
    """By the patient's own schedule, the next dose is late. Without a schedule it is not judged."""

    loading_days: int
    monthly_days: int

    def evaluate(self, view: View) -> Evidence | None:
        due = next_due(view)
        if view.facts.schedule is None or due is None:
            return None
        if view.today - due[0] < (self.loading_days if due[1] else self.monthly_days):
            return None
        return (Because("injection", None, None, f"due {date.fromordinal(due[0]).isoformat()}"),)

    def listens(self) -> frozenset[str]:
        return frozenset({PLAN})


@dataclass(frozen=True, slots=True)
class OverdueTest:
    """A blood test of the schedule is more than `days` days overdue, with no result since it was due."""

    days: int

    def evaluate(self, view: View) -> Evidence | None:
        schedule = view.facts.schedule
        found = [
            Because("result", None, None, f"{one.test} due {one.due.isoformat()}")
            for one in (schedule.tests if schedule else ())
            if view.today - one.due.toordinal() > self.days and not self._is_done(view, one.test, one.due)
        ]
        return tuple(found) or None

    def _is_done(self, view: View, test: str, due: date) -> bool:
        return any(
            result.test == test and due <= result.on and result.on.toordinal() <= view.today
            for result in view.facts.results
        )

    def listens(self) -> frozenset[str]:
        return frozenset({PLAN})


@Vocabulary.kind("doses_too_close")
def _too_close(table: Any, place: Place) -> Condition:
    return read(DosesTooClose, _inner(table, "doses_too_close", place), place)


@Vocabulary.kind("next_dose_within_days")
def _next_dose(table: Any, place: Place) -> Condition:
    rest = dict(table)
    return read(NextDoseWithin, {"days": rest.pop("next_dose_within_days"), **rest}, place)


@Vocabulary.kind("missed_dose")
def _missed(table: Any, place: Place) -> Condition:
    return read(MissedDose, _inner(table, "missed_dose", place), place)


@Vocabulary.kind("test_overdue_days")
def _overdue(table: Any, place: Place) -> Condition:
    rest = dict(table)
    return read(OverdueTest, {"days": rest.pop("test_overdue_days"), **rest}, place)


def _inner(table: Any, key: str, place: Place) -> dict[str, Any]:
    inner = table[key]
    if not isinstance(inner, dict) or len(table) > 1:
        raise place.at(key).error("must be a table of its own, alone")
    return inner
