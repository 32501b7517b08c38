"""How allauth behaves here, where a setting cannot say it."""

import logging
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from symptoms.accounts import sealed, step_up
from symptoms.accounts.device import device_of
from symptoms.accounts.factors import has_factor
from symptoms.accounts.models import User
from symptoms.accounts.refusals import note_throttled, note_wrong_password
from symptoms.accounts.second_factor import has_second_factor
from symptoms.accounts.throttle import wait_s
from symptoms.accounts.words import too_many_tries
from symptoms.lib.background import Errands

# The easiest first. Who has a second factor shows that one; the password alone would be a step back.
ORDER: Final = ("mfa_reauthenticate:webauthn", "mfa_reauthenticate", "reauthenticate")
MAILS: Final = Errands(most=100)
NOWHERE: Final = "0.0.0.0"  # noqa: S104 (an address that nobody has)
logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by e-mail and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy("This address and password do not go together. Check both."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "email_taken": gettext_lazy("This address cannot be used."),
        "same_as_current": gettext_lazy("This is the one that you have already."),
        "rate_limited": gettext_lazy("That was too often. Wait a minute, then try again."),
    }

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again for a change of the account by the same rule as everywhere: five minutes, signing in counts."""
        return not step_up.is_recent(self.request)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Return the ways to show again who one is, `{"id", "description", "url"}`, the easiest first."""
        words = {
            "mfa_reauthenticate:webauthn": _("Use my passkey"),
            "mfa_reauthenticate": _("Type a code"),
            "reauthenticate": _("Type my password"),
        }
        found = {one["id"]: one for one in super().get_reauthentication_methods(user)}
        if isinstance(user, User) and has_factor(user):
            found.pop("reauthenticate", None)
        return [{**found[name], "description": words[name]} for name in ORDER if name in found]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try with a password. Raises ValidationError, with when to try again, after too many."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refused:
            key = self._get_login_attempts_cache_key(request, **credentials)
            note_throttled(request, email=credentials.get("email", ""))
            raise ValidationError(too_many_tries(wait_s(request, key)), code=refused.code) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_wrong_password(credentials.get("email", ""))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that tries are counted by: the peer's, or what our own proxies say it is."""
        try:
            return str(super().get_client_ip(request))
        except (ImproperlyConfigured, PermissionDenied):  # it came past the proxies, or by a socket
            return request.META.get("REMOTE_ADDR") or NOWHERE

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link to the address that signs in, whichever was typed."""
        super().send_password_reset_mail(user, user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail behind the back of the request: how long an answer takes tells nobody who has an account."""
        message = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        if MAILS.run(_post, message) is None:
            logger.error("A mail of the sign-in was not sent: too many are waiting")


def _post(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError:  # the mail server is away (smtplib's errors are OSErrors): the person asks again
        logger.exception("A mail of the sign-in was not sent")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: sealed where they are stored, and taken away only by who has shown one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This does not fit, or it was used before. Wait for the next code."),
        "unverified_email": gettext_lazy(
            "Your new e-mail address is not confirmed yet. First follow the link that we sent you."
        ),
        "cannot_delete_authenticator": gettext_lazy("Show a second factor first. Then you can remove this one."),
        "cannot_generate_recovery_codes": gettext_lazy("First make a passkey, or set up an authenticator app."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Say whether the request in hand may remove this factor."""
        return has_second_factor(self.request)

    def encrypt(self, text: str) -> str:
        return sealed.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return a name for a new passkey: what the device calls itself."""
        return device_of(self.request.META.get("HTTP_USER_AGENT", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the site in the person's list of passkeys by what it is not told by: no medicine, no illness."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}
