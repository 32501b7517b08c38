"""Nobody learns from us who has an account: not by what is said, nor by status, nor by the work that is done."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from tests.factories.cast import Cast, confirmed

PASSWORD = "a long and quiet word"
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


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time that the expensive hash is worked out."""
    done: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: Any, *args: Any, real: Any = real, **more: Any) -> Any:
            done.append("hash")
            return real(self, *args, **more)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    return done


def plain(answer: Any, email: str) -> tuple[int, str, str]:
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(email, "ADDRESS")
    return answer.status_code, answer.headers.get("Location", ""), text


def said(route: str, email: str) -> dict[str, str]:
    return {
        "account_login": {"login": email, "password": "not the password"},
        "account_signup": {"name": "Somebody", "email": email, "password1": "my own quiet words"},
        "account_reset_password": {"email": email},
    }[route]


@pytest.mark.parametrize("route", ["account_login", "account_signup", "account_reset_password"])
def test_known_and_unknown_address_look_alike_and_cost_the_same(ana: User, work: list[str], route: str) -> None:
    found = []
    for email in (ana.email, UNKNOWN):
        work.clear()
        client = Client()
        answer = client.post(reverse(route), said(route, email))
        follows = client.get(answer["Location"]) if answer.status_code == 302 else answer
        found.append((plain(answer, email), plain(follows, email), len(work)))
    assert found[0] == found[1]
    assert found[0][2] == (0 if route == "account_reset_password" else 1)


def test_person_without_a_password_costs_the_same(ana: User, work: list[str]) -> None:
    ana.set_unusable_password()
    ana.save()
    work.clear()
    Client().post(reverse("account_login"), said("account_login", ana.email))
    assert len(work) == 1


def test_closed_account_looks_like_a_wrong_password_until_the_password_is_right(ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    closed = Client().post(reverse("account_login"), said("account_login", ana.email))
    unknown = Client().post(reverse("account_login"), said("account_login", UNKNOWN))
    assert plain(closed, ana.email) == plain(unknown, UNKNOWN)


def test_mail_goes_to_the_owner_and_to_nobody_else(ana: User) -> None:
    Client().post(reverse("account_reset_password"), said("account_reset_password", UNKNOWN))
    assert mail.outbox == [], "who never asked for an account gets no mail"
    Client().post(reverse("account_reset_password"), said("account_reset_password", ana.email))
    Client().post(reverse("account_signup"), said("account_signup", ana.email))
    assert [message.to for message in mail.outbox] == [[ana.email], [ana.email]]
    assert mail.outbox[1].subject == "You have an account already"
    assert User.objects.filter(email=ana.email).count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"email": ["victim", "evil@example.net"]},
        {"email": ["evil@example.net", "victim"]},
        {"email[]": ["victim", "evil@example.net"]},
        {"email": ["victim,evil@example.net"]},
        {"email": ["victim;evil@example.net"]},
        {"email": ["victim\nBcc: evil@example.net"]},
        {"email": ["victim%0aBcc:evil@example.net"]},
        {"email": ["<victim>"]},
        {"email": ['{"a": "victim"}']},
        {"email": ["an\u0430@example.org"]},  # a Cyrillic letter
        {"email": ["\u0101na@example.org"]},
        {"email": ["ana@\u0435xample.org"]},
        {"email": ["\uff41na@example.org"]},  # a full-width letter
    ],
)
def test_link_goes_to_the_stored_address_or_nowhere(ana: User, sent: dict[str, list[str]]) -> None:
    data = {name: [value.replace("victim", ana.email) for value in values] for name, values in sent.items()}
    answer = Client().post(reverse("account_reset_password"), data)
    assert answer.status_code in {200, 302, 400}
    for message in mail.outbox:
        assert message.recipients() == [ana.email]
        assert "evil" not in message.message().as_string()


def test_dotless_i_is_not_taken_for_an_i(db: None) -> None:
    confirmed(User.objects.create_user("iris@example.org", PASSWORD, name="Iris"))
    Client().post(reverse("account_reset_password"), {"email": "\u0131ris@example.org"})
    assert mail.outbox == []


def test_address_that_only_waits_gets_no_link(ana: User) -> None:
    EmailAddress.objects.create(user=ana, email="waiting@example.net", verified=False, primary=False)
    Client().post(reverse("account_reset_password"), {"email": "waiting@example.net"})
    assert all(message.to == [ana.email] for message in mail.outbox)
