"""Sign in with the second factor, as a session looks after the code was typed."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from symptoms.accounts.actions import make_curator
from symptoms.accounts.models import User


def curator(user: User) -> User:
    """Let somebody work on the rules."""
    make_curator(user=user, by=None)
    user.refresh_from_db()
    return user


def set_up(user: User) -> Authenticator:
    """Give somebody an authenticator app."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found or TOTP.activate(user, generate_totp_secret()).instance


def sign_in(client: Client, user: User) -> Client:
    """Sign somebody in by password and code."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "at": time.time(), "id": set_up(user).pk, "type": "totp"},
    ]
    session.save()
    return client


def code_of(secret: str) -> str:
    """Return the six figures that the app shows now."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))
