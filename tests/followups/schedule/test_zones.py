"""Wall clock to instant, over every change of the clocks in 14 zones from 2026 to 2030."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symptoms.followups.schedule.quiet import after_quiet
from symptoms.followups.schedule.reminders import Clock
from symptoms.followups.schedule.zones import local_instant
from tests.followups.schedule.places import ZONES, Change, changes

MINUTE = timedelta(minutes=1)
BEDTIME, MORNING = time(21, 0), time(8, 0)
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
zones = st.sampled_from(ZONES)
minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
every_change = pytest.mark.parametrize("change", changes(), ids=str)


def walls_of(change: Change) -> list[datetime]:
    """Return each minute that the wall clock shows, skips or repeats from three hours before to three after."""
    wall = (change.at - MINUTE).astimezone(ZoneInfo(change.zone)).replace(tzinfo=None, second=0) - timedelta(hours=3)
    return [wall + n * MINUTE for n in range(8 * 60)]


def shown(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_the_zones_change_as_the_world_does() -> None:
    found = {zone: [change for change in changes() if change.zone == zone] for zone in ZONES}
    assert not found["Asia/Kolkata"] and not found["Asia/Kathmandu"] and not found["Atlantic/Reykjavik"]
    assert [len(found[zone]) for zone in ("Europe/London", "Europe/Berlin", "America/New_York")] == [10, 10, 10]
    assert {abs(change.by) for change in found["Australia/Lord_Howe"]} == {timedelta(minutes=30)}
    assert len(changes()) >= 80


@every_change
def test_each_minute_around_a_change_is_due_as_the_rule_says(change: Change) -> None:
    seen: dict[datetime, list[datetime]] = {}
    start = change.at - timedelta(hours=6)
    for n in range(14 * 60):
        instant = start + n * MINUTE
        seen.setdefault(shown(instant, change.zone), []).append(instant)
    for wall in walls_of(change):
        got = local_instant(wall.date(), wall.time(), change.zone)
        if wall in seen:
            assert got == seen[wall][0]  # the first of two
        else:
            assert got == change.at  # skipped: the first minute after the gap


@given(days, minutes, zones)
@settings(deadline=None, max_examples=300)
def test_an_instant_shows_its_wall_time_or_the_first_one_after_it(day: date, at: time, zone: str) -> None:
    got = local_instant(day, at, zone)
    assert got.tzinfo is UTC
    wall = datetime.combine(day, at)
    assert shown(got, zone) >= wall
    if shown(got, zone) != wall:
        assert shown(got - timedelta(seconds=1), zone) < wall


@given(days, minutes, zones)
@settings(deadline=None, max_examples=200)
def test_a_later_wall_time_is_never_due_earlier_on_a_day(day: date, at: time, zone: str) -> None:
    if at < time(23, 59):
        later = (datetime.combine(day, at) + MINUTE).time()
        one, two = local_instant(day, at, zone), local_instant(day, later, zone)
        assert one <= two or shown(one, zone) < shown(two, zone)


def test_a_day_that_a_country_left_out_counts_as_the_first_minute_after_it() -> None:
    got = local_instant(date(2011, 12, 30), time(9, 0), "Pacific/Apia")  # it went straight to the 31st
    assert shown(got, "Pacific/Apia") == datetime.fromisoformat("2011-12-31 00:00")


@every_change
def test_quiet_hours_hold_on_the_nights_of_a_change(change: Change) -> None:
    for n in range(-26 * 4, 26 * 4):
        instant = change.at + timedelta(minutes=15 * n)
        got = after_quiet(instant, change.zone, BEDTIME, MORNING)
        at = shown(got, change.zone).time()
        assert MORNING <= at < BEDTIME
        assert (got == instant) == (MORNING <= shown(instant, change.zone).time() < BEDTIME)
        if got != instant:
            assert at == MORNING
            assert timedelta(0) < got - instant <= timedelta(hours=12)


@given(days, minutes, zones, minutes, minutes)
@settings(deadline=None, max_examples=400)
def test_nothing_stays_in_quiet_hours_however_they_lie(
    day: date, at: time, zone: str, quiet_from: time, quiet_to: time
) -> None:
    instant = local_instant(day, at, zone)
    got = after_quiet(instant, zone, quiet_from, quiet_to)
    assert got >= instant
    assert after_quiet(got, zone, quiet_from, quiet_to) == got
    assert got - instant <= timedelta(hours=25)
    if quiet_from == quiet_to:
        assert got == instant


@every_change
def test_quiet_hours_that_begin_or_end_within_the_change_itself(change: Change) -> None:
    inside = shown(change.at, change.zone) - timedelta(minutes=15)
    for quiet_from, quiet_to in ((BEDTIME, inside.time()), (inside.time(), MORNING)):
        clock = Clock(change.zone, quiet_from, quiet_to)
        for n in range(-40, 40):
            instant = change.at + timedelta(minutes=10 * n)
            got = clock.awake(instant)
            assert got >= instant
            assert clock.awake(got) == got
            assert got - instant <= timedelta(hours=16)
