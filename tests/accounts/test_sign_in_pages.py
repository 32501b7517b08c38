"""The sign-in pages stand in our frame, speak plainly, and say what to put right."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.cast import Cast

OPEN = [
    ("account_login", {}, "Sign in"),
    ("account_signup", {}, "Make an account"),
    ("account_reset_password", {}, "Get a new password"),
    ("account_reset_password_done", {}, "Look in your e-mail"),
    ("account_reset_password_from_key", {"uidb36": "1", "key": "0-0"}, "This link no longer works"),
    ("account_reset_password_from_key_done", {}, "Your password is changed"),
    ("account_confirm_email", {"key": "none"}, "Confirm your e-mail address"),
    ("account_email_verification_sent", {}, "Look in your e-mail"),
    ("account_inactive", {}, "This account is closed"),
]
SIGNED_IN = [
    ("account_logout", "Sign out?"),
    ("account_change_password", "Change my password"),
    ("account_email", "My e-mail address"),
    ("account_reauthenticate", "Is it still you?"),
]


def assert_stands_in_our_frame(page: str, heading: str) -> None:
    assert page.count("<h1") == 1
    assert heading in page[page.index("<h1") : page.index("</h1>")].strip()
    assert 'class="topbar"' in page
    assert 'href="/urgent-help/"' in page
    assert "This app is not a doctor." in page
    assert "style=" not in page
    assert all('src="' in script for script in re.findall(r"<script[^>]*>", page)), "no script stands in the page"


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "kwargs", "heading"), OPEN)
def test_open_page_stands_in_our_frame(client: Client, route: str, kwargs: dict[str, str], heading: str) -> None:
    response = client.get(reverse(route, kwargs=kwargs or None))
    assert response.status_code == 200
    assert_stands_in_our_frame(response.content.decode(), heading)


@pytest.mark.parametrize(("route", "heading"), SIGNED_IN)
def test_page_of_an_account_stands_in_our_frame(client: Client, cast: Cast, route: str, heading: str) -> None:
    cast.ana.set_password("correct horse 7")
    cast.ana.save()
    client.force_login(cast.ana)
    response = client.get(reverse(route))
    assert response.status_code == 200
    assert_stands_in_our_frame(response.content.decode(), heading)


@pytest.mark.django_db
def test_wrong_sign_in_says_so_in_title_summary_and_field_and_keeps_the_answer(client: Client) -> None:
    page = client.post(reverse("account_login"), {"login": "ana", "password": ""}).content.decode()
    assert "<title>Error: " in page
    assert '<a href="#id_login">' in page
    assert 'id="id_login_error"' in page
    assert 'value="ana"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.django_db
def test_way_to_a_new_password_comes_after_the_password(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert page.count(f'href="{reverse("account_reset_password")}"') == 1
    assert page.index('type="password"') < page.index(reverse("account_reset_password"))


@pytest.mark.django_db
def test_password_can_be_filled_in_by_a_manager(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="username webauthn"' in page, "a passkey is offered in the same field"
