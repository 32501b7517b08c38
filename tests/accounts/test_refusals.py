"""What is written down of refused sign-ins: enough to see an attack, nothing that was typed, and no way to fill it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import code_of, set_up

PASSWORD = "a long and quiet word"
WRONG = "not-the-pass-word-9"
UNKNOWN = "nobody@example.org"


@pytest.fixture(autouse=True)
def _counted_anew(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ana(cast: Cast) -> User:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return confirmed(cast.ana)


def tries(email: str, password: str = WRONG) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def events(verb: str) -> list[tuple[Any, str, dict[str, Any]]]:
    return list(Event.objects.filter(verb=verb).order_by("pk").values_list("actor", "subject", "data"))


def test_a_wrong_password_is_an_event_that_holds_nothing_typed(ana: User) -> None:
    tries(ana.email)
    tries(ana.email.upper())
    tries(UNKNOWN)
    owner = f"user:{ana.uuid}"
    assert events("accounts.password-failed") == [(None, owner, {}), (None, owner, {}), (None, "", {})]
    told = json.dumps(list(Event.objects.values()), default=str)
    assert WRONG not in told and UNKNOWN not in told and ana.email not in told


def test_a_wrong_password_at_the_step_is_one_too(ana: User) -> None:
    client = tries(ana.email, PASSWORD)
    client.post(reverse("account_reauthenticate"), {"password": WRONG})
    assert events("accounts.password-failed") == [(None, f"user:{ana.uuid}", {})]


@pytest.mark.parametrize("times", [1, 6])
def test_known_and_unknown_address_are_written_down_by_the_same_work(ana: User, times: int) -> None:
    """The event is written for both, and for both the account is looked up; throttled (the sixth time) as well."""
    found = []
    for email in (ana.email, UNKNOWN):
        cache.clear()
        for _ in range(times - 1):
            tries(email)
        with CaptureQueriesContext(connection) as asked:
            tries(email)
        queries = [one["sql"].rpartition("; ")[2] for one in asked]  # without who acts, behind the second wall
        work = [" ".join(one.split()[:3]) for one in queries if '"cache_rows"' not in one]
        found.append([one for one in work if "SAVEPOINT" not in one][-2:])
    assert found[0] == found[1]
    assert found[0][0].startswith('SELECT "accounts_user"')
    assert found[0][1] == 'INSERT INTO "audit_event"'


def test_throttled_tries_are_events_and_cannot_fill_the_log(ana: User) -> None:
    for _ in range(30):
        tries(ana.email)
    for number in range(20):
        tries(f"nobody{number}@example.org")
    owner = f"user:{ana.uuid}"
    assert len(events("accounts.password-failed")) <= 10, "the throttle bounds them"
    assert events("accounts.throttled") == [(None, owner, {})] * 5


def test_failed_and_throttled_codes_are_events(ana: User) -> None:
    set_up(ana)
    client = tries(ana.email, PASSWORD)
    for _ in range(20):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert events("accounts.factor-failed") == [(ana.uuid, f"user:{ana.uuid}", {"kind": "totp"})] * 5
    assert events("accounts.throttled") == [(None, f"user:{ana.uuid}", {})] * 5


def test_a_refused_passkey_is_an_event_and_cannot_fill_the_log(ana: User) -> None:
    """A passkey is never throttled, so its events are."""
    for _ in range(20):
        answer = Client().post(reverse("mfa_login_webauthn"), {"credential": json.dumps({"response": {}})})
        assert answer.status_code < 500
    assert events("accounts.factor-failed") == [(None, "", {"kind": "webauthn"})] * 5


def test_a_sign_in_tells_the_kinds_of_what_was_shown(ana: User) -> None:
    tries(ana.email, PASSWORD)
    factor = set_up(ana)
    tries(ana.email, PASSWORD).post(reverse("mfa_authenticate"), {"code": code_of(factor)})
    told = [data for _who, _whom, data in events("accounts.signed-in")]
    assert told == [{"by": ["password"]}, {"by": ["password", "totp"]}]
