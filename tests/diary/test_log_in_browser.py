"""The log page with its script, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from symptoms.diary.models import Draft, Entry

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


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


def test_search_knows_everyday_words(open_log: Callable[[], Page]) -> None:
    page = open_log()
    box = page.get_by_label("Search all symptoms")
    for typed, slug in (("knackered", "fatigue"), ("cystitis", "pee-pain"), ("no energy", "fatigue")):
        box.fill(typed)
        expect(page.locator(f"label[for=s-{slug}]")).to_be_visible()
    expect(page.locator("label[for=s-headache]")).to_be_hidden()


def test_the_draft_is_kept_and_comes_back(open_log: Callable[[], Page]) -> None:
    page = open_log()
    page.locator("label[for=s-headache]").click()
    page.locator('[name=grade-headache][value="3"]').check()
    page.get_by_label("In your own words").fill("Since lunch.")
    expect(page.locator("[data-draft-status]")).to_have_text("Draft kept")
    assert Draft.objects.get().fields["grade-headache"] == "3"

    page = open_log()
    expect(page.get_by_label("In your own words")).to_have_value("Since lunch.")
    expect(page.locator('[name=grade-headache][value="3"]')).to_be_checked()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_label("In your own words")).to_have_value("")
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
