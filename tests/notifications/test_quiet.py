"""Quiet hours on the wall clock, across midnight and across clock changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symptoms.notifications.quiet import quiet_until

ZONES = (
    "Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
    "Asia/Kolkata", "Asia/Kathmandu", "Africa/Casablanca", "America/Sao_Paulo", "Africa/Cairo", "America/Santiago",
    "Atlantic/Reykjavik", "Atlantic/Azores",
)  # fmt: skip
times = st.times().map(lambda one: one.replace(second=0, microsecond=0))
minutes = st.integers(0, 5 * 365 * 24 * 60)


def is_quiet(at: datetime, zone: str, start: time, end: time) -> bool:
    """Say by the clock on the wall whether it is quiet."""
    wall = at.astimezone(ZoneInfo(zone)).time()
    return start <= wall < end if start < end else start != end and (wall >= start or wall < end)


@given(minute=minutes, zone=st.sampled_from(ZONES), start=times, end=times)
def test_the_end_is_the_next_minute_that_is_not_quiet(minute: int, zone: str, start: time, end: time) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    until = quiet_until(now, zone, start, end)
    assert (until is not None) == is_quiet(now, zone, start, end)
    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        assert not is_quiet(until, zone, start, end)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-01-12T20:59", None),
        ("2027-01-12T21:00", "2027-01-13T08:00"),
        ("2027-01-13T07:59", "2027-01-13T08:00"),
        ("2027-01-13T08:00", None),
        ("2027-03-27T22:00", "2027-03-28T07:00"),  # the night of 23 hours: 8:00 is 7:00 UTC
        ("2026-10-24T21:00", "2026-10-25T08:00"),  # the night of 25 hours
    ],
)
def test_a_night_in_london(now: str, until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(f"{now}+00:00"), "Europe/London", time(21), time(8))
    assert (found and found.isoformat()[:16]) == until


def test_an_end_that_the_clock_skips_is_the_minute_of_the_jump() -> None:
    now = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert quiet_until(now, "Europe/London", time(21), time(1, 30)) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_an_end_that_comes_twice_is_the_first() -> None:
    now = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)  # midnight in London, 1:30 comes twice
    assert quiet_until(now, "Europe/London", time(21), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
