"""Sharing in a browser: by the code of a mail and by one that is read aloud; and its pages without a barrier."""

import os
import re
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from symptoms.sharing.actions import add_member, invite_to_clinic, invite_to_log, take_up
from tests.factories.cast import Cast, make_user
from tests.factories.diary import make_entry
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open
from tests.journeys.test_pages import LOOKS

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def addresses(world: Cast) -> dict[str, list[str]]:
    """Return the pages of each person: with a share, an invitation that is open, and a code that was typed."""
    log, clinic = world.ana_log, world.clinic
    invite_to_log(patient=log, way="email", email="mother@example.org", reads=["symptoms"], by=world.ana)
    typed, _code = invite_to_log(patient=log, way="code", for_whom="My neighbour", reads=["injections"], by=world.ana)
    take_up(invitation_id=typed.pk, by=make_user("Dr Neighbour"))
    manager = add_member(clinic=clinic, user=world.okoye, role="manager", by=None)
    invite_to_clinic(clinic=clinic, email="colleague@example.org", role="nurse", by=manager.user)
    grants = {"sam": log.grants.get(user=world.sam), "clinic": log.grants.get(clinic=clinic)}
    entry = make_entry(log, {"fatigue": 1}, note="A long day")
    own = [reverse(f"sharing:{name}", args=[log.pk]) for name in ("sharing", "invite", "share-with-clinic")]
    own += [reverse("sharing:change", args=[log.pk, grant.pk]) for grant in grants.values()]
    hide = reverse("diary:entry-hide", args=[log.pk, entry.pk])
    clinics = [reverse(f"sharing:{name}", args=[clinic.pk]) for name in ("members", "member-invite", "clinic-settings")]
    return {
        "ana": [*own, hide],
        "okoye": clinics,
        "sam": [reverse("sharing:shared-logs"), reverse("today:today", args=[log.pk]), "/invitations/"],
    }


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_have_no_barrier(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    wrong = []
    for who, pages in addresses(world).items():
        page = open_as(getattr(world, who), width=width, scheme=scheme)
        heard = listen(page)
        for number, address in enumerate(pages):
            page.goto(address)
            wrong += [f"{address}: {one}" for one in (*barriers(page), *heard)]
            if shots := os.environ.get("SHOTS"):
                page.screenshot(path=Path(shots) / f"{who}-{number}-{width}-{scheme}.png", full_page=True)
    assert wrong == []


def test_a_mail_leads_to_the_log_and_its_secret_leaves_the_address(world: Cast, open_as: type_of_open) -> None:
    ana = open_as(world.ana)
    ana.goto(reverse("sharing:invite", args=[world.ana_log.pk]))
    ana.get_by_label("Their e-mail address").fill("bo@example.org")
    ana.get_by_text("See Symptoms").click()
    ana.get_by_role("button", name="Invite").click()
    expect(ana.get_by_text("We sent an invitation to bo@example.org.")).to_be_visible()
    found = re.search(r"/invitations/#(\S+)", str(mail.outbox[0].body))
    assert found
    bo = open_as(world.bo)
    asked: list[str] = []
    bo.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    bo.goto(f"/invitations/#{found[1]}")
    expect(bo.get_by_label("The code")).to_have_value(found[1])
    assert found[1] not in bo.url
    bo.get_by_role("button", name="Go on").click()
    expect(bo.get_by_text("ana@example.org")).to_be_visible()
    expect(bo.get_by_text("bo@example.org")).to_be_visible()
    bo.get_by_role("button", name="Accept").click()
    expect(bo.get_by_role("heading", name="Ana\u2019s log")).to_be_visible()
    assert not [one for one in asked if found[1] in one]


def test_a_code_read_aloud_needs_a_yes_from_both(world: Cast, open_as: type_of_open) -> None:
    ana, bo = open_as(world.ana), open_as(world.bo, java_script_enabled=False)
    ana.goto(reverse("sharing:invite", args=[world.ana_log.pk]))
    ana.get_by_label("With a code that I read aloud").check()
    ana.get_by_text("See Injections").click()
    ana.get_by_role("button", name="Invite").click()
    code = ana.locator("[data-code]").inner_text()
    bo.goto("/invitations/")
    bo.get_by_label("The code").fill(code.lower())
    bo.get_by_role("button", name="Go on").click()
    bo.get_by_role("button", name="Accept").click()
    expect(bo.get_by_role("heading", name="Almost there")).to_be_visible()
    ana.goto(reverse("sharing:sharing", args=[world.ana_log.pk]))
    ana.get_by_role("button", name="Yes, share with Bo").click()
    bo.goto("/shared/")
    bo.get_by_role("link", name="Ana\u2019s log").click()
    expect(bo.get_by_text("Ana shares with you: Injections.")).to_be_visible()


def test_exit_leaves_nothing_on_the_page(world: Cast, open_as: type_of_open) -> None:
    ana = open_as(world.ana)
    ana.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="An encyclopedia"))
    ana.goto(reverse("sharing:sharing", args=[world.ana_log.pk]))
    ana.get_by_role("link", name="Exit this page").click()
    expect(ana.get_by_text("An encyclopedia")).to_be_visible(timeout=5_000)
    ana.go_back()
    assert "Sam" not in ana.locator("body").inner_text()
