"""Who a session belongs to, read together with what a second factor hangs on, in one query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model

from symptoms.accounts.factors import with_factors
from symptoms.accounts.models import User
from symptoms.lib.acting import become


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend; whoever is signed in knows their factors, and whether they must have one."""

    def get_user(self, user_id: int) -> Model | None:
        """Return the person of a session, or None where there is none or the account was closed."""
        become(user_id)
        user = with_factors(User.objects.filter(pk=user_id)).first()
        return user if user is not None and self.user_can_authenticate(user) else None
