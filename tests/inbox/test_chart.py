from datetime import date, timedelta
from itertools import pairwise

import pytest

from symptoms.inbox.chart import BASE, DAYS, LEFT, STEP, STUB, WIDTH, Day, draw, window

FIRST = date(2026, 10, 24)


def test_bar_is_as_high_as_its_grade() -> None:
    chart = draw(first=FIRST, days={FIRST: Day(3)}, injections=[])
    (bar,) = chart.bars
    assert (bar.height, bar.y) == (3 * STEP, BASE - 3 * STEP)


def test_day_without_symptoms_leaves_a_stub_and_an_empty_day_nothing() -> None:
    chart = draw(first=FIRST, days={FIRST: Day(0), FIRST + timedelta(days=1): Day(None)}, injections=[])
    assert [bar.height for bar in chart.bars] == [STUB]


def test_marks_stay_inside_the_drawing() -> None:
    span = [FIRST + timedelta(days=n) for n in range(DAYS)]
    chart = draw(first=FIRST, days={day: Day(4, flagged=True) for day in span}, injections=span)
    assert len(chart.bars) == len(chart.dots) == DAYS
    assert min(bar.x for bar in chart.bars) >= LEFT
    assert max(bar.x + bar.width for bar in chart.bars) <= WIDTH
    assert min(bar.y for bar in chart.bars) >= 0


def test_bars_do_not_touch() -> None:
    days = {FIRST + timedelta(days=n): Day(1) for n in range(DAYS)}
    bars = draw(first=FIRST, days=days, injections=[]).bars
    assert all(one.x + one.width < two.x for one, two in pairwise(bars))


def test_dot_stands_below_the_bar_of_its_day() -> None:
    chart = draw(first=FIRST, days={FIRST: Day(1)}, injections=[FIRST])
    assert chart.dots[0] == pytest.approx(chart.bars[0].x + chart.bars[0].width / 2, abs=0.2)
    assert chart.dot_y > chart.base


def test_days_outside_are_left_out() -> None:
    outside = [FIRST - timedelta(days=1), FIRST + timedelta(days=DAYS)]
    chart = draw(first=FIRST, days={day: Day(4) for day in outside}, injections=outside)
    assert (chart.bars, chart.dots, chart.lines) == ([], [], [])


def test_table_tells_the_newest_day_first_and_all_that_the_drawing_tells() -> None:
    shot = FIRST + timedelta(days=4)
    chart = draw(first=FIRST, days={FIRST: Day(2, flagged=True)}, injections=[shot])
    assert [(line.day, line.worst, line.flagged, line.injection) for line in chart.lines] == [
        (shot, None, False, True),
        (FIRST, 2, True, False),
    ]


def test_flagged_day_is_marked() -> None:
    chart = draw(first=FIRST, days={FIRST: Day(2, flagged=True)}, injections=[])
    assert chart.bars[0].flagged is True


def test_lines_across_stand_at_the_grades() -> None:
    assert [(y, grade) for y, grade in draw(first=FIRST, days={}, injections=[]).grades] == [
        (BASE - STEP, 1),
        (BASE - 2 * STEP, 2),
        (BASE - 3 * STEP, 3),
        (BASE - 4 * STEP, 4),
    ]


@pytest.mark.parametrize(
    ("ago", "last"), [(0, 0), (29, 0), (30, 30), (400, 400)], ids=["today", "edge", "older", "last year"]
)
def test_window_ends_today_or_with_an_older_entry(ago: int, last: int) -> None:
    today = date(2026, 11, 22)
    first, end = window(today - timedelta(days=ago), today)
    assert end == today - timedelta(days=last)
    assert (end - first).days == DAYS - 1
