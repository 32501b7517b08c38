"""The 14 zones, and every change of their clocks from 2026 to 2030."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

ZONES: Final = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "America/Santiago",
    "Atlantic/Reykjavik",
    "Atlantic/Azores",
)
FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL: Final = datetime(2031, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """The clocks of `zone` change at `at` (UTC) by `by`: forward above zero, back below."""

    zone: str
    at: datetime
    by: timedelta

    def __str__(self) -> str:
        return f"{self.zone} {self.at:%Y-%m-%d}"


@cache
def changes() -> tuple[Change, ...]:
    """Return every change of a clock, found by looking at each hour and then at each minute of the hour."""
    return tuple(change for zone in ZONES for change in _of(zone))


def _of(zone: str) -> Iterator[Change]:
    place = ZoneInfo(zone)
    at, offset = FROM, FROM.astimezone(place).utcoffset()
    while at < UNTIL:
        later = at + timedelta(days=1)
        if (then := later.astimezone(place).utcoffset()) != offset:
            minutes = (at + timedelta(minutes=n) for n in range(1, 24 * 60 + 1))
            jump = next(minute for minute in minutes if minute.astimezone(place).utcoffset() == then)
            assert offset is not None and then is not None
            yield Change(zone, jump, then - offset)
        at, offset = later, then
