"""Signing in by force as people really do, as a pytest plugin.

Django's `force_login` leaves no trace of how somebody signed in. Here it was by password just now, and by a code too
where a clinic or the staff asks for one, so that the gates of the sign-in stand open as for real people.
`tests.factories.second_factor` has the other ways.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from symptoms.accounts import adapter
from symptoms.accounts.factors import has_factor, must_have_factor
from symptoms.accounts.models import User
from tests.factories.second_factor import PLAIN_LOGIN, set_up


def force_login(client: Client, user: User, backend: str | None = None) -> None:
    """Sign somebody in, with a second factor where they must have one or have one."""
    PLAIN_LOGIN(client, user, backend)
    person = User.objects.get(pk=user.pk)
    records: list[dict[str, Any]] = [{"method": "password", "at": time.time()}]
    if must_have_factor(person) or has_factor(person):
        records.append({"method": "mfa", "at": time.time(), "id": set_up(person).pk, "type": "totp"})
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = records
    session.save()


class AtOnce:
    """Runs an errand before it returns, so that a test need not wait for a mail."""

    def run(self, function: Callable[..., Any], *args: Any) -> bool:
        function(*args)
        return True


@pytest.fixture(autouse=True)
def _mails_of_the_sign_in_are_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MAILS", AtOnce())


@pytest.fixture(autouse=True)
def _sign_in_as_people_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "force_login", force_login)
