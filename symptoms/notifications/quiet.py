"""Quiet hours at the moment of sending. What is planned is moved out of them before; this catches what comes late."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(now: datetime, zone: str, quiet_from: time, quiet_to: time) -> datetime | None:
    """Return the instant (UTC) at which the quiet hours around `now` end, or None outside of them.

    Hours are on the wall clock of `zone`, from inclusive, to exclusive, across midnight where `from` is later than
    `to`; equal ones mean none. An end that the clock skips is the first minute after the gap, one that comes twice
    is the first of the two that is still to come.
    """
    if quiet_from == quiet_to:
        return None
    local = now.astimezone(ZoneInfo(zone))
    at = local.time()
    if quiet_from < quiet_to:
        if not quiet_from <= at < quiet_to:
            return None
        day = local.date()
    elif at >= quiet_from:
        day = local.date() + timedelta(days=1)
    elif at < quiet_to:
        day = local.date()
    else:
        return None
    return _instant(datetime.combine(day, quiet_to), zone, now)


def _instant(wall: datetime, zone: str, after: datetime) -> datetime:
    """Return the instant (UTC) after `after` at which the clock of `zone` shows `wall`, or jumps over it."""
    place = ZoneInfo(zone)
    early, late = sorted(wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(place).replace(tzinfo=None) < wall:  # the clock skips it: look for the minute of the jump
        while early.astimezone(place).replace(tzinfo=None) < wall:
            early += timedelta(minutes=1)
        return early
    return early if early > after else late
