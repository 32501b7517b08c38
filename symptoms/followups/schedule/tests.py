"""On which days a blood test is due. Pure: days in, days out.

Every day counts from the first one of the plan, never from the day the last test was taken or answered: a test that
was two weeks late does not move all that follow.
"""

from collections.abc import Iterator
from datetime import date

from symptoms.followups.schedule.months import months_after


def due_days(first: date, every_months: int | None, *, until: date | None, up_to: date) -> list[date]:
    """Return the days from `first` to `up_to` on which a test is due, both inclusive, none after `until`.

    `every_months` is None for a test that is due once.
    """
    end = up_to if until is None else min(up_to, until)
    days = []
    for day in _days(first, every_months):
        if day > end:
            break
        days.append(day)
    return days


def next_due_day(first: date, every_months: int | None, *, until: date | None, after: date) -> date | None:
    """Return the first day of the plan after `after`, or None where none is left."""
    for day in _days(first, every_months):
        if day > after:
            return None if until is not None and day > until else day
    return None


def _days(first: date, every_months: int | None) -> Iterator[date]:
    if every_months is not None and every_months < 1:
        raise ValueError("a test is due every month at most")
    day, steps = first, 0
    while True:
        yield day
        if every_months is None or day == date.max:
            return
        steps += every_months
        day = months_after(first, steps)
