"""When the next shot is due and where it may go. Pure: days in, days out; no Django, no clock.

The label's calendar (clinical.md 4): weeks 0, 1 and 2, none in week 3, week 4, then every month; the trials and some
patient organisations say every four weeks, so a clinic may set 28 days. After a late shot the next one counts from the
day it was really given, as the EU leaflet says (section 3), unless the clinic keeps the original days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from symptoms.followups.schedule.months import months_after

# Days to wait after shot 1, 2 and 3; after each later one the interval of the plan.
STARTING_GAPS: Final = {1: 7, 2: 7, 3: 14}
# The first four shots, in days after the first.
STARTING_DAYS: Final = (0, 7, 14, 28)
HIGHEST_NUMBER: Final = 999
FOUR_WEEKS: Final = timedelta(days=28)
# The upper arm needs another person's hand, so it is offered but never suggested.
OWN_HAND: Final = ("thigh-left", "thigh-right", "abdomen-left", "abdomen-right")


class Interval(StrEnum):
    """How far apart the shots after the fourth are."""

    MONTH = "month"
    DAYS_28 = "28d"


class AfterLate(StrEnum):
    """What the next shot counts from after a late one: the day it was given, or the days set at the start."""

    ACTUAL = "actual"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class ShotPlan:
    """What a clinic may set. `start` is the local day of the first shot; without it no original day is known."""

    interval: Interval = Interval.MONTH
    after_late: AfterLate = AfterLate.ACTUAL
    start: date | None = None


@dataclass(frozen=True, slots=True)
class DueShot:
    """The shot that comes next: its day and, where the last one had a number, its number."""

    day: date
    number: int | None

    def days_from(self, today: date) -> int:
        """Return how many days it is away; below zero it is late."""
        return (self.day - today).days


LABEL: Final = ShotPlan()


def next_shot(given_on: date, number: int | None, plan: ShotPlan = LABEL) -> DueShot:
    """Return the shot after the one given on the local day `given_on`; without a number it is one interval away."""
    following = None if number is None else min(number + 1, HIGHEST_NUMBER)
    if plan.after_late is AfterLate.ORIGINAL and plan.start is not None and plan.start <= given_on:
        return DueShot(day=_next_original(given_on, plan.start, plan.interval), number=following)
    gap = STARTING_GAPS.get(number) if number is not None else None
    day = _later(given_on, timedelta(days=gap)) if gap else _interval_after(given_on, 1, plan.interval)
    return DueShot(day=day, number=following)


def coming_shots(last: tuple[date, int | None] | None, plan: ShotPlan, *, today: date, most: int) -> list[DueShot]:
    """Return up to `most` shots that come next. `last` is the day and number of the newest one, None before the first.

    Without a shot and without a start there are none. A late one stands first, on the day it was due: it is due until
    it is given. Those after it count from `today`, as if it were given now.
    """
    if last is None:
        first = DueShot(day=plan.start, number=1) if plan.start is not None else None
    else:
        first = next_shot(*last, plan)
    return list(islice(_chain(first, plan, today), most)) if first is not None else []


def _chain(first: DueShot, plan: ShotPlan, today: date) -> Iterator[DueShot]:
    """Yield the shots from `first` on. Monthly ones count from one day, so that a 31st comes back after February."""
    yield first
    anchor, number, steps = max(first.day, today), first.number, 0
    original = plan.after_late is AfterLate.ORIGINAL and plan.start is not None
    day = anchor
    while day < date.max:
        if original or number in STARTING_GAPS:
            due = next_shot(day, number, plan)
            anchor, steps = due.day, 0
        else:
            steps += 1
            following = None if number is None else min(number + 1, HIGHEST_NUMBER)
            due = DueShot(day=_interval_after(anchor, steps, plan.interval), number=following)
        day, number = due.day, due.number
        yield due


def original_days(start: date, interval: Interval) -> Iterator[date]:
    """Yield the days that were set when the first shot was given: weeks 0, 1, 2 and 4, then by the interval."""
    for days in STARTING_DAYS:
        yield _later(start, timedelta(days=days))
    fourth = day = _later(start, timedelta(days=STARTING_DAYS[-1]))
    steps = 0
    while day < date.max:
        steps += 1
        yield (day := _interval_after(fourth, steps, interval))


def _next_original(given_on: date, start: date, interval: Interval) -> date:
    """Return the first original day that is at least half its gap away from `given_on`.

    The half is a rule of this tracker, not of a label: two shots are never almost together because the first of them
    was late. It waits for a clinician's sign-off.
    """
    before = start
    for day in original_days(start, interval):
        if (day - given_on) * 2 >= day - before and day > given_on:
            return day
        before = day
    return date.max


def _interval_after(day: date, steps: int, interval: Interval) -> date:
    return _later(day, FOUR_WEEKS * steps) if interval is Interval.DAYS_28 else months_after(day, steps)


def _later(day: date, by: timedelta) -> date:
    return day + by if by <= date.max - day else date.max


def next_site(used: Sequence[str]) -> str:
    """Return the place that rested longest, of those within one's own reach; `used` is newest first."""
    resting = {site: used.index(site) if site in used else len(used) for site in OWN_HAND}
    return max(OWN_HAND, key=lambda site: resting[site])
