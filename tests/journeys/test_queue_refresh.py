"""The open queue looks for new entries by itself, and disturbs nobody."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories.cast import Cast
from tests.inbox import flags
from tests.journeys.checks import listen
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nurse(world: Cast, open_as: type_of_open) -> Page:
    """The queue with one flag, open on a wide screen, with a clock that the test moves."""
    flags.emergency(world.ana_log)
    page = open_as(world.lindqvist, width=1280)
    page.clock.install()
    page.goto(reverse("inbox:queue", args=[world.clinic.pk]))
    return page


def half_a_minute(page: Page) -> None:
    with page.expect_response("**/flags/?state=**"):
        page.clock.run_for(31_000)


def test_new_flag_appears_is_said_and_leaves_the_focus(world: Cast, nurse: Page) -> None:
    heard = listen(nurse)
    first = nurse.get_by_role("link", name="Ana")
    first.focus()
    flags.same_day(world.ana_log)
    half_a_minute(nurse)
    expect(nurse.get_by_role("row")).to_have_count(3)
    expect(nurse.locator("#queue-status")).to_contain_text("2 waiting")
    expect(nurse.locator("#queue-waiting")).to_have_text("2")
    expect(first.first).to_be_focused()
    assert heard == []


def test_nothing_new_is_not_said(nurse: Page) -> None:
    half_a_minute(nurse)
    expect(nurse.locator("#queue-when")).to_have_text("Checked for new entries just now.")
    expect(nurse.locator("#queue-status")).to_be_empty()
    nurse.clock.run_for(20_000)
    expect(nurse.locator("#queue-when")).to_have_text("Checked for new entries 20 seconds ago.")


def test_no_refresh_while_somebody_types(world: Cast, nurse: Page) -> None:
    nurse.get_by_role("link", name="Ana").click()
    asked: list[str] = []
    nurse.on("request", lambda request: asked.append(request.url) if "/flags/?" in request.url else None)
    nurse.clock.run_for(20_000)
    nurse.get_by_label("Note to the patient").press_sequentially("We ring")
    nurse.clock.run_for(11_000)
    assert asked == []
    expect(nurse.get_by_label("Note to the patient")).to_have_value("We ring")


def test_refresh_beside_an_open_flag_keeps_what_was_typed(world: Cast, nurse: Page) -> None:
    nurse.get_by_role("link", name="Ana").click()
    note = nurse.get_by_label("Note to the patient")
    note.fill("We ring")
    nurse.clock.run_for(25_000)
    flags.same_day(world.ana_log)
    half_a_minute(nurse)
    expect(nurse.get_by_role("row")).to_have_count(3)
    expect(note).to_have_value("We ring")
    expect(note).to_be_focused()
    expect(nurse.locator(".open-row")).to_have_count(1)


def test_signed_out_page_says_that_it_no_longer_looks(nurse: Page) -> None:
    Session.objects.all().delete()
    half_a_minute(nurse)
    expect(nurse.locator("#queue-when")).to_contain_text("Could not check for new entries since")
    expect(nurse.get_by_role("link", name="Ana")).to_be_visible()


def test_lost_connection_is_said_and_found_again(nurse: Page) -> None:
    nurse.context.set_offline(True)
    nurse.clock.run_for(31_000)
    expect(nurse.locator("#queue-when")).to_contain_text("Could not check for new entries since")
    nurse.context.set_offline(False)
    half_a_minute(nurse)
    expect(nurse.locator("#queue-when")).to_have_text("Checked for new entries just now.")
