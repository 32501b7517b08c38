"""Guessing is slowed down by account and by real address; a passkey is never locked out."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from symptoms.accounts.adapter import NOWHERE, AccountAdapter
from symptoms.accounts.models import User
from symptoms.accounts.words import too_many_tries
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import code_of, set_up, signed_in_before

PASSWORD = "a long and quiet word"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _counted_anew(db: None) -> Any:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ana(cast: Cast) -> User:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return confirmed(cast.ana)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often a password was really looked at."""
    seen: list[str] = []
    real = User.check_password

    def check(user: User, password: str) -> bool:
        seen.append(password)
        return bool(real(user, password))

    monkeypatch.setattr(User, "check_password", check)
    return seen


def tries(email: str, **headers: str) -> Any:
    return Client().post(LOGIN, {"login": email, "password": "wrong"}, headers=headers)


def test_one_account_is_tried_five_times_and_says_when_to_try_again(ana: User, hashed: list[str]) -> None:
    pages = [tries(ana.email).content.decode() for _ in range(12)]
    assert len(hashed) == 5
    assert all("do not go together" in page for page in pages[:5])
    assert "Wait 5 minutes, then try again. A passkey works at once." in pages[5]
    refused = Client().post(LOGIN, {"login": ana.email, "password": PASSWORD})
    assert refused.status_code == 200, "the right password waits too"
    assert len(hashed) == 5


def test_forged_address_does_not_help(ana: User, hashed: list[str]) -> None:
    for number in range(100):
        tries(ana.email, **{"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"})
    assert len(hashed) == 5


def test_many_accounts_from_one_address_are_slowed_down(cast: Cast, ana: User, hashed: list[str]) -> None:
    people = [cast.ana, cast.bo, cast.sam, cast.far]
    for number in range(40):
        tries(people[number % 4].email, **{"X-Forwarded-For": f"203.0.113.{number}"})
    assert len(hashed) <= 10


def test_behind_a_proxy_the_address_that_it_adds_counts(settings: LazySettings, ana: User, hashed: list[str]) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(12):  # what stands before the last is the guesser's own
        tries(f"nobody{number}@example.org", **{"X-Forwarded-For": f"10.0.0.{number}, 198.51.100.7"})
    tries(ana.email, **{"X-Forwarded-For": "198.51.100.7"})
    assert hashed == []
    tries(ana.email, **{"X-Forwarded-For": "198.51.100.8"})
    assert len(hashed) == 1, "somebody else comes in"


@pytest.mark.parametrize(
    ("count", "forwarded", "peer", "counted"),
    [
        (0, "203.0.113.9", "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.1", "198.51.100.1"),
        (1, "garbage", "198.51.100.1", "198.51.100.1"),
        (0, "", "", NOWHERE),
    ],
)
def test_address_that_is_counted(settings: LazySettings, count: int, forwarded: str, peer: str, counted: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = count
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    assert AccountAdapter(request).get_client_ip(request) == counted


def test_thousand_guesses_at_a_code_are_five(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    factor = set_up(ana)
    looked: list[str] = []

    def look(_self: Any, code: str) -> bool:
        looked.append(code)
        return False

    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP.validate_code", look)
    client = Client()
    client.post(LOGIN, {"login": ana.email, "password": PASSWORD})
    pages = [client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}) for number in range(30)]
    assert len(looked) == 5
    assert "Wait 5 minutes" in pages[-1].content.decode()
    monkeypatch.undo()
    client.post(reverse("mfa_authenticate"), {"code": code_of(factor)})
    assert "_auth_user_id" not in client.session


def test_guesses_lock_no_passkey_out(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in with it, as the second step and for a step that matters: each reaches the check of the signature."""
    set_up(ana)
    key = Authenticator.objects.create(user=ana, type="webauthn", data={"name": "x", "credential": {}})
    checked: list[User] = []

    def complete(user: User, _response: Any) -> Authenticator:
        checked.append(user)
        return key

    auth = "allauth.mfa.webauthn.internal.auth"
    monkeypatch.setattr(f"{auth}.parse_authentication_response", lambda _said: None)
    monkeypatch.setattr(f"{auth}.extract_user_from_response", lambda _said: ana)
    monkeypatch.setattr(f"{auth}.complete_authentication", complete)
    monkeypatch.setattr(f"{auth}.begin_authentication", lambda _user=None: {"publicKey": {"allowCredentials": []}})
    said = {"credential": json.dumps({"response": {}})}
    second = Client()
    second.post(LOGIN, {"login": ana.email, "password": PASSWORD})
    for number in range(40):
        tries(ana.email)
        second.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
    assert second.post(reverse("mfa_authenticate"), said).status_code == 302
    assert "_auth_user_id" in second.session
    for times in range(30):
        first = Client()
        assert first.post(reverse("mfa_login_webauthn"), said)["Location"] == "/", times
        assert "_auth_user_id" in first.session
    third = signed_in_before(Client(), ana, 3600)
    assert third.post(reverse("mfa_reauthenticate_webauthn"), {**said, "next": "/you/"})["Location"] == "/you/"
    assert len(checked) == 32


def test_page_for_too_many_requests_says_when(db: None) -> None:
    for _ in range(25):
        answer = Client().post(reverse("account_signup"), {})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "Wait one minute" in answer.content.decode()
    assert "/urgent-help/" in answer.content.decode()


@pytest.mark.parametrize(("seconds", "words"), [(0, "1 minute,"), (60, "1 minute,"), (61, "2 minutes,"), (299, "5 ")])
def test_wait_is_told_in_whole_minutes(seconds: float, words: str) -> None:
    assert f"Wait {words}" in too_many_tries(seconds)
