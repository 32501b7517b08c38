"""When the next shot is due and where it may go. Pure: days in, days out; no Django, no clock.

The label's calendar (clinical.md 4): weeks 0, 1 and 2, none in week 3, week 4, then every month. After a
late shot the next one counts from the day it was really given, as the EU leaflet says.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

# Days to wait after shot 1, 2 and 3; after each later one a calendar month.
STARTING_GAPS: Final = {1: 7, 2: 7, 3: 14}
HIGHEST_NUMBER: Final = 999
# The upper arm needs another person's hand, so it is offered but never suggested.
OWN_HAND: Final = ("thigh-left", "thigh-right", "abdomen-left", "abdomen-right")


@dataclass(frozen=True, slots=True)
class DueShot:
    """The shot that comes next: its day and, where the last one had a number, its number."""

    day: date
    number: int | None

    def days_from(self, today: date) -> int:
        """Return how many days it is away; below zero it is late."""
        return (self.day - today).days


def next_month(day: date) -> date:
    """Return the same day of the next month, or that month's last day where it is shorter."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def next_shot(given_on: date, number: int | None) -> DueShot:
    """Return the shot after the one given on the local day `given_on`; without a number it is monthly."""
    gap = STARTING_GAPS.get(number) if number is not None else None
    due = given_on + timedelta(days=gap) if gap else next_month(given_on)
    return DueShot(day=due, number=None if number is None else min(number + 1, HIGHEST_NUMBER))


def next_site(used: Sequence[str]) -> str:
    """Return the place that rested longest, of those within one's own reach; `used` is newest first."""
    resting = {site: used.index(site) if site in used else len(used) for site in OWN_HAND}
    return max(OWN_HAND, key=lambda site: resting[site])
