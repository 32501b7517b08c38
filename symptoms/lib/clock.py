"""Days and instants: the only place where a person's local day is worked out."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this instant in UTC."""
    return datetime.now(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """Return the calendar day that `instant` falls on for a person in the IANA zone `zone`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def end_of_day(day: date, zone: str) -> datetime:
    """Return the last minute of `day` in `zone`, in UTC.

    An entry made for an earlier day counts from here, so that a shot of that day lies before it and
    the day is never read as further from the shot than it was.
    """
    return datetime.combine(day, time(23, 59), ZoneInfo(zone)).astimezone(UTC)
