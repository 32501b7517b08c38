"""Months after a day, always counted from that one day: a 31st is not worn down to a 28th on the way."""

from calendar import monthrange
from datetime import MAXYEAR, date


def months_after(day: date, months: int) -> date:
    """Return the same day of the month `months` (0 or more) later, or that month's last day where it is shorter.

    Never past the last day that a date can tell.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def next_month(day: date) -> date:
    """Return the same day of the next month, or that month's last day where it is shorter."""
    return months_after(day, 1)
