"""What was typed survives a session that ended and a token that grew old; a forged form survives nothing."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.accounts import kept, sessions
from symptoms.accounts.models import User
from tests.factories.cast import Cast, confirmed

PASSWORD = "a long and quiet word"
SAID = {"name": "Ana Moreno", "country": "IE", "time_zone": "Europe/Dublin", "temperature_unit": "F", "theme": "dark"}
YOU = "/you/"
PAGE = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def ana(cast: Cast) -> User:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return confirmed(cast.ana)


def ended(user: User) -> Client:
    """Return a browser whose session has lasted more than twelve hours."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[sessions.KEY] = {**session[sessions.KEY], "began": 0}
    session.save()
    return client


def signs_in(client: Client, user: User) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": YOU})


def test_form_of_an_ended_session_is_there_again_after_signing_in(ana: User) -> None:
    client = ended(ana)
    answer = client.post(YOU, SAID, headers=PAGE)
    assert answer["Location"] == f"{reverse('account_login')}?next={YOU}"
    assert User.objects.get(pk=ana.pk).country == "GB"
    page = client.get(signs_in(client, ana)["Location"])
    assert dict(page.context["kept"].fields) == SAID
    assert client.post(YOU, dict(page.context["kept"].fields)).status_code == 302
    assert User.objects.get(pk=ana.pk).country == "IE"


def test_next_person_at_the_device_gets_nothing_of_it(ana: User, cast: Cast) -> None:
    cast.bo.set_password(PASSWORD)
    cast.bo.save()
    client = ended(ana)
    client.post(YOU, SAID, headers=PAGE)
    assert kept.KEY in client.session
    page = client.get(signs_in(client, confirmed(cast.bo))["Location"])
    assert "Europe/Dublin" not in str(page.context.get("kept"))
    assert kept.KEY not in client.session


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}, {}])
def test_what_a_script_sends_is_not_kept(ana: User, headers: dict[str, str]) -> None:
    client = ended(ana)
    client.post(YOU, SAID, headers=headers)
    assert kept.KEY not in client.session


def test_form_of_somebody_unknown_stays_in_the_page(client: Client, db: None) -> None:
    answer = client.post(YOU, SAID, headers=PAGE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'value="Europe/Dublin"' in page
    assert "You are signed out." in page
    assert kept.KEY not in client.session


def test_old_token_of_our_own_page_is_renewed_with_what_was_typed(ana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    answer = client.post(YOU, {**SAID, "csrfmiddlewaretoken": "x" * 64}, headers=PAGE)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert 'value="Europe/Dublin"' in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    assert client.post(YOU, {**SAID, "csrfmiddlewaretoken": token[1]}, headers=PAGE).status_code == 302
    assert User.objects.get(pk=ana.pk).country == "IE"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Mode": "navigate"},
        {**PAGE, "Sec-Fetch-Site": "cross-site"},
        {**PAGE, "Sec-Fetch-Site": "same-site"},
        {**PAGE, "Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("token", ["", "foreign", "text"])
def test_forged_form_is_refused_and_not_offered(ana: User, headers: dict[str, str], token: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    said: Any = {**SAID, "csrfmiddlewaretoken": "y" * 64} if token == "foreign" else SAID
    if token == "text":
        answer = client.post(YOU, str(said), content_type="text/plain", headers=headers)
    else:
        answer = client.post(YOU, said, headers=headers)
    assert answer.status_code == 403
    assert "Europe/Dublin" not in answer.content.decode()
    assert User.objects.get(pk=ana.pk).country == "GB"


def test_password_is_never_put_into_a_page(ana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("account_login"), {"login": ana.email, "password": "secret words"}, headers=PAGE)
    assert answer.status_code == 403
    assert "secret words" not in answer.content.decode()


def test_signed_out_script_is_led_to_the_sign_in_page(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/rules/"}
    answer = client.post(YOU, SAID, headers=headers)
    assert client.get(YOU, headers=headers).status_code == 302, "what looks for news by itself moves no page"
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=%2Frules%2F"
