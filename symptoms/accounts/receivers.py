"""What happens to sessions, and what is written down, when somebody signs in or out or changes how they sign in."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    email_confirmed,
    password_changed,
    password_reset,
)
from allauth.account.signals import user_logged_in as signed_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from symptoms.accounts import kept, sessions
from symptoms.accounts.factors import KINDS, factors, forget
from symptoms.accounts.models import User
from symptoms.audit.actions import record


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **_more: Any) -> None:
    """Note when the session began, and for whom what was kept in it is."""
    said = request.session.pop(sessions.CHOICE, None)
    shared = bool(request.POST.get("shared_device")) if said is None else bool(said)
    sessions.begin(request.session, shared=shared)
    kept.forget_of_others(request, user.pk)


@receiver(signed_in)
def note_sign_in(request: HttpRequest, user: User, **_more: Any) -> None:
    """Write down a sign-in, with the kinds of what was shown: password, webauthn, totp, recovery_codes."""
    kinds = [one.get("type") or one["method"] for one in get_authentication_records(request, user)]
    record("accounts.signed-in", by=user, subject=f"user:{user.uuid}", data={"by": kinds})


@receiver(authentication_step_completed)
def renew_key(request: HttpRequest, user: User, **_more: Any) -> None:
    """Give the session a new key when somebody who is signed in shows again who they are."""
    if request.user.is_authenticated and request.user.pk == user.pk:
        sessions.renew(request.session)


@receiver(user_logged_out)
def clear_site(request: HttpRequest | None, user: User | None, **_more: Any) -> None:
    """Have the browser forget what it holds of us. On an own device reminders may still come by push, which live in
    its storage; on a shared one that goes too."""
    if request is None or user is None:
        return
    shared = sessions.is_shared(request.session)
    cleared = '"cache", "cookies", "storage"' if shared else '"cache", "cookies"'
    request.cleared_site_data = cleared  # type: ignore[attr-defined]
    record("accounts.signed-out", by=user, subject=f"user:{user.uuid}")


@receiver(authenticator_added)
def count_first_factor(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Setting up the first factor showed it: nobody is asked for it again at once."""
    forget(user)
    kinds = [kind for kind in factors(user).values() if kind in KINDS]
    if authenticator.type in KINDS and len(kinds) == 1:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    sessions.offer_to_end_others(request, user)
    record("accounts.factor-added", by=user, subject=f"user:{user.uuid}", data={"kind": authenticator.type})


@receiver(authenticator_removed)
def note_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    forget(user)
    sessions.offer_to_end_others(request, user)
    record("accounts.factor-removed", by=user, subject=f"user:{user.uuid}", data={"kind": authenticator.type})


@receiver(authenticator_reset)
def note_reset(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    forget(user)
    sessions.offer_to_end_others(request, user)
    record("accounts.factor-renewed", by=user, subject=f"user:{user.uuid}", data={"kind": authenticator.type})


@receiver(authentication_failed)
def note_failed(user: User, authenticator: Authenticator, **_more: Any) -> None:
    record("accounts.factor-failed", by=user, subject=f"user:{user.uuid}", data={"kind": authenticator.type})


@receiver([password_changed, password_reset])
def note_password(user: User, **_more: Any) -> None:
    record("accounts.password-changed", by=user, subject=f"user:{user.uuid}")


@receiver(email_confirmed)
def note_confirmed(email_address: Any, **_more: Any) -> None:
    user = email_address.user
    record("accounts.email-confirmed", by=user, subject=f"user:{user.uuid}")


@receiver(email_changed)
def note_address(request: HttpRequest, user: User, **_more: Any) -> None:
    sessions.offer_to_end_others(request, user)
    record("accounts.email-changed", by=user, subject=f"user:{user.uuid}")
