"""What is written down of sign-ins that were refused: whose account, where there is one, and never what was typed.

An address that nobody has costs the same: it is looked up and written down alike, so that time tells nothing. What no
throttle holds back is written down a few times for each place it comes from, so that nobody can fill the log.
"""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib.limits import Limit, client_address

THROTTLED: Final = Limit("throttled sign-ins that are written down", most=5, per=timedelta(minutes=10))
PASSKEYS: Final = Limit("refused passkeys that are written down", most=5, per=timedelta(minutes=10))


def note_wrong_password(email: str) -> None:
    """Write down that a password was wrong. The throttle lets five a five minutes for each account come this far."""
    _record("accounts.password-failed", _owner(email))


def note_throttled(request: HttpRequest, *, email: str = "", user: User | None = None) -> None:
    """Write down that somebody tried too often: for an address, known or not, or for one who typed a code."""
    if THROTTLED.allows(client_address(request)):
        _record("accounts.throttled", user or _owner(email))


def note_refused_passkey(request: HttpRequest, user: User | None) -> None:
    """Write down that a passkey was refused; `user` is None where nobody had said yet who they are."""
    if PASSKEYS.allows(client_address(request)):
        _record("accounts.factor-failed", user, kind="webauthn")


def _owner(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def _record(verb: str, user: User | None, **data: str) -> None:
    record(verb, by=None, subject=f"user:{user.uuid}" if user else "", data=data)
