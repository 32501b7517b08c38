"""How allauth behaves here, where a setting cannot say it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from symptoms.accounts import step_up
from symptoms.accounts.factors import has_factor
from symptoms.accounts.models import User

# The easiest first. Who has a second factor shows that one; the password alone would be a step back.
ORDER = ("mfa_reauthenticate:webauthn", "mfa_reauthenticate", "reauthenticate")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by e-mail and password."""

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
