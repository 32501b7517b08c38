"""When the next shot is due, by table: weeks 0, 1, 2, 4, then every calendar month."""

import ast
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from symptoms.followups import schedule
from symptoms.followups.models import Injection
from symptoms.followups.schedule import OWN_HAND, DueShot, next_month, next_shot, next_site

START = date(2026, 9, 7)


@pytest.mark.parametrize(
    ("number", "given", "due"),
    [
        (1, date(2026, 9, 7), date(2026, 9, 14)),
        (2, date(2026, 9, 14), date(2026, 9, 21)),
        (3, date(2026, 9, 21), date(2026, 10, 5)),  # no shot in week 3
        (4, date(2026, 10, 5), date(2026, 11, 5)),
        (5, date(2026, 11, 5), date(2026, 12, 5)),
        (6, date(2026, 12, 5), date(2027, 1, 5)),
        (12, date(2026, 12, 31), date(2027, 1, 31)),
        (1, date(2026, 12, 28), date(2027, 1, 4)),
        (3, date(2028, 2, 20), date(2028, 3, 5)),  # over a leap day
        (998, date(2026, 1, 1), date(2026, 2, 1)),
    ],
)
def test_next_shot_follows_the_labels_calendar(number: int, given: date, due: date) -> None:
    assert next_shot(given, number) == DueShot(day=due, number=number + 1)


def test_next_shot_without_a_number_is_monthly_and_has_none() -> None:
    assert next_shot(date(2026, 3, 10), None) == DueShot(day=date(2026, 4, 10), number=None)


def test_next_shot_never_passes_the_highest_number() -> None:
    assert next_shot(date(2026, 3, 10), 999).number == 999


@pytest.mark.parametrize("number", [0, -1])
def test_next_shot_with_an_odd_number_is_monthly(number: int) -> None:
    assert next_shot(date(2026, 3, 10), number).day == date(2026, 4, 10)


def test_the_starter_shots_stand_on_weeks_0_1_2_and_4() -> None:
    days = [START]
    for number in (1, 2, 3):
        days.append(next_shot(days[-1], number).day)
    assert [(day - START).days for day in days] == [0, 7, 14, 28]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 1, 15), date(2026, 2, 15)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2028, 1, 29), date(2028, 2, 29)),
        (date(2027, 1, 29), date(2027, 2, 28)),
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 5, 31), date(2026, 6, 30)),
        (date(2026, 8, 31), date(2026, 9, 30)),
        (date(2026, 10, 31), date(2026, 11, 30)),
        (date(2026, 7, 31), date(2026, 8, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 3, 29)),
        (date(2100, 1, 30), date(2100, 2, 28)),  # 2100 is no leap year
    ],
)
def test_next_month_keeps_the_day_or_takes_the_last_one(day: date, due: date) -> None:
    assert next_month(day) == due


def test_next_month_of_every_day_in_five_years_is_later_and_within_31_days() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(5 * 366)]
    waits = [(next_month(day) - day).days for day in days]
    assert set(waits) <= {28, 29, 30, 31}
    assert all(later >= earlier for earlier, later in pairwise(next_month(day) for day in days))


@pytest.mark.parametrize(("today", "left"), [(date(2026, 9, 13), 1), (date(2026, 9, 14), 0), (date(2026, 9, 20), -6)])
def test_days_from_counts_down_and_below_zero(today: date, left: int) -> None:
    assert next_shot(START, 1).days_from(today) == left


@pytest.mark.parametrize(
    ("used", "suggested"),
    [
        ((), "thigh-left"),
        (("thigh-left",), "thigh-right"),
        (("thigh-right", "thigh-left"), "abdomen-left"),
        (("abdomen-left", "thigh-right", "thigh-left"), "abdomen-right"),
        (("abdomen-right", "abdomen-left", "thigh-right", "thigh-left"), "thigh-left"),
        (("thigh-left", "abdomen-right", "abdomen-left", "thigh-right", "thigh-left"), "thigh-right"),
        (("arm-left", "arm-right"), "thigh-left"),
        (("thigh-left", "thigh-left", "thigh-left"), "thigh-right"),
        (("somewhere-else", "thigh-left"), "thigh-right"),
    ],
)
def test_next_site_is_the_one_that_rested_longest(used: tuple[str, ...], suggested: str) -> None:
    assert next_site(used) == suggested


def test_next_site_goes_round_all_places_before_it_repeats_one() -> None:
    used: list[str] = []
    for _ in range(8):
        used.insert(0, next_site(used))
    assert sorted(used[:4]) == sorted(used[4:]) == sorted(OWN_HAND)


def test_suggested_places_are_places_of_the_log() -> None:
    assert set(OWN_HAND) <= set(Injection.Site.values)


def test_schedule_is_pure() -> None:
    imported: set[str] = set()
    for path in Path(schedule.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text())
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    own = {name for name in imported if name.startswith("symptoms.followups.schedule.")}
    plain = {
        "bisect",
        "calendar",
        "collections.abc",
        "dataclasses",
        "datetime",
        "enum",
        "itertools",
        "typing",
        "zoneinfo",
    }
    assert imported - own - plain == {"symptoms.notifications.quiet"}  # pure as well, says the linter of imports
