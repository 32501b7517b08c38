"""In your own words, in a real browser: what is found appears while one types, and is added or removed by a tap."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Route, expect

from symptoms.diary.models import Entry
from tests.diary.conftest import slugs_found
from tests.journeys.checks import barriers

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Open = Callable[[], Page]


def write(page: Page, words: str) -> None:
    page.get_by_label("In your own words").fill(words)
    expect(page.locator("[data-found] .found")).to_be_visible()


def save(page: Page) -> Entry:
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/advice/")
    newest: Entry = Entry.objects.newest_first()[0]
    return newest


def test_what_is_typed_is_found_and_counts(open_log: Open) -> None:
    page = open_log()
    write(page, "lips are swollen, and so tired")
    expect(page.get_by_role("group", name="Did you mean: Swelling of my lips, mouth or tongue?")).to_be_visible()
    expect(page.locator("[data-found-status]")).to_have_text("We found 2 things in your words.")
    expect(page.locator('[data-card="fatigue"]')).to_be_visible()
    expect(page.locator('[data-card="swelling-lips-tongue"]')).to_have_count(0)
    entry = save(page)
    assert slugs_found(entry) == ["swelling-lips-tongue", "fatigue"]
    assert not entry.reports.exists()
    expect(page.get_by_role("heading", name="Get emergency help now")).to_be_visible()


def test_yes_ticks_it_and_no_takes_it_back(open_log: Open) -> None:
    page = open_log()
    write(page, "feverish, itchy rash")
    page.locator("label[for=found-fever-yes]").click()
    expect(page.locator("#s-fever")).to_be_checked()
    page.locator('[name=grade-fever][value="1"]').check()
    page.locator("label[for=found-rash-no]").click()
    expect(page.locator("#s-rash")).not_to_be_checked()
    entry = save(page)
    assert [(one.symptom.slug, one.grade) for one in entry.reports.all()] == [("fever", 1)]
    assert entry.note_dismissed == ["rash"]


def test_a_proposal_is_removed_by_a_tap_and_by_its_card(open_log: Open) -> None:
    page = open_log()
    write(page, "so tired, and I feel dizzy")
    page.locator("label[for=found-fatigue]").click()
    expect(page.locator('[data-card="fatigue"]')).to_have_count(0)
    page.locator('[data-card="dizzy"]').get_by_role("button", name="Remove").click()
    expect(page.locator("#found-dizzy")).not_to_be_checked()
    assert save(page).note_dismissed == ["dizzy", "fatigue"]


def test_a_card_goes_with_its_words_unless_it_is_filled_in(open_log: Open) -> None:
    page = open_log()
    write(page, "so tired, and I feel dizzy")
    page.locator('[name=grade-fatigue][value="2"]').check()
    page.get_by_label("In your own words").fill("nothing to tell")
    expect(page.locator('[data-card="dizzy"]')).to_have_count(0)
    expect(page.locator("#s-fatigue")).to_be_checked()
    assert [(one.symptom.slug, one.grade) for one in save(page).reports.all()] == [("fatigue", 2)]


def test_minutes_that_were_typed_keep_their_card(open_log: Open) -> None:
    page = open_log()
    write(page, "nosebleed this morning")
    page.locator("[name=minutes-nosebleed]").fill("25")
    page.get_by_label("In your own words").fill("nothing to tell")
    expect(page.locator("#s-nosebleed")).to_be_checked()
    assert [one.answers for one in save(page).reports.all()] == [{"minutes": 25}]


def test_the_focus_stays_where_it_is_while_more_is_found(open_log: Open) -> None:
    page = open_log()
    write(page, "feverish")
    page.locator("#found-fever-no").check()
    page.evaluate("note = document.querySelector('[data-note]'); note.value += ', so tired'")
    page.evaluate("note.dispatchEvent(new Event('input', {bubbles: true}))")
    expect(page.locator("#found-fatigue")).to_be_checked()
    assert page.evaluate("document.activeElement.id") == "found-fever-no"
    expect(page.locator("#found-fever-no")).to_be_checked()


def test_an_answer_given_while_the_note_is_read_stands(open_log: Open) -> None:
    """On a slow line the answer of the server is older than the tap of the finger."""
    page = open_log()
    write(page, "feverish, so tired")
    late: list[Route] = []
    page.route("**/log/found/", lambda route: late.append(route) if not late else route.continue_())
    page.get_by_label("In your own words").fill("feverish, so tired, itchy rash")
    page.wait_for_timeout(900)
    assert late
    page.locator("label[for=found-fever-no]").click()
    page.locator("label[for=found-fatigue]").click()
    with suppress(Error):  # the page may have given it up
        late[0].continue_()
    expect(page.locator("#found-rash-no")).to_have_count(1)
    expect(page.locator("#found-fever-no")).to_be_checked()
    expect(page.locator("#found-fatigue")).not_to_be_checked()
    expect(page.locator('[data-card="fatigue"]')).to_have_count(0)
    assert save(page).note_dismissed == ["fatigue", "fever"]


@pytest.mark.parametrize("by", ["its card", "its chip"])
def test_what_is_removed_is_no_longer_a_yes(open_log: Open, by: str) -> None:
    page = open_log()
    write(page, "feverish")
    page.locator("label[for=found-fever-yes]").click()
    if by == "its card":
        page.locator('[data-card="fever"]').get_by_role("button", name="Remove").click()
    else:
        page.locator("#s-fever").evaluate("(chip) => chip.click()")
    expect(page.locator("#found-fever-yes")).not_to_be_checked()
    assert not save(page).reports.exists()


def test_a_tick_in_the_list_answers_the_question(open_log: Open) -> None:
    page = open_log()
    write(page, "feverish")
    page.locator("#s-fever").evaluate("(chip) => chip.click()")
    expect(page.locator("#found-fever-yes")).to_be_checked()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_what_was_found_can_be_read_and_reached(open_log: Open, width: int, scheme: str) -> None:
    page = open_log()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    write(page, "lips are swollen, and so tired")
    assert barriers(page) == []
