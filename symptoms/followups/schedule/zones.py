"""From a wall clock to an instant. The rule for the two odd nights of a year is written down here, once.

- A time that the clocks skip counts as the first minute after the gap: nothing is due before the hour that was asked
  for, and nothing is lost.
- A time that comes twice counts as the first of the two: it is due once.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_instant(day: date, at: time, zone: str) -> datetime:
    """Return the instant (UTC) at which the wall clock of the IANA zone `zone` first shows `at` on `day`."""
    place = ZoneInfo(zone)
    wall = datetime.combine(day, at)
    first = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    if first.astimezone(place).replace(tzinfo=None) == wall:
        return first
    # Skipped: read with the offset before the jump it lies behind it, with the one after the jump before it.
    before = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    seconds = range(int((first - before).total_seconds()) + 1)
    offset = first.astimezone(place).utcoffset()
    jump = bisect_left(
        seconds, True, key=lambda n: (before + timedelta(seconds=n)).astimezone(place).utcoffset() == offset
    )
    return before + timedelta(seconds=jump)
