"""Who is asking."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from symptoms.accounts.models import User


def person(request: HttpRequest) -> User:
    """Return the person who is signed in. Pages are closed by default, so nobody else comes this far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
