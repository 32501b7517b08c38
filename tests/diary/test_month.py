from datetime import date, timedelta

import pytest
from django.test import Client

from symptoms.diary.models import Entry
from symptoms.diary.selectors import month_for_page
from symptoms.diary.selectors.month import Day, MonthPage
from symptoms.sharing.scope import EVERYTHING
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def url(cast: Cast) -> str:
    return f"/p/{cast.ana_log.pk}/diary/"


def month(cast: Cast, first: date = date(2026, 11, 1), today: date = TODAY, page: int = 1) -> MonthPage:
    return month_for_page(cast.ana_log, first=first, today=today, unit="C", scope=EVERYTHING, page=page)


def day(page: MonthPage, number: int) -> Day:
    return next(one for week in page.weeks for one in week if one and one.date.day == number)


@pytest.mark.parametrize(
    ("entries", "grade"),
    [
        ([{"headache": 1}, {"headache": 3, "fatigue": 2}], 3),
        ([{"headache": None}], 1),
        ([{"headache": None, "fatigue": 0}], 1),
        ([{"headache": None}, {"fatigue": 4}], 4),
        ([{}], 0),
        ([{}, {"headache": 2}], 2),
        ([{"headache": 0}], 0),
    ],
)
def test_a_day_shows_its_worst_grade(cast: Cast, entries: list[dict[str, int | None]], grade: int) -> None:
    for grades in entries:
        make_entry(cast.ana_log, grades, day=date(2026, 11, 3))
    assert (day(month(cast), 3).grade, day(month(cast), 3).logged) == (grade, True)
    assert (day(month(cast), 4).grade, day(month(cast), 4).logged) == (None, False)


def test_deleted_and_foreign_entries_colour_no_day(cast: Cast) -> None:
    make_entry(cast.bo_log, {"headache": 4}, day=date(2026, 11, 3))
    gone = make_entry(cast.ana_log, {"headache": 4}, day=date(2026, 11, 3))
    Entry.objects.filter(pk=gone.pk).update(deleted_at="2026-11-04T00:00Z")
    assert not day(month(cast), 3).logged
    assert month(cast).days == []


def test_weeks_begin_on_monday_and_end_today(cast: Cast) -> None:
    page = month(cast)
    assert page.weeks[0] == [None] * 6 + [day(page, 1)]
    assert [one.date.day for one in page.weeks[-1] if one] == [16, 17, 18, 19, 20, 21, 22]
    assert day(page, 22).today
    assert page.following_url == ""
    assert page.previous_url == "?m=2026-10"


def test_a_past_month_is_whole_and_leads_on(cast: Cast) -> None:
    page = month(cast, first=date(2024, 2, 1))
    assert sum(one is not None for week in page.weeks for one in week) == 29
    assert (page.previous_url, page.following_url) == ("?m=2024-01", "?m=2024-03")


def test_entries_stand_by_day_the_newest_first(cast: Cast) -> None:
    for number, note in ((3, "a"), (20, "b"), (20, "c")):
        make_entry(cast.ana_log, {"headache": 1}, day=date(2026, 11, number), note=note)
    make_entry(cast.ana_log, {"headache": 1}, day=date(2026, 10, 31))
    listed = [(when.day, [card.entry.note for card in cards]) for when, cards in month(cast).days]
    assert listed == [(20, ["c", "b"]), (3, ["a"])]


def test_pages(cast: Cast) -> None:
    for number in range(1, 22):
        for _twice in range(2):
            make_entry(cast.ana_log, {"headache": 1}, day=date(2026, 11, number))
    pages = [month(cast, page=number) for number in (1, 2, 3)]
    assert [sum(len(cards) for _, cards in page.days) for page in pages] == [20, 20, 2]
    assert [page.has_more for page in pages] == [True, True, False]


def test_the_page_tells_grades_in_words(as_ana: Client, cast: Cast, url: str, today: str) -> None:
    when = date.fromisoformat(today).replace(day=1)
    make_entry(cast.ana_log, {"headache": 3}, day=when, note="Bad <i>day</i>.")
    page = as_ana.get(f"{url}?m={when:%Y-%m}").content.decode()
    assert f"{when:%B}: Severe" in " ".join(page.split())
    assert "Bad &lt;i&gt;day&lt;/i&gt;." in page
    assert "sev-3" in page


def test_one_day_alone(as_ana: Client, cast: Cast, url: str) -> None:
    make_entry(cast.ana_log, {"headache": 3}, day=date(2026, 10, 3), note="This one.")
    make_entry(cast.ana_log, {"headache": 3}, day=date(2026, 10, 4), note="Not this one.")
    page = as_ana.get(f"{url}?m=2026-10&day=2026-10-03").content.decode()
    assert "This one." in page
    assert "Not this one." not in page
    assert 'href="?m=2026-10"' in page


@pytest.mark.parametrize(
    "query",
    [
        "m=2026-13",
        "m=x",
        "m=99999-01",
        "m=1899-01",
        "m=3000-01",
        "day=2026-02-31",
        "page=0",
        "page=-1",
        "page=x",
        "page=999999999999",
        "m=%00",
        "day=%F0%9F%98%80",
        "m=2026-11&m=2026-10",
        "page=%C2%B2",
    ],
)
def test_an_odd_address_shows_a_month(as_ana: Client, url: str, query: str) -> None:
    assert as_ana.get(f"{url}?{query}").status_code == 200


def test_who_wrote_it(as_ana: Client, as_sam: Client, cast: Cast, url: str, today: str) -> None:
    make_entry(cast.ana_log, {"headache": 1}, by=cast.sam)
    make_entry(cast.ana_log, {"fatigue": 1})
    mine = " ".join(as_ana.get(url).content.decode().split())
    assert "by Sam (caregiver)" in mine
    assert "by you" in mine
    his = " ".join(as_sam.get(url).content.decode().split())
    assert "by Ana" in his
    assert "s log: Diary" in his
    assert "Edit" not in his


def test_a_reader_is_offered_no_writing(client: Client, cast: Cast, url: str) -> None:
    make_entry(cast.ana_log, {"headache": 1})
    client.force_login(cast.lindqvist)
    page = client.get(url).content.decode()
    assert "/log/" not in page
    assert "/edit/" not in page


def test_an_empty_diary_says_so(as_ana: Client, url: str) -> None:
    assert "Nothing is logged here yet" in as_ana.get(url).content.decode()


@pytest.mark.parametrize("back", [0, 40])
def test_months_do_not_lead_into_the_future(as_ana: Client, url: str, today: str, back: int) -> None:
    when = date.fromisoformat(today) + timedelta(days=back)
    assert as_ana.get(f"{url}?m={when:%Y-%m}").context["page"].following is None
