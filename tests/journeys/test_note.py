"""Ana writes a note and ticks nothing, without JavaScript: advice, what was found, her answer, the clinic's queue."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from symptoms.diary.models import Entry
from symptoms.triage.actions import assess_waiting
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.inbox.flags import late
from tests.journeys import steps
from tests.journeys.checks import barriers
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LIPS = "Swelling of my lips, mouth or tongue"


def write(page: Page, world: Cast, words: str) -> None:
    page.goto(reverse("diary:log", args=[world.ana_log.pk]))
    page.get_by_label("In your own words").fill(words)
    steps.save(page)
    page.wait_for_url("**/advice/")


def judge() -> None:
    """Do what the worker does, now."""
    late(Entry.objects.get(), minutes=1)
    assess_waiting()


@pytest.mark.parametrize(("answer", "says"), [("Yes", "not graded"), ("No", "was taken back")])
def test_a_note_alone_reaches_advice_and_clinic(world: Cast, open_as: type_of_open, answer: str, says: str) -> None:
    ana = open_as(world.ana, java_script_enabled=False)
    write(ana, world, "An hour after the jab my lips are swollen.")
    steps.expect_emergency(ana)
    told = ana.get_by_role("region", name="We also found in your note")
    expect(told).to_contain_text(LIPS)
    judge()

    told.get_by_role("button", name=answer).click()
    ana.wait_for_url("**/advice/")
    judge()
    if answer == "Yes":
        steps.expect_emergency(ana)
        expect(told).to_have_count(0)
    else:
        expect(told).to_contain_text("taken back: it does not count")
        expect(told.get_by_role("button", name="I do feel this")).to_be_visible()

    flag = Flag.objects.get()
    assert (flag.tier, flag.state) == ("emergency", Flag.State.WAITING)
    nurse = open_as(world.lindqvist, java_script_enabled=False)
    nurse.goto(reverse("inbox:queue", args=[world.clinic.pk]))
    expect(nurse.locator("main")).to_contain_text("Patient told to call 999")
    expect(nurse.locator("main")).to_contain_text(says)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_what_was_found_can_be_read_and_reached(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    ana = open_as(world.ana, width=width, scheme=scheme)
    write(ana, world, "My lips are swollen and I am so tired")
    assert barriers(ana) == []
    judge()
    nurse = open_as(world.lindqvist, width=width, scheme=scheme)
    nurse.goto(reverse("inbox:flag", args=[world.clinic.pk, Flag.objects.get().pk]))
    expect(nurse.locator("main")).to_contain_text("From the note: “lips are swollen”")
    assert barriers(nurse) == []
