"""Instants of reminders: each once, at the right minute, outside quiet hours, over every change of the clocks."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symptoms.followups.schedule.reminders import (
    Clock,
    Planned,
    blood_test_reminders,
    check_in_reminders,
    is_asked,
    log_reminders,
    shot_reminders,
    still_to_come,
)
from tests.followups.schedule.places import ZONES, Change, changes

NINE, EVENING = time(9, 0), time(19, 0)
BEDTIME, MORNING = time(21, 0), time(8, 0)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
every_change = pytest.mark.parametrize("change", changes(), ids=str)
hours = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
days = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def usual(zone: str) -> Clock:
    return Clock(zone, BEDTIME, MORNING)


def wakeful(zone: str) -> Clock:
    return Clock(zone, MORNING, MORNING)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_a_test_is_told_of_14_and_2_days_before_on_the_day_and_each_week_when_late() -> None:
    got = blood_test_reminders(date(2026, 3, 30), NINE, usual("Europe/Berlin"))
    assert [one.step for one in got[:5]] == ["14d", "2d", "day", "late-1", "late-2"]
    told = [local(one.at, "Europe/Berlin") for one in got]
    due = wall("2026-03-30 09:00")
    assert told[:3] == [due - 14 * DAY, due - 2 * DAY, due]
    assert told[3:] == [due + 7 * n * DAY for n in range(1, 13)]
    assert len(got) == 15  # and there it ends
    assert got[0].at.hour == 8 and got[2].at.hour == 7  # UTC, over the spring change


def test_a_shot_is_told_of_3_and_1_days_and_30_minutes_before_and_again_when_late() -> None:
    got = shot_reminders(date(2026, 10, 26), EVENING, NINE, usual("Europe/London"))
    told = {one.step: local(one.at, "Europe/London") for one in got}
    assert told["3d"] == wall("2026-10-23 09:00")
    assert told["1d"] == wall("2026-10-25 09:00")
    assert told["30min"] == wall("2026-10-26 18:30")
    assert told["late-1"] == wall("2026-10-27 09:00")
    assert [one.at for one in got] == sorted(one.at for one in got)
    assert got[-1].step == "late-56"


def test_a_shot_at_the_end_of_the_night_is_told_of_when_the_night_ends() -> None:
    got = shot_reminders(date(2026, 6, 1), time(8, 15), NINE, usual("Europe/London"))
    assert [local(one.at, "Europe/London") for one in got if one.step == "30min"] == [wall("2026-06-01 08:00")]


def test_check_ins_come_the_same_evening_and_24_and_72_hours_after() -> None:
    at = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # clocks go forward that night
    got = check_in_reminders(at, usual("Europe/London"))
    assert [one.step for one in got] == ["evening", "24h", "72h"]
    assert local(got[0].at, "Europe/London") == wall("2026-03-28 20:00")
    assert [one.at - at for one in got[1:]] == [DAY, 3 * DAY]  # hours are hours, whatever the clock shows


@pytest.mark.parametrize(
    ("given_at", "asked"),
    [
        (wall("2026-06-01 18:30"), wall("2026-06-01 20:30")),  # two hours to feel it
        (wall("2026-06-01 19:30"), wall("2026-06-02 08:00")),  # that would be in the quiet hours
        (wall("2026-06-01 23:30"), wall("2026-06-02 08:00")),
        (wall("2026-06-02 00:30"), wall("2026-06-02 20:00")),
    ],
)
def test_the_evening_check_in_leaves_two_hours_and_the_night(given_at: datetime, asked: datetime) -> None:
    at = given_at.replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert local(check_in_reminders(at, usual("Europe/Berlin"))[0].at, "Europe/Berlin") == asked


@every_change
def test_every_plan_around_a_change_is_whole_and_at_the_hour_that_was_asked_for(change: Change) -> None:
    zone, day = change.zone, local(change.at, change.zone).date()
    for due_on in (day - DAY, day, day + DAY, day + 2 * DAY, day + 14 * DAY):
        for at in (NINE, time(20, 59), time(2, 30), time(0, 0), local(change.at - MINUTE, zone).time()):
            for clock in (usual(zone), wakeful(zone)):
                for whole in (blood_test_reminders(due_on, at, clock), shot_reminders(due_on, at, NINE, clock)):
                    assert set(Counter(one.step for one in whole).values()) == {1}
                for one in blood_test_reminders(due_on, at, clock):
                    check_hour(one, due_on, at, clock)


def check_hour(one: Planned, due_on: date, at: time, clock: Clock) -> None:
    before = {"14d": -14, "2d": -2, "day": 0}
    offset = before[one.step] if one.step in before else 7 * int(one.step.split("-")[1])
    wanted, shown = datetime.combine(due_on + offset * DAY, at), local(one.at, clock.zone)
    if clock.quiet_from != clock.quiet_to:
        assert MORNING <= shown.time() < BEDTIME
        if MORNING <= at < BEDTIME:
            assert shown == wanted
        else:
            assert shown.time() == MORNING and timedelta(0) <= shown - wanted <= timedelta(hours=11)
    elif shown != wanted:  # it was skipped: the minute before was still ahead of the gap
        assert local(one.at - MINUTE, clock.zone) < wanted < shown <= wanted + timedelta(hours=1)


@every_change
def test_the_daily_question_comes_once_on_each_day_around_a_change(change: Change) -> None:
    zone, first = change.zone, local(change.at, change.zone).date() - 3 * DAY
    for at in (time(20, 0), time(8, 0), time(2, 30), time(0, 0), local(change.at - MINUTE, zone).time()):
        got = log_reminders(at, wakeful(zone), stirred_on=first, today=first, days=7)
        assert [one.step for one in got] == [str(first + n * DAY) for n in range(-7, 7)]
        assert all(local(one.at, zone).date().isoformat() == one.step for one in got)
        assert all(one.at < two.at for one, two in pairwise(got))


def test_the_question_comes_less_often_after_quiet_weeks_and_daily_again_after_something() -> None:
    stirred = date(2026, 11, 1)
    asked = [n for n in range(60) if is_asked(stirred + n * DAY, stirred)]
    assert asked == [*range(15), 15, 18, 21, 24, 27, 35, 42, 49, 56]
    assert is_asked(stirred + 30 * DAY, stirred + 30 * DAY)
    assert is_asked(stirred - DAY, stirred)  # a plan of yesterday's, in a zone that is behind


@given(days, days, st.integers(7, 40))
def test_the_question_does_not_hang_on_the_day_it_is_planned(stirred: date, today: date, more: int) -> None:
    clock = wakeful("Europe/London")
    whole = log_reminders(NINE, clock, stirred_on=stirred, today=today, days=60)
    later = log_reminders(NINE, clock, stirred_on=stirred, today=today + more * DAY, days=60 - more)
    assert later == [one for one in whole if one.step >= str(today + (more - 7) * DAY)]


class Life:
    """A person whose reminders are planned again and again and told by a sweep, as the tracker does it."""

    def __init__(self) -> None:
        self.waiting: dict[str, datetime] = {}
        self.told: list[tuple[str, datetime]] = []

    def plan(self, planned: list[Planned], now: datetime) -> None:
        told = {step for step, _at in self.told}
        kept = still_to_come(planned, now=now, waiting=self.waiting.keys(), told=told)
        self.waiting = {one.step: one.at for one in kept}

    def sweep(self, now: datetime) -> None:
        for step in [step for step, at in self.waiting.items() if at <= now]:
            self.told.append((step, now))
            del self.waiting[step]


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.dates(date(2026, 3, 1), date(2030, 11, 30)),
    st.integers(-20, 20),
    hours,
)
@settings(deadline=None, max_examples=60)
def test_who_flies_at_ten_to_midnight_hears_each_step_once(
    home: str, away: str, due_on: date, flies: int, at: time
) -> None:
    life = Life()
    leaves = datetime.combine(due_on + flies * DAY, time(23, 50), ZoneInfo(home)).astimezone(UTC)
    now = datetime.combine(due_on - 30 * DAY, time(0), UTC)
    life.plan(blood_test_reminders(due_on, at, usual(home)), now)
    while now < datetime.combine(due_on + 100 * DAY, time(0), UTC):
        now += timedelta(hours=25)
        zone = away if now >= leaves else home
        life.sweep(now)
        life.plan(blood_test_reminders(due_on, at, usual(zone)), now)
    assert sorted(step for step, _at in life.told) == sorted(
        one.step for one in blood_test_reminders(due_on, at, usual(home))
    )


@pytest.mark.parametrize(("home", "away"), [("Pacific/Apia", "America/New_York"), ("America/New_York", "Pacific/Apia")])
@pytest.mark.parametrize("at", [time(20, 0), time(23, 55), time(0, 5)])
def test_the_daily_question_across_the_date_line_comes_once_for_each_day(home: str, away: str, at: time) -> None:
    life, start = Life(), date(2026, 6, 1)
    leaves = datetime(2026, 6, 5, 23, 50, tzinfo=ZoneInfo(home)).astimezone(UTC)
    now = datetime(2026, 6, 1, 12, 0, tzinfo=ZoneInfo(home)).astimezone(UTC)
    for _ in range(24 * 12):
        zone = away if now >= leaves else home
        today = local(now, zone).date()
        life.plan(log_reminders(at, wakeful(zone), stirred_on=start, today=today, days=14), now)
        life.sweep(now)
        now += timedelta(hours=1)
    told = Counter(step for step, _at in life.told)
    assert set(told.values()) == {1}
    lost = {str(start + n * DAY) for n in range(1, 11)} - set(told)
    assert len(lost) <= 1  # flying east over the line leaves a day out


def test_an_outage_loses_nothing_and_a_new_plan_does_not_tell_of_the_past() -> None:
    planned = blood_test_reminders(date(2026, 6, 15), NINE, usual("Europe/London"))
    now = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
    assert [one.step for one in still_to_come(planned, now=now, waiting={"day"}, told={"14d"})][:2] == ["day", "late-1"]
    assert [one.step for one in still_to_come(planned, now=now, waiting=(), told=())][:1] == ["late-1"]


def test_a_plan_made_again_later_is_the_same_plan() -> None:
    clock = usual("America/Santiago")
    one = shot_reminders(date(2026, 9, 6), EVENING, NINE, clock)
    assert one == shot_reminders(date(2026, 9, 6), EVENING, NINE, clock)
