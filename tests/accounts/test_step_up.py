"""Showing again who one is: when it is asked, what survives it, and who cannot walk around it."""

import time
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from symptoms.accounts import kept
from symptoms.accounts.models import User
from symptoms.accounts.step_up import recent_sign_in
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import code_of, set_up, sign_in, signed_in_before

PASSWORD = "a long and quiet word"
DEED = "/deed/"


@recent_sign_in
def deed(request: HttpRequest) -> HttpResponse:
    """Do something that needs a step: say what was sent."""
    return HttpResponse(f"{request.method} {request.POST.get('note', '')} {request.POST.getlist('s')}")


urlpatterns = [path("deed/", deed), path("", include("kesimpta_tracker.urls"))]


@pytest.fixture(autouse=True)
def _with_the_deed() -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def ana(cast: Cast) -> User:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return confirmed(cast.ana)


def test_who_has_just_signed_in_is_not_asked(client: Client, ana: User) -> None:
    client.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    assert client.get(DEED).content == b"GET  []"


@pytest.mark.parametrize(("ago_s", "asked"), [(0, False), (299, False), (301, True), (86_400, True), (-60, True)])
def test_it_is_asked_after_five_minutes(client: Client, ana: User, ago_s: int, asked: bool) -> None:
    signed_in_before(client, ana, ago_s)
    answer = client.get(DEED)
    assert (answer.status_code == 302) is asked
    if asked:
        assert answer["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fdeed%2F"


def test_session_without_any_record_is_asked(client: Client, ana: User) -> None:
    signed_in_before(client, ana, 0)
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    assert client.get(DEED).status_code == 302


def test_what_was_sent_is_done_by_one_press_after_the_password(client: Client, ana: User) -> None:
    signed_in_before(client, ana, 3600)
    asked = client.post(f"{DEED}?a=1&b=2", {"note": '<b>"tired" & cold</b>', "s": ["x", "y"]})
    assert asked.status_code == 302
    wrong = client.post(reverse("account_reauthenticate"), {"password": "wrong", "next": f"{DEED}?a=1&b=2"})
    assert wrong.status_code == 200
    right = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": f"{DEED}?a=1&b=2"})
    assert right["Location"] == f"{DEED}?a=1&b=2"
    page = client.get(right["Location"])
    html = page.content.decode()
    assert 'value="&lt;b&gt;&quot;tired&quot; &amp; cold&lt;/b&gt;"' in html
    assert html.count('name="s"') == 2
    assert f'action="{DEED}?a=1&amp;b=2"' in html
    fields = page.context["kept"].fields
    assert fields == [("note", '<b>"tired" & cold</b>'), ("s", "x"), ("s", "y")]
    assert client.get(right["Location"]).content == b"GET  []", "it is offered once"


def test_what_was_sent_is_kept_for_nobody_else_and_not_for_long(client: Client, cast: Cast, ana: User) -> None:
    signed_in_before(client, ana, 3600)
    client.post(DEED, {"note": "mine"})
    assert client.session[kept.KEY]["user"] == ana.pk
    session = client.session
    session[kept.KEY] |= {"user": cast.bo.pk}
    session.save()
    assert b"mine" not in client.get(DEED).content
    client.post(DEED, {"note": "mine"})
    session = client.session
    session[kept.KEY] |= {"at": time.time() - 3601}
    session.save()
    assert b"mine" not in client.get(DEED).content
    client.post(DEED, {"note": "m" * kept.LONGEST})
    assert kept.KEY not in client.session


def test_carrying_on_needs_the_token_of_the_page(ana: User) -> None:
    client = Client(enforce_csrf_checks=True)
    signed_in_before(client, ana, 10)
    assert client.post(DEED, {"note": "forged"}).status_code == 403


def test_who_has_a_second_factor_steps_up_with_it(client: Client, ana: User) -> None:
    factor = set_up(ana)
    sign_in(client, ana, ago_s=3600)
    assert client.post(DEED, {"note": "x"})["Location"].startswith(reverse("mfa_reauthenticate"))
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": DEED})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate")), "the password is not offered"
    assert client.get(f"{DEED}?again").status_code == 302
    code = code_of(factor)
    assert client.post(reverse("mfa_reauthenticate"), {"code": code, "next": DEED})["Location"] == DEED
    assert client.get(DEED).context["kept"].fields == [("note", "x")]
    assert client.post(DEED, {"note": "x"}).content == b"POST x []"


def test_script_is_led_to_the_step_and_back_to_its_page(client: Client, ana: User) -> None:
    signed_in_before(client, ana, 3600)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/you/"}
    answer = client.post(DEED, {"note": "x"}, headers=headers)
    assert answer["HX-Redirect"] == f"{reverse('account_reauthenticate')}?next=%2Fyou%2F"
    assert kept.KEY not in client.session
    foreign = {"HX-Request": "true", "HX-Current-URL": "http://evil.example/you/"}
    assert client.get(DEED, headers=foreign)["HX-Redirect"].endswith("?next=%2F")


def test_signed_out_people_are_led_to_the_sign_in_page(client: Client, db: None) -> None:
    assert client.post(DEED)["Location"] == f"{reverse('account_login')}?next={DEED}"
