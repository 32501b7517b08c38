"""Logging a dose in a browser: an odd one told, kept answers, the place by keyboard, then changed and removed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from symptoms.followups.actions import log_injection
from symptoms.followups.models import Injection, InjectionVersion
from symptoms.lib import clock
from tests.factories.cast import Cast
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_dose_is_logged_changed_and_removed(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    for ago, number, site in ((60, 6, "abdomen-left"), (31, 7, "thigh-left")):
        at = clock.now() - timedelta(days=ago)
        log_injection(patient=world.ana_log, at=at, number=number, site=site, by=world.ana)
    page = open_as(world.ana, width=width, scheme=scheme)
    heard = listen(page)
    page.goto(reverse("followups:injections", args=[world.ana_log.pk]))
    wrong = barriers(page)
    assert page.get_by_label("Right thigh").is_checked()
    page.get_by_label("Right thigh").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_text("More about this shot").click()
    page.get_by_label("Use by").fill("soon")
    page.get_by_role("button", name="Log this shot").click()
    page.get_by_text("There is a problem").wait_for()
    assert page.get_by_label("Use by").is_visible()
    wrong += barriers(page)
    page.get_by_label("Use by").fill("07/2031")
    page.get_by_label("Batch (lot) number").fill("LOT-77")
    page.get_by_role("button", name="Log this shot").click()
    page.get_by_text("The shot is in your list.").wait_for()
    shot = Injection.objects.get(number=8)
    assert (shot.site, shot.batch, str(shot.expires_on)) == ("abdomen-left", "LOT-77", "2031-07-31")
    page.goto(reverse("followups:injection-change", args=[world.ana_log.pk, shot.pk]))
    page.get_by_label("Only a part, or I am not sure").check()
    page.get_by_role("button", name="Save the change").click()
    page.get_by_text("Do not inject again on your own.").wait_for()
    wrong += barriers(page)
    page.get_by_role("link", name="Delete").click()
    page.wait_for_url("**/remove/")
    wrong += barriers(page)
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("The shot is off your list.").wait_for()
    page.get_by_role("link", name="The plan, and who set it").click()
    page.wait_for_url("**/plan/")
    wrong += barriers(page)
    assert wrong + heard == []
    assert InjectionVersion.objects.count() == 2
