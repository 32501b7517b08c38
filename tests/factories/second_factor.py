"""Sign in with the second factor, as a session looks after the code was typed."""

import time
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.test import Client

from symptoms.accounts.actions import make_curator
from symptoms.accounts.models import User

# As Django has it; `tests.signing_in` puts another in its place while a test runs.
PLAIN_LOGIN: Final = Client.force_login


def curator(user: User) -> User:
    """Let somebody work on the rules."""
    make_curator(user=user, by=None)
    user.refresh_from_db()
    return user


def set_up(user: User) -> Authenticator:
    """Give somebody an authenticator app."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found or TOTP.activate(user, generate_totp_secret()).instance


def sign_in(client: Client, user: User, ago_s: float = 0) -> Client:
    """Sign somebody in by password and code, `ago_s` seconds ago."""
    factor = set_up(user)
    return _sign_in(client, user, ago_s, [{"method": "mfa", "id": factor.pk, "type": "totp"}])


def signed_in_before(client: Client, user: User, ago_s: float) -> Client:
    """Sign somebody in by password alone, `ago_s` seconds ago."""
    return _sign_in(client, user, ago_s, [])


def _sign_in(client: Client, user: User, ago_s: float, more: list[dict[str, Any]]) -> Client:
    PLAIN_LOGIN(client, user)
    session = client.session
    at = time.time() - ago_s
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"at": at, **one} for one in [{"method": "password"}, *more]]
    session.save()
    return client


def code_of(factor: Authenticator | str) -> str:
    """Return the six figures that the app shows now, for a factor or its secret."""
    secret = factor if isinstance(factor, str) else decrypt(factor.data["secret"])
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))
