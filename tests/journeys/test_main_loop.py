"""From a swollen face to the nurse and back: the main job, on real parts."""

import re
import subprocess

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.triage.models import Flag
from tests.factories.cast import Cast, confirmed
from tests.journeys import steps
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open
from tests.services import eventually

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct-horse-battery"
NOTE = "We have seen this. Call 999 if you have not. We ring you now."


def sign_in(page: Page, user: User) -> None:
    user.set_password(PASSWORD)
    user.save()
    confirmed(user)
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_from_a_swollen_face_to_the_nurse_and_back(
    world: Cast, worker: subprocess.Popen[bytes], open_as: type_of_open
) -> None:
    log_url = reverse("diary:log", args=[world.ana_log.pk])
    queue_url = reverse("inbox:queue", args=[world.clinic.pk])

    # Ana signs in, logs, and the answer to "Save" is the advice.
    ana = open_as(None)
    heard = listen(ana)
    sign_in(ana, world.ana)
    expect(ana).to_have_url(reverse("today:today", args=[world.ana_log.pk]))
    steps.log(ana, log_url, "swelling-face")
    steps.expect_emergency(ana)
    advice_url = ana.url
    assert barriers(ana) == []

    # The worker flags it, long before the sweep of 30 seconds would; it stands in the nurse's queue.
    assert eventually(lambda: Flag.objects.exists(), within=20)
    nurse = open_as(world.lindqvist, width=1280)
    nurse.goto(queue_url)
    row = nurse.get_by_role("row").filter(has_text="Ana")
    expect(row).to_contain_text("Emergency")
    assert Entry.objects.get().assessed_revision == 1

    # Sam reads it. Strangers find nothing.
    sam = open_as(world.sam)
    assert (answer := sam.goto(advice_url)) and answer.status == 200
    steps.expect_emergency(sam)
    expect(sam.get_by_label("Whose log this is")).to_contain_text("Ana")
    for stranger in (world.bo, world.far):
        for address in (advice_url, log_url, queue_url):
            page = open_as(stranger)
            assert (answer := page.goto(address)) and answer.status == 404

    # The nurse takes it on, then closes it with a note.
    row.get_by_role("link", name="Ana").click()
    expect(nurse.get_by_role("heading", level=1)).to_contain_text("Ana, today")
    nurse.get_by_role("button", name="Acknowledge").click()
    expect(nurse.get_by_role("status").first).to_contain_text("You acknowledged this entry.")
    ana.reload()
    expect(ana.get_by_role("heading", name="Nurse Lindqvist answered")).to_be_visible()
    nurse.get_by_label("Note to the patient").fill(NOTE)
    nurse.get_by_role("button", name="Resolve").click()
    expect(nurse.get_by_text("No flagged entry is waiting.")).to_be_visible()

    # Ana reads the note beside her entry.
    ana.reload()
    expect(ana.get_by_text(NOTE)).to_be_visible()
    assert heard == []


def test_double_click_and_back_give_one_entry(world: Cast, open_as: type_of_open) -> None:
    """After Back the browser must tick nothing by itself: the list has moved, so it would tick another symptom."""
    ana = open_as(world.ana)
    ana.goto(reverse("diary:log", args=[world.ana_log.pk]))
    steps.tick(ana, "headache")
    steps.grade(ana, "headache", "Mild")
    ana.get_by_role("button", name="Save", exact=True).dblclick()
    expect(ana.get_by_role("heading", level=1)).to_be_visible()
    ana.wait_for_url("**/advice/")
    ana.go_back()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Log symptoms")
    expect(ana.locator("[data-picks] input:checked")).to_have_count(0)
    steps.save(ana)
    expect(ana.get_by_role("alert")).to_be_visible()
    assert Entry.objects.count() == 1


def test_two_of_the_clinic_press_at_once_and_the_second_keeps_the_words(world: Cast, open_as: type_of_open) -> None:
    ana = open_as(world.ana)
    steps.log(ana, reverse("diary:log", args=[world.ana_log.pk]), "swelling-face")
    ana.get_by_role("button", name="I have called").click()  # this assesses at once, without a worker
    expect(ana.get_by_text("“I have called”")).to_be_visible()
    address = reverse("inbox:flag", args=[world.clinic.pk, Flag.objects.get().pk])
    nurse, doctor = open_as(world.lindqvist, width=1280), open_as(world.okoye)
    for page in (nurse, doctor):
        page.goto(address)
        page.get_by_label("Note to the patient").fill(NOTE)
    nurse.get_by_role("button", name="Acknowledge").click()
    doctor.get_by_role("button", name="Acknowledge").click()
    expect(doctor.get_by_role("alert")).to_contain_text("Nurse Lindqvist acknowledged this entry before you")
    expect(doctor.get_by_label("Note to the patient")).to_have_value(NOTE)
    expect(doctor.get_by_role("alert")).to_be_focused()
    assert barriers(doctor) == []
