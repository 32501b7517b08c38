"""The second factor: was this very session signed in with it? And who are the curators of the rules?"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from symptoms.accounts.factors import has_factor, shown
from symptoms.accounts.models import User
from symptoms.accounts.person import person
from symptoms.accounts.step_up import is_partial, page_of

CURATORS: Final = "Curators of the rules"
type_of_view = Callable[..., HttpResponse]


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this session was signed in with a second factor that this person still has."""
    user = request.user
    return isinstance(user, User) and user.is_active and bool(shown(request, user))


def is_curator(user: User) -> bool:
    """Say whether this person may work on the rules: staff, and one of the curators."""
    return user.is_active and user.is_staff and user.groups.filter(name=CURATORS).exists()


def curator_access(view: type_of_view) -> type_of_view:
    """Let curators in who signed in with their second factor. Others get 404, as for a page that is not there.

    A curator without it is led to setting it up, or to signing in with it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_curator(person(request)):
            raise Http404
        if not has_second_factor(request):
            return ask_for_second_factor(request)
        return view(request, *args, **kwargs)

    guarded.for_curators = True  # type: ignore[attr-defined]
    return guarded


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """Answer 403 with a page that leads to the second factor, and from there back to a page of this site."""
    if is_partial(request):
        return HttpResponse(headers={"HX-Redirect": page_of(request)})
    user = person(request)
    ways = get_adapter(request).get_reauthentication_methods(user)
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    said = {"is_set_up": has_factor(user), "way": ways[0] if ways else None, "back": back}
    return render(request, "accounts/second_factor.html", said, status=403)
