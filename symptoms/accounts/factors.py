"""The factors of a person: which ones there are, who must have one, and which one a session has shown.

The accounts know no clinics. A room above says with `require_for` who must have a second factor; its answer is
part of the query that reads the person of a session, so that it is never stale and costs no query of its own.
"""

from collections.abc import Callable
from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import HttpRequest

from symptoms.accounts.models import User

# What opens an account besides the password. Recovery codes stand in for one of these; they are none by themselves.
KINDS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
type_of_condition = Callable[[], Q]
_required: Final[list[type_of_condition]] = []


def require_for(condition: type_of_condition) -> None:
    """Have everybody for whom `condition()` holds show a second factor.

    It returns a condition on a query of users, such as `Q(Exists(...filter(user=OuterRef("pk"))))`.
    """
    _required.append(condition)


def _must_have() -> Q:
    found = Q(is_staff=True) | Q(is_superuser=True)
    for condition in _required:
        found |= condition()
    return found


def with_factors(users: QuerySet[User]) -> QuerySet[User]:
    """Add to each person the ids and kinds of their factors, and whether a second factor is a must."""
    own = Authenticator.objects.filter(user=OuterRef("pk")).order_by("pk")
    return users.annotate(
        factor_ids=ArraySubquery(own.values("pk")),
        factor_kinds=ArraySubquery(own.values("type")),
        is_bound=ExpressionWrapper(_must_have(), output_field=BooleanField()),
    )


def _read(user: User) -> User:
    """Return the same person with the factors on it; read once where the session did not bring them."""
    if not hasattr(user, "factor_ids"):
        read = with_factors(User.objects.filter(pk=user.pk)).first()
        for name in ("factor_ids", "factor_kinds", "is_bound"):
            setattr(user, name, getattr(read, name) if read else [])
    return user


def forget(user: User) -> None:
    """Have the factors of this person read anew: one was just added or taken away."""
    if hasattr(user, "factor_ids"):
        del user.factor_ids


def factors(user: User) -> dict[int, str]:
    """Return the ids of all factors of this person, with their kinds."""
    read: Any = _read(user)
    return dict(zip(read.factor_ids, read.factor_kinds, strict=True))


def has_factor(user: User) -> bool:
    """Say whether this person has set up a second factor: a passkey or an authenticator app."""
    return any(kind in KINDS for kind in factors(user).values())


def works_here(user: User) -> bool:
    """Say whether this person is staff or a member of a clinic: they may read what others wrote."""
    read: Any = _read(user)
    return bool(read.is_bound)


def must_have_factor(user: User) -> bool:
    """Say whether this person may do nothing without a second factor."""
    read: Any = _read(user)
    return bool(settings.REQUIRE_SECOND_FACTOR_FOR_PATIENTS or read.is_bound)


def shown(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Return what this session has shown of the factors that this person still has, in order, as allauth keeps it:
    `{"method": "mfa", "id": int, "type": str, "at": seconds since 1970}`."""
    own = factors(user)
    records = get_authentication_records(request, user)
    return [record for record in records if record.get("method") == "mfa" and record.get("id") in own]
