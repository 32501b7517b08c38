"""At which instants a person is reminded. Pure: days, hours and zones in, instants (UTC) with their steps out.

Each function returns the whole row of reminders of one thing at once, so that no reminder hangs on the one before it,
and each instant counts from the day that is due, so that none drifts with the hour of an answer. Every instant is
worked out in the zone of the person and lies outside their quiet hours.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from symptoms.followups.schedule.quiet import after_quiet
from symptoms.followups.schedule.zones import local_instant

# Days before a test, on the day, then weekly when late (clinical.md 3). The cap is ours: after three months a reminder
# a week is noise, and the test still stands in the tracker as late.
TEST_STEPS: Final = (("14d", -14), ("2d", -2), ("day", 0))
TEST_LATE_WEEKS: Final = 12
# Days before a shot (clinical.md 4: order, fridge check; then the day before), and half an hour before it: the pen
# stays out of the fridge for 15 to 30 minutes.
SHOT_STEPS: Final = (("3d", -3), ("1d", -1))
BEFORE_SHOT: Final = timedelta(minutes=30)
# Days after the day a shot was due. It is to be taken once noticed (clinical.md 4), so first every day; cap ours.
SHOT_LATE_DAYS: Final = (1, 2, 3, 5, 7, 14, 21, 28, 35, 42, 49, 56)
# Check-ins (clinical.md 4): the same evening, 24 and 72 hours after. The evening one leaves two hours to feel it.
EVENING: Final = time(20, 0)
EVENING_AFTER: Final = timedelta(hours=2)
CHECK_IN_HOURS: Final = (24, 72)
# The daily question: up to so many days after an injection, a flag or a symptom it comes every so many days. Ours:
# product.md asks for less after quiet weeks, no source says how much.
LOG_PACE: Final = ((14, 1), (28, 3))
LOG_SELDOM: Final = 7
# A question that waits is kept for so many days: an outage, or a flight over the date line, loses none.
LOG_KEPT: Final = 7


@dataclass(frozen=True, slots=True)
class Planned:
    """One reminder to be: an instant (UTC) and a step, a slug that tells it from the others of its thing."""

    at: datetime
    step: str


@dataclass(frozen=True, slots=True)
class Clock:
    """How one person lives: the IANA zone, and the quiet hours on its wall clock (equal ones mean none)."""

    zone: str
    quiet_from: time
    quiet_to: time

    def instant(self, day: date, at: time) -> datetime:
        """Return the instant (UTC) of a wall-clock time, moved out of the quiet hours."""
        return self.awake(local_instant(day, at, self.zone))

    def awake(self, instant: datetime) -> datetime:
        """Return `instant`, moved out of the quiet hours."""
        return after_quiet(instant, self.zone, self.quiet_from, self.quiet_to)


def blood_test_reminders(due_on: date, at: time, clock: Clock) -> list[Planned]:
    """Return the reminders of a blood test that is due on the local day `due_on`, told at `at`."""
    late = ((f"late-{week}", 7 * week) for week in range(1, TEST_LATE_WEEKS + 1))
    return _on_days(due_on, at, clock, (*TEST_STEPS, *late))


def shot_reminders(due_on: date, shot_at: time, told_at: time, clock: Clock) -> list[Planned]:
    """Return the reminders of a shot due on the local day `due_on` at `shot_at`; those of other days come at `told_at`.

    The one half an hour before is never told later than it would be of use: where quiet hours push it past the
    shot, it comes at their end, for the shot is then still to be given.
    """
    late = ((f"late-{days}", days) for days in SHOT_LATE_DAYS)
    planned = _on_days(due_on, told_at, clock, (*SHOT_STEPS, *late))
    before = clock.awake(local_instant(due_on, shot_at, clock.zone) - BEFORE_SHOT)
    return sorted([*planned, Planned(before, "30min")], key=lambda one: one.at)


def check_in_reminders(given_at: datetime, clock: Clock) -> list[Planned]:
    """Return when to ask how a shot given at `given_at` (UTC) was borne: the same evening, 24 and 72 hours after."""
    given_on = given_at.astimezone(ZoneInfo(clock.zone)).date()
    evening = max(local_instant(given_on, EVENING, clock.zone), given_at + EVENING_AFTER)
    planned = [Planned(clock.awake(evening), "evening")]
    planned += [Planned(clock.awake(given_at + timedelta(hours=n)), f"{n}h") for n in CHECK_IN_HOURS]
    return planned


def log_reminders(at: time, clock: Clock, *, stirred_on: date, today: date, days: int) -> list[Planned]:
    """Return when to ask for the log, for `days` days from `today` on. Each step is the day that is asked for.

    The last days before `today` are among them, for those of them that may still wait.

    `stirred_on` is the last local day with an injection, a flag or a symptom, or the day the question was switched on:
    for two weeks from it the question comes daily, then every third day, then once a week.
    """
    asked = (today + timedelta(days=n) for n in range(-LOG_KEPT, days))
    return [Planned(clock.instant(day, at), day.isoformat()) for day in asked if is_asked(day, stirred_on)]


def is_asked(day: date, stirred_on: date) -> bool:
    """Say whether the daily question comes on `day`."""
    calm = max((day - stirred_on).days, 0)
    every = next((every for most, every in LOG_PACE if calm <= most), LOG_SELDOM)
    return calm % every == 0


def still_to_come(
    planned: Iterable[Planned], *, now: datetime, waiting: Collection[str], told: Collection[str]
) -> list[Planned]:
    """Return what of a plan is to be kept waiting, given the steps that wait and those that were told already.

    A step is told once, also where the clock of its person was moved since. One that lies in the past is kept if it
    waited (an outage, or the person flew past its hour), and left out if the plan is newer than it.
    """
    return [one for one in planned if one.step not in told and (one.at >= now or one.step in waiting)]


def _on_days(due_on: date, at: time, clock: Clock, steps: Iterable[tuple[str, int]]) -> list[Planned]:
    return [Planned(clock.instant(due_on + timedelta(days=days), at), step) for step, days in steps]
