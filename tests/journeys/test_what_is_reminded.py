"""The page of what a patient is reminded of, and the address of the calendar, in a real browser."""

import os
import re
from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.followups.actions.reminders import change_reminders, give_copies
from symptoms.followups.models import ReminderCopy, ReminderSettings
from tests.factories.cast import Cast
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_pages_of_what_is_reminded(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    change_reminders(patient=world.ana_log, told_at=time(22, 30), log_at=time(19, 0), by=world.ana)
    give_copies(patient=world.ana_log, to=world.sam, hours=3, by=world.ana)
    page = open_as(world.ana, width=width, scheme=scheme)
    heard = listen(page)
    address = reverse("followups:reminders", args=[world.ana_log.pk])
    page.goto(address)
    wrong = barriers(page)
    keep(page, f"reminders-{width}-{scheme}")
    page.get_by_role("button", name="Make an address").click()
    page.get_by_role("heading", name="The address of your calendar").wait_for()
    wrong += barriers(page)
    keep(page, f"calendar-{width}-{scheme}")
    assert wrong + heard == []


def test_the_hours_a_copy_and_a_calendar_without_javascript(world: Cast, open_as: type_of_open) -> None:
    page = open_as(world.ana, java_script_enabled=False)
    page.goto("/you/reminders/")
    page.get_by_role("link", name="Injections, blood tests, my day").click()
    page.get_by_label("Ask me about my day at").fill("19:30")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert ReminderSettings.objects.get(patient=world.ana_log).log_at == time(19, 30)
    page.get_by_label("Sam").check()
    page.get_by_role("button", name="Tell them too").click()
    page.get_by_role("button", name=re.compile("Stop.*Sam")).wait_for()
    assert ReminderCopy.objects.get().hours == 3
    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_role("textbox", name="Address").input_value()
    assert Client().get("/feed/" + address.split("/feed/")[1]).status_code == 200
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name="Stop this address").click()
    page.get_by_text("The address no longer works.").wait_for()
    assert Client().get("/feed/" + address.split("/feed/")[1]).status_code == 404


def keep(page: object, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)  # type: ignore[attr-defined]
