"""The log page with its script, in a real browser."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from symptoms.diary.models import Draft, Entry
from tests.factories.cast import make_cast
from tests.factories.diary import make_entry

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_log(page: Page, live_server: LiveServer) -> Callable[[], Page]:
    """Open Ana's log page; yesterday she logged a headache and fever."""
    cast = make_cast()
    make_entry(cast.ana_log, {"headache": 1, "fever": 1})
    client = Client()
    client.force_login(cast.ana)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    def start() -> Page:
        page.goto(f"{live_server.url}/p/{cast.ana_log.pk}/log/")
        page.evaluate("window.sameDocument = true")
        return page

    return start


def stays(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def test_a_tick_brings_its_scale_and_its_questions_at_once(open_log: Callable[[], Page]) -> None:
    page = open_log()
    expect(page.locator("[data-card]")).to_have_count(0)
    page.locator("label[for=s-fever]").click()
    card = page.locator('[data-card="fever"]')
    expect(card.get_by_role("radio")).to_have_count(6)
    expect(card.locator("legend")).to_have_text("Fever or high temperature")
    expect(card.locator("[data-question]")).to_have_count(0)
    expect(page.get_by_label("Temperature", exact=True)).to_be_visible()

    page.locator("label[for=s-headache]").click()
    expect(page.locator('[data-card="headache"] [data-question]')).to_have_count(1)
    page.locator('[data-card="fever"]').get_by_role("button", name="Remove").click()
    expect(page.locator("[data-card]")).to_have_count(1)
    expect(page.locator("#s-fever")).not_to_be_checked()
    assert stays(page)


def test_search_narrows_the_list(open_log: Callable[[], Page]) -> None:
    page = open_log()
    box = page.get_by_label("Search all symptoms")
    box.fill("BLÚRRED")
    expect(page.locator("[data-search-status]")).to_have_text("1 found")
    page.locator("label[for=s-vision-blurred]").click()
    box.fill("xyzzy")
    expect(page.locator("[data-search-status]")).to_contain_text("Nothing found")
    box.press("Enter")
    box.press("Escape")
    expect(page.locator("label[for=s-headache]")).to_be_visible()
    expect(page.locator('[data-card="vision-blurred"]')).to_be_visible()
    assert stays(page)


def test_the_draft_is_kept_and_comes_back(open_log: Callable[[], Page]) -> None:
    page = open_log()
    page.locator("label[for=s-headache]").click()
    page.locator('[name=grade-headache][value="3"]').check()
    page.get_by_label("Note").fill("Since lunch.")
    expect(page.locator("[data-draft-status]")).to_have_text("Draft kept")
    assert Draft.objects.get().fields["grade-headache"] == "3"

    page = open_log()
    expect(page.get_by_label("Note")).to_have_value("Since lunch.")
    expect(page.locator('[name=grade-headache][value="3"]')).to_be_checked()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_label("Note")).to_have_value("")
    assert not Draft.objects.exists()


def test_three_taps_and_save_are_one_entry(open_log: Callable[[], Page]) -> None:
    page = open_log()
    page.locator("label[for=s-headache]").click()
    page.locator('[name=grade-headache][value="2"]').check()
    page.get_by_role("button", name="Save", exact=True).dblclick()
    page.wait_for_url("**/advice/")
    entry = Entry.objects.newest_first()[0]
    assert Entry.objects.count() == 2
    assert [report.grade for report in entry.reports.all()] == [2]
    assert not Draft.objects.exists()


def test_a_lost_connection_is_told(open_log: Callable[[], Page]) -> None:
    page = open_log()
    page.context.set_offline(True)
    page.locator("label[for=s-headache]").click()
    expect(page.locator("[data-draft-status]")).to_have_text("Draft not kept yet")
