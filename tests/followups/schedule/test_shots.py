"""The plan of shots as a clinic may set it: months or 28 days, actual or original days, late and missed ones."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symptoms.followups.schedule import (
    HIGHEST_NUMBER,
    AfterLate,
    DueShot,
    Interval,
    ShotPlan,
    coming_shots,
    months_after,
    next_shot,
)
from symptoms.followups.schedule.shots import original_days
from symptoms.followups.schedule.tests import due_days, next_due_day

START = date(2026, 9, 7)
MONTHLY, WEEKS = ShotPlan(start=START), ShotPlan(interval=Interval.DAYS_28, start=START)
ORIGINAL = ShotPlan(after_late=AfterLate.ORIGINAL, start=START)
plans = st.builds(
    ShotPlan,
    interval=st.sampled_from(Interval),
    after_late=st.sampled_from(AfterLate),
    start=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
given_days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
numbers = st.none() | st.integers(1, HIGHEST_NUMBER)


def test_every_28_days_where_the_clinic_says_so() -> None:
    assert next_shot(date(2026, 10, 5), 4, WEEKS).day == date(2026, 11, 2)
    assert next_shot(date(2026, 9, 7), 1, WEEKS).day == date(2026, 9, 14)


@pytest.mark.parametrize(
    ("given_on", "number", "due"),
    [
        (date(2026, 9, 7), 1, date(2026, 9, 14)),
        (date(2026, 9, 16), 2, date(2026, 9, 21)),  # two days late: the next day stays
        (date(2026, 9, 19), 2, date(2026, 10, 5)),  # two days before the next one: that one is left out
        (date(2026, 10, 12), 4, date(2026, 11, 5)),  # a week late
        (date(2026, 10, 25), 4, date(2026, 12, 5)),  # eleven days before the next
        (date(2026, 11, 3), 5, date(2026, 12, 5)),  # two days early is that one
        (date(2027, 3, 6), None, date(2027, 4, 5)),
    ],
)
def test_original_days_are_kept_and_two_shots_never_almost_meet(given_on: date, number: int, due: date) -> None:
    assert next_shot(given_on, number, ORIGINAL).day == due


def test_original_days_without_a_start_or_before_it_count_from_the_shot() -> None:
    unknown = ShotPlan(after_late=AfterLate.ORIGINAL)
    assert next_shot(date(2026, 11, 9), 5, unknown).day == date(2026, 12, 9)
    assert next_shot(date(2026, 9, 1), 3, ORIGINAL).day == date(2026, 9, 15)


def test_a_31st_comes_back_after_february() -> None:
    got = coming_shots((date(2026, 12, 31), 9), MONTHLY, today=date(2027, 1, 2), most=4)
    assert [shot.day for shot in got] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert [shot.number for shot in got] == [10, 11, 12, 13]


def test_the_leap_day_is_one_of_them() -> None:
    got = coming_shots((date(2028, 1, 29), 9), MONTHLY, today=date(2028, 2, 1), most=3)
    assert [shot.day for shot in got] == [date(2028, 2, 29), date(2028, 3, 29), date(2028, 4, 29)]


def test_before_the_first_shot_the_start_is_what_comes() -> None:
    got = coming_shots(None, MONTHLY, today=date(2026, 9, 1), most=5)
    assert [(shot.day - START).days for shot in got[:4]] == [0, 7, 14, 28]
    assert got[4] == DueShot(date(2026, 11, 5), 5)


def test_nothing_comes_where_nothing_is_known() -> None:
    assert coming_shots(None, ShotPlan(), today=START, most=3) == []


def test_a_missed_shot_stays_due_and_the_rest_counts_from_today() -> None:
    got = coming_shots((date(2026, 10, 5), 4), MONTHLY, today=date(2026, 12, 20), most=3)
    assert [shot.day for shot in got] == [date(2026, 11, 5), date(2027, 1, 20), date(2027, 2, 20)]
    assert got[0].days_from(date(2026, 12, 20)) == -45


@given(given_days, numbers, plans)
def test_the_next_shot_is_later_and_within_a_gap_and_a_half(day: date, number: int | None, plan: ShotPlan) -> None:
    due = next_shot(day, number, plan)
    assert 3 < (due.day - day).days <= 46
    assert due.number == (None if number is None else min(number + 1, HIGHEST_NUMBER))


@given(given_days, numbers, plans, st.integers(-40, 200))
def test_what_comes_is_in_order_and_starts_with_the_next(
    day: date, number: int | None, plan: ShotPlan, later: int
) -> None:
    today = day + timedelta(days=later)
    got = coming_shots((day, number), plan, today=today, most=8)
    assert got[0] == next_shot(day, number, plan)
    assert len(got) == 8
    assert all((two.day - one.day).days > 3 or one.day < today for one, two in pairwise(got))
    assert all(shot.day > today for shot in got[1:])


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.sampled_from(Interval))
def test_original_days_never_drift(start: date, interval: Interval) -> None:
    days = list(islice(original_days(start, interval), 40))
    fourth = start + timedelta(days=28)
    for n, day in enumerate(days[4:], start=1):
        expected = fourth + timedelta(days=28 * n) if interval is Interval.DAYS_28 else months_after(fourth, n)
        assert day == expected


def test_the_end_of_the_calendar_is_no_error() -> None:
    last = (date.max - timedelta(days=3), 7)
    for plan in (ShotPlan(), WEEKS, ORIGINAL):
        assert next_shot(*last, plan).day == date.max
        assert [shot.day for shot in coming_shots(last, plan, today=START, most=3)] == [date.max]
    assert next_shot(date.max, 1).day == date.max


def test_tests_count_from_the_first_day_of_the_plan() -> None:
    up_to = date(2027, 12, 31)
    days = due_days(date(2026, 8, 31), 6, until=None, up_to=up_to)
    assert days == [date(2026, 8, 31), date(2027, 2, 28), date(2027, 8, 31)]
    assert due_days(date(2026, 8, 31), 6, until=date(2027, 3, 1), up_to=up_to) == days[:2]
    assert due_days(date(2026, 8, 31), None, until=None, up_to=up_to) == days[:1]
    assert due_days(date(2028, 1, 1), 6, until=None, up_to=up_to) == []


@pytest.mark.parametrize(
    ("every", "until", "after", "due"),
    [
        (6, None, date(2026, 8, 30), date(2026, 8, 31)),
        (6, None, date(2026, 8, 31), date(2027, 2, 28)),
        (6, None, date(2026, 9, 14), date(2027, 2, 28)),  # taken two weeks late, the next one does not move
        (6, date(2027, 2, 27), date(2026, 9, 14), None),
        (6, date(2027, 2, 28), date(2026, 9, 14), date(2027, 2, 28)),
        (None, None, date(2026, 8, 31), None),
        (None, None, date(2026, 1, 1), date(2026, 8, 31)),
        (3, None, date(2026, 11, 29), date(2026, 11, 30)),
    ],
)
def test_the_next_test(every: int | None, until: date | None, after: date, due: date | None) -> None:
    assert next_due_day(date(2026, 8, 31), every, until=until, after=after) == due


def test_a_test_that_is_due_every_no_month_is_refused() -> None:
    with pytest.raises(ValueError, match="every month"):
        due_days(START, 0, until=None, up_to=START)


def test_tests_at_the_end_of_the_calendar() -> None:
    assert due_days(date(9999, 11, 30), 6, until=None, up_to=date.max) == [date(9999, 11, 30), date.max]
    assert next_due_day(date(9999, 11, 30), 6, until=None, after=date.max) is None
