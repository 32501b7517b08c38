"""Closing a blood test in a browser, from due to seen; and its pages without a barrier, with and without errors."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from symptoms.followups.actions import blood_tests
from symptoms.followups.actions.blood_tests import PlanSaid
from symptoms.lib import clock
from tests.factories.cast import Cast
from tests.followups.blood import add, said
from tests.journeys.checks import barriers
from tests.journeys.conftest import type_of_open
from tests.journeys.test_pages import LOOKS, walk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def plan_liver(world: Cast, days_ago: int) -> None:
    day = clock.local_day(clock.now(), world.ana_log.time_zone) - timedelta(days=days_ago)
    plan = PlanSaid(True, day, 3)
    why = "Her liver was high once"
    blood_tests.set_plan(patient=world.ana_log, test="liver", said=plan, why=why, by=world.lindqvist)


def addresses(world: Cast) -> dict[str, list[str]]:
    """Return the pages of each person, with a late test, one that is booked, results in two units and an extra test."""
    log, today = world.ana_log, clock.local_day(clock.now(), world.ana_log.time_zone)
    plan_liver(world, 20)
    blood_tests.ask_for_test(patient=log, test="blood-count", due_on=today, why="Bruises", by=world.okoye)
    old = [said("igg", typed, "mg/dL", "700", "1600") for typed in ("950", "810", "640")]
    for number, result in enumerate(old):
        add(log, result, day=today - timedelta(days=300 - 100 * number))
    (newest,) = add(log, said("igg", "6,1", "g/L", "7", "16")).results
    home = reverse("followups:blood-tests", args=[log.pk])
    tests = [
        reverse("followups:blood-test", args=[log.pk, slug]) for slug in ("liver", "blood-count", "immunoglobulins")
    ]
    values = reverse("followups:values", args=[log.pk, "igg"])
    results = reverse("followups:results-add", args=[log.pk]) + "?test=liver"
    change = reverse("followups:result-change", args=[log.pk, newest.pk])
    delete = reverse("followups:result-delete", args=[log.pk, newest.pk])
    sets = [reverse(f"followups:test-{name}", args=[log.pk, "liver"]) for name in ("plan", "extra")]
    clinic = reverse("inbox:blood-tests", args=[world.clinic.pk])
    return {
        "ana": [home, *tests, values, results, change, delete],
        "okoye": [clinic, home, *tests, values, *sets],
        "sam": [home],
    }


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_have_no_barrier(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    for who, pages in addresses(world).items():
        assert walk(open_as, getattr(world, who), pages, width, scheme) == [], who


def test_a_blood_test_is_closed_from_due_to_seen(world: Cast, open_as: type_of_open) -> None:
    plan_liver(world, 3)
    today = clock.local_day(clock.now(), world.ana_log.time_zone)
    page = open_as(world.ana, width=390)
    page.goto(reverse("today:today", args=[world.ana_log.pk]))
    page.get_by_role("link", name="Open Blood tests").click()
    page.get_by_role("link", name="Open Liver test").click()
    page.get_by_label("When is the appointment?").fill(today.isoformat())
    page.get_by_role("button", name="It is booked").click()
    expect(page.get_by_role("heading", name="Booked for")).to_be_visible()
    page.get_by_label("When was the blood taken?").fill(today.isoformat())
    page.get_by_role("button", name="It is done").click()
    page.get_by_role("link", name="The result is in").click()
    enter_alt(page, "13")
    expect(page.get_by_text("Add results")).to_have_count(0)  # the advice page
    clinic = open_as(world.lindqvist, width=1280)
    clinic.goto(reverse("inbox:blood-tests", args=[world.clinic.pk]))
    clinic.get_by_role("link", name=re.compile("Ana.*Liver test")).click()
    clinic.get_by_role("button", name="I have seen this result").click()
    expect(clinic.get_by_text("Seen by Nurse Lindqvist")).to_be_visible()


def enter_alt(page: Page, value: str) -> None:
    page.get_by_label("Result ALT", exact=True).fill(value)
    page.get_by_label("Range to ALT", exact=True).fill("40")
    page.get_by_role("button", name="Save these results").click()


@pytest.mark.parametrize("script", [True, False])
def test_an_odd_value_is_asked_about_and_answered(world: Cast, open_as: type_of_open, script: bool) -> None:
    page = open_as(world.ana, width=390, scheme="dark", java_script_enabled=script)
    page.goto(reverse("followups:results-add", args=[world.ana_log.pk]) + "?test=liver")
    page.get_by_label("On which day").fill(clock.local_day(clock.now(), world.ana_log.time_zone).isoformat())
    enter_alt(page, "0,5")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    if script:
        assert barriers(page) == []
    page.get_by_label("0.5 U/L, just as I typed it").check()
    page.get_by_role("button", name="Save these results").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_have_count(0)
