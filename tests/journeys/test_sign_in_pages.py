"""The pages of signing in, of one's own factors and of what went wrong: no barrier, and one thing to do first."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from symptoms.accounts.models import User
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import set_up, sign_in, signed_in_before
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open
from tests.journeys.test_pages import LOOKS

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MAIN = "main .btn-primary:visible, main .btn-emergency[type=submit]:visible"


def signed_in(open_as: type_of_open, client: Client, **look: Any) -> Page:
    """Open a browser with the session of a test client, so that a factor and the age of the sign-in are ours to say."""
    page = open_as(None, **look)
    page.goto("/urgent-help/")
    origin, value = page.evaluate("location.origin"), client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": origin}])
    return page


def look_at(page: Page, addresses: list[str], *, leads_on: bool = False) -> list[str]:
    """Return what is wrong with each page, also where it asks for more than one thing first, or is another page."""
    wrong = []
    for address in addresses:
        page.goto(address)
        if not leads_on and page.evaluate("location.pathname") != address:
            wrong.append(f"{address} led to {page.url}")
        wrong += [f"{address}: {one}" for one in barriers(page)]
        if (count := page.locator(MAIN).count()) > 1:
            wrong.append(f"{address}: {count} main actions")
    return wrong


def names(*routes: str) -> list[str]:
    return [reverse(route) for route in routes]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_ones_own_factors(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    ana = confirmed(world.ana)
    page = signed_in(open_as, signed_in_before(Client(), ana, 0), width=width, scheme=scheme)
    heard = listen(page)
    own = ["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_activate_totp", "account_email"]
    wrong = look_at(page, names(*own, "account_change_password", "accounts:sessions", "account_logout"))
    set_up(ana)
    RecoveryCodes.activate(ana)
    page = signed_in(open_as, sign_in(Client(), ana), width=width, scheme=scheme)
    more = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
    wrong += look_at(page, names(*more))
    EmailAddress.objects.create(user=ana, email="new@example.org", verified=False)
    wrong += look_at(page, names("account_email"))
    page.goto(reverse("sharing:history", args=[world.ana_log.pk]))
    assert wrong + barriers(page) + heard == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_that_ask_who_is_there(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    """The step before what matters, with a way out; and the page of a nurse without a second factor."""
    ana = confirmed(world.ana)
    page = signed_in(open_as, signed_in_before(Client(), ana, 900), width=width, scheme=scheme)
    wrong = look_at(page, [reverse("mydata:erase")], leads_on=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    expect(page.get_by_role("link", name="Not now")).to_be_visible()
    set_up(ana)
    page = signed_in(open_as, sign_in(Client(), ana, 900), width=width, scheme=scheme)
    wrong += look_at(page, [reverse("mydata:erase")], leads_on=True)
    expect(page.get_by_label("Code")).to_be_visible()
    nurse = signed_in(open_as, signed_in_before(Client(), world.lindqvist, 0), width=width, scheme=scheme)
    assert wrong + look_at(nurse, [reverse("inbox:queue", args=[world.clinic.pk])]) == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_whoever_is_signed_out(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    page = open_as(None, width=width, scheme=scheme)
    routes = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
    gone = [reverse("account_confirm_email", args=["none"]), "/account/password/reset/key/1-none/", "/invitations/"]
    wrong = look_at(page, [*names(*routes, "account_email_verification_sent"), *gone, "/no/such/page/"])
    expect(page.get_by_role("heading", level=1)).to_have_text("We could not find this page")
    assert wrong == []


EMPTY = [
    ("account_login", "Sign in", ["Type your e-mail address.", "Type your password."]),
    ("account_signup", "Make my account", ["Type your name.", "Type your e-mail address.", "Type a new password."]),
    ("account_reset_password", "Send me the link", ["Type your e-mail address."]),
]


@pytest.mark.parametrize(("route", "button", "told"), EMPTY)
def test_an_empty_field_says_what_to_type(
    world: Cast, open_as: type_of_open, route: str, button: str, told: list[str]
) -> None:
    """Without JavaScript too: the summary holds the focus, and each line of it leads to its field."""
    page = open_as(None, width=320)
    page.goto(reverse(route))
    page.get_by_role("button", name=button, exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert summary.get_by_role("link").all_inner_texts() == told
    summary.get_by_role("link").last.click()
    assert page.evaluate("document.querySelector(location.hash).matches('input')")
    assert barriers(page) == []


def test_sessions_name_the_device_and_end_one_by_one(world: Cast, open_as: type_of_open) -> None:
    ana: User = confirmed(world.ana)
    ana.set_password("a long and quiet word")
    ana.save()
    here, there = open_as(None, width=320), open_as(None)
    for page in (there, here):
        page.goto(reverse("account_login"))
        page.get_by_label("E-mail address").fill(ana.email)
        page.get_by_label("Password", exact=True).fill("a long and quiet word")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/account/" not in url)
    assert look_at(here, names("accounts:sessions")) == []
    here.get_by_role("button", name="Sign out Chrome").click()
    expect(here.get_by_text("That device is signed out.")).to_be_visible()
    there.goto("/you/")
    assert "/account/login/" in there.url
