"""Ana has Sam told of bad days, with and without JavaScript, and Sam hears of one: in a browser, without a barrier."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from symptoms.notifications.actions import send_due
from symptoms.sharing.actions import revoke_access, set_notice
from symptoms.sharing.models import Grant
from symptoms.triage.actions import assess_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open
from tests.journeys.test_pages import LOOKS

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_ana_chooses_and_sam_hears_until_she_stops(
    world: Cast, open_as: type_of_open, java_script_enabled: bool
) -> None:
    grant = Grant.objects.get(user=world.sam)
    ana = open_as(world.ana, java_script_enabled=java_script_enabled)
    ana.goto(reverse("sharing:change", args=[world.ana_log.pk, grant.pk]))
    ana.get_by_role("group", name="Tell Sam when an entry says to get help").get_by_label("At once").check()
    ana.get_by_role("button", name="Save").click()
    expect(ana.get_by_text("Told when an entry says to get help: at once.")).to_be_visible()
    assess_entry(entry_id=make_entry(world.ana_log, {"swelling-face": 3}).pk)
    send_due()
    sam = open_as(world.sam, java_script_enabled=java_script_enabled)
    sam.goto("/notices/")
    expect(sam.get_by_role("heading", name="An entry in the log of Ana asks for help soon")).to_be_visible()
    sam.get_by_role("link", name="An entry in the log of Ana").click()
    sam.wait_for_url("**/advice/")
    address = sam.url
    revoke_access(grant=grant, by=world.ana)
    answer = sam.goto(address)
    assert answer is not None and answer.status == 404
    sam.goto("/notices/")
    expect(sam.get_by_text("Nothing waits for you here")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_have_no_barrier(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    grant = Grant.objects.get(user=world.sam)
    set_notice(grant=grant, hours=0, by=world.ana)
    assess_entry(entry_id=make_entry(world.ana_log, {"swelling-face": 3}).pk)
    send_due()
    own = [reverse("sharing:change", args=[world.ana_log.pk, grant.pk]), f"/p/{world.ana_log.pk}/sharing/"]
    wrong = []
    for who, pages in (("ana", own), ("sam", ["/notices/"])):
        page = open_as(getattr(world, who), width=width, scheme=scheme)
        heard = listen(page)
        for number, address in enumerate(pages):
            page.goto(address)
            wrong += [f"{address}: {one}" for one in (*barriers(page), *heard)]
            if shots := os.environ.get("SHOTS"):
                page.screenshot(path=Path(shots) / f"{who}-{number}-{width}-{scheme}.png", full_page=True)
    assert wrong == []
