"""The pages of a patient's settings: no barrier for clinic, patient or caregiver, and a bad answer told without one."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from symptoms.catalogue.models import Symptom
from symptoms.lib import clock
from symptoms.triage.actions.settings import add_usual, expect_level
from tests.factories.cast import Cast
from tests.journeys.checks import barriers
from tests.journeys.conftest import type_of_open
from tests.journeys.test_pages import LOOKS, walk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def addresses(world: Cast) -> dict[str, list[str]]:
    """Return the pages of each person, with something on the usual list and something expected."""
    log = world.ana_log
    said: dict[str, Any] = {"patient": log, "grade": 2, "why": "Seen at the visit", "by": world.okoye}
    last_day = clock.local_day(clock.now(), log.time_zone) + timedelta(days=14)
    usual = add_usual(symptom=Symptom.objects.get(slug="tingling"), **said)
    expected = expect_level(symptom=Symptom.objects.get(slug="joint-pain"), last_day=last_day, **said)
    settings = reverse("triage:settings", args=[log.pk])
    add, end = reverse("triage:usual-add", args=[log.pk]), reverse("triage:usual-end", args=[log.pk, usual.pk])
    clinic = [reverse(f"triage:{name}", args=[log.pk]) for name in ("settings-change", "expected-add")]
    ended = reverse("triage:expected-end", args=[log.pk, expected.pk])
    return {"okoye": [settings, add, end, *clinic, ended], "ana": [settings, add, end], "sam": [settings]}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_have_no_barrier(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    for who, pages in addresses(world).items():
        assert walk(open_as, getattr(world, who), pages, width, scheme) == [], who


@pytest.mark.parametrize("script", [True, False])
def test_a_bad_number_is_told_and_kept_and_then_mended(world: Cast, open_as: type_of_open, script: bool) -> None:
    page = open_as(world.okoye, width=390, scheme="light", java_script_enabled=script)
    page.goto(reverse("triage:settings-change", args=[world.ana_log.pk]))
    page.get_by_label("A cough asks for a call").fill("99")
    page.get_by_label("Why?").fill("Asthma")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("link", name="Type a number of days from 1 to 21.").is_visible()
    assert page.get_by_label("Why?").input_value() == "Asthma"
    if script:
        assert barriers(page) == []
    page.get_by_label("A cough asks for a call").fill("7")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("Days of cough: 7 days").is_visible()
