"""A passkey in a real browser, with a device that Chromium makes up: made, signs in, shows again who one is.

The device answers by itself, as after a finger on its sensor; nothing is typed.
"""

import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from symptoms.accounts.models import User
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import set_up
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open

PASSWORD = "a long and quiet word"
pytestmark = pytest.mark.journey


@pytest.fixture
def ana(world: Cast) -> User:
    world.ana.set_password(PASSWORD)
    world.ana.save()
    return confirmed(world.ana)


@pytest.fixture
def lindqvist(world: Cast) -> User:
    world.lindqvist.set_password(PASSWORD)
    world.lindqvist.save()
    return confirmed(world.lindqvist)


def device(page: Page) -> Any:
    """Give the browser a device that holds passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    about = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": about})
    return session, made["authenticatorId"]


def rest(held: Any, *, still: bool) -> None:
    """Have the device answer only when it is touched, or at once again.

    The sign-in page offers a passkey as soon as it is there, and a device that answers at once would take the offer.
    """
    session, made = held
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": made, "enabled": not still})


def type_password(page: Page, user: User) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(lambda address: urlsplit(address).path == "/")
    page.goto("/account/login/")


def test_passkey_is_made_signs_in_and_steps_up(open_as: type_of_open, ana: User) -> None:
    page = open_as(None)
    heard = listen(page)
    held = device(page)
    type_password(page, ana)
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Make a passkey").click()
    assert barriers(page) == []
    page.get_by_role("button", name="Make it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert Authenticator.objects.filter(user=ana, type="webauthn").count() == 1

    rest(held, still=True)
    sign_out(page)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    assert barriers(page) == []
    rest(held, still=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/you/")
    expect(page.get_by_text(ana.email).first).to_be_visible()

    grow_old(page)
    page.goto("/account/2fa/webauthn/add/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    assert barriers(page) == []
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a passkey")
    assert heard == []


def grow_old(page: Page) -> None:
    """Let the last sign-in be more than five minutes ago."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    session = SessionStore(key)
    session["account_authentication_methods"] = [
        {**one, "at": time.time() - 600} for one in session["account_authentication_methods"]
    ]
    session.save()


def test_passkey_is_offered_before_anything_is_pressed(open_as: type_of_open, ana: User) -> None:
    page = open_as(None)
    device(page)
    type_password(page, ana)
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_role("button", name="Make it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    sign_out(page)
    page.wait_for_url(lambda url: "/account/" not in url)


def test_nurse_makes_a_passkey_before_anything_else(open_as: type_of_open, lindqvist: User) -> None:
    page = open_as(None)
    device(page)
    type_password(page, lindqvist)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step before you go on")
    assert barriers(page) == []
    page.get_by_role("link", name="Make a passkey: face, finger or PIN").click()
    page.get_by_role("button", name="Make it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("One more step before you go on")


def test_passkey_as_the_second_step_after_the_password(open_as: type_of_open, ana: User) -> None:
    page = open_as(None)
    held = device(page)
    type_password(page, ana)
    page.goto("/account/2fa/webauthn/add/")
    page.get_by_role("button", name="Make it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    rest(held, still=True)
    sign_out(page)
    type_password(page, ana)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    rest(held, still=False)
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def test_device_that_knows_nobody_says_so_and_the_password_still_works(open_as: type_of_open, ana: User) -> None:
    page = open_as(None)
    session, made = device(page)
    page.goto("/account/login/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-said]")).to_contain_text("another way")
    type_password(page, ana)
    page.wait_for_url(lambda url: "/account/" not in url)


def test_without_javascript_the_password_and_a_code_are_left(open_as: type_of_open, ana: User) -> None:
    page = open_as(None, java_script_enabled=False)
    page.goto("/account/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    set_up(ana)
    type_password(page, ana)
    expect(page.get_by_label("Code")).to_be_visible()


def test_live_server_is_called_by_a_name(live_server: LiveServer) -> None:
    """A passkey belongs to a name, never to a number."""
    assert live_server.url.startswith("http://localhost:")
