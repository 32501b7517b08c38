"""The month of the diary, with the shots and the flags that stand on its days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from symptoms.diary.actions import delete_entry
from symptoms.diary.selectors import MonthPage
from symptoms.followups.models import Injection
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.sharing.scope import EVERYTHING
from symptoms.today.selectors import marked_month
from symptoms.triage.actions import assess_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

pytestmark = pytest.mark.django_db
FIRST, TODAY = date(2026, 10, 1), date(2026, 11, 22)
LONDON = ZoneInfo("Europe/London")


def shot(patient: Patient, *when: int, zone: ZoneInfo = LONDON) -> None:
    Injection.objects.create(patient=patient, at=datetime(*when, tzinfo=zone), time_zone=zone.key, number=4)  # type: ignore[arg-type, misc]


def month(patient: Patient, first: date = FIRST) -> MonthPage:
    return marked_month(patient, first=first, today=TODAY, unit="C", scope=EVERYTHING)


def days(page: MonthPage, mark: str) -> list[int]:
    return [one.date.day for week in page.weeks for one in week if one and getattr(one, mark)]


@pytest.mark.parametrize(
    ("when", "zone", "marked"),
    [
        ((2026, 10, 1, 0, 5), "Europe/London", [1]),
        ((2026, 10, 31, 23, 55), "Europe/London", [31]),
        ((2026, 9, 30, 23, 55), "Europe/London", []),
        ((2026, 11, 1, 0, 5), "Europe/London", []),
        ((2026, 10, 25, 1, 30), "Europe/London", [25]),
        ((2026, 10, 1, 0, 5), "Pacific/Auckland", [1]),
        ((2026, 10, 31, 23, 55), "America/Los_Angeles", [31]),
    ],
)
def test_a_shot_stands_on_the_day_on_which_it_was_given(
    cast: Cast, when: tuple[int, ...], zone: str, marked: list[int]
) -> None:
    shot(cast.ana_log, *when, zone=ZoneInfo(zone))
    assert days(month(cast.ana_log), "dose") == marked


def test_flagged_days_are_marked_and_calm_ones_are_not(cast: Cast) -> None:
    for day, grades in ((3, {"swelling-face": 2}), (9, {"headache": 1})):
        assess_entry(entry_id=make_entry(cast.ana_log, grades, day=date(2026, 10, day)).pk)
    assert days(month(cast.ana_log), "flag") == [3]
    assert days(month(cast.ana_log, date(2026, 11, 1)), "flag") == []


def test_a_deleted_entry_marks_no_day(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 2}, day=date(2026, 10, 3))
    assess_entry(entry_id=entry.pk)
    delete_entry(entry=entry, by=cast.ana)
    assert days(month(cast.ana_log), "flag") == []


def test_nobody_elses_marks_are_shown(cast: Cast) -> None:
    shot(cast.bo_log, 2026, 10, 5, 9, 0)
    assess_entry(entry_id=make_entry(cast.bo_log, {"swelling-face": 2}, day=date(2026, 10, 3)).pk)
    page = month(cast.ana_log)
    assert days(page, "flag") == days(page, "dose") == []


def test_the_marks_are_told_in_words_too(client: Client, cast: Cast) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    shot(cast.ana_log, today.year, today.month, today.day, 0, 1)
    assess_entry(entry_id=make_entry(cast.ana_log, {"swelling-face": 2}).pk)
    client.force_login(cast.ana)
    text = client.get(f"/p/{cast.ana_log.pk}/diary/").content.decode()
    assert "Moderate, injection, flagged" in " ".join(text.split())


@pytest.mark.parametrize("entries", [1, 15])
def test_two_queries_more_than_the_month_itself_however_many_marks(
    cast: Cast, entries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(entries):
        assess_entry(entry_id=make_entry(cast.ana_log, {"swelling-face": 2}, day=FIRST + timedelta(days=n)).pk)
        shot(cast.ana_log, 2026, 10, 1 + n, 9, 0)
    with django_assert_num_queries(5):
        assert days(month(cast.ana_log), "flag") == list(range(1, entries + 1))
