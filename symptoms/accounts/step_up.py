"""Steps that ask once more who is there: sharing, exporting, erasing, changing a factor."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import urlencode

from symptoms.accounts import kept
from symptoms.accounts.factors import has_factor, shown
from symptoms.accounts.models import User
from symptoms.accounts.person import person

type_of_view = Callable[..., HttpResponseBase]


def is_recent(request: HttpRequest) -> bool:
    """Say whether this person signed in, or showed who they are again, in the last five minutes.

    Who has a second factor must have shown that; for the others a password is enough.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return False
    records = shown(request, user) if has_factor(user) else get_authentication_records(request, user)
    ages = [time.time() - record["at"] for record in records]
    return any(0 <= age < app_settings.REAUTHENTICATION_TIMEOUT for age in ages)


def recent_sign_in(view: type_of_view) -> type_of_view:
    """Ask whoever signed in more than five minutes ago to show again who they are, then go on.

    Put it below the gate (`patient_access` ...), so that who may not come here learns nothing. What was posted is
    kept in the session: after the step the page `accounts/carry_on.html` offers to go on with it by one press.
    A request of a script (htmx) is led to the step as a whole page, and comes back to the page it was made from.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if is_recent(request) else ask_again(request)

    guarded.steps_up = True  # type: ignore[attr-defined]
    return guarded


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the step, and from there back to what was asked for."""
    methods = get_adapter(request).get_reauthentication_methods(person(request))
    back = request.get_full_path()
    if is_partial(request):
        return HttpResponse(headers={"HX-Redirect": f"{methods[0]['url']}?{urlencode({'next': page_of(request)})}"})
    if request.method == "POST":
        kept.keep(request, person(request).pk)
    return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': back})}")


def is_partial(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def page_of(request: HttpRequest) -> str:
    """Return the path of the page that a partial request was made from, or the first page."""
    htmx: Any = getattr(request, "htmx", None)
    return (htmx and htmx.current_url_abs_path) or "/"
