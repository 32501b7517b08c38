from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import urlencode

from symptoms.accounts import kept, sessions
from symptoms.accounts.factors import must_have_factor
from symptoms.accounts.models import User
from symptoms.accounts.second_factor import ask_for_second_factor, has_second_factor
from symptoms.accounts.step_up import is_partial, page_of
from symptoms.accounts.words import why_signed_out

# What somebody may do who has yet to show a second factor: set one up, show it, leave, and what is open to all.
SIGN_IN_ROOMS: Final = ("account_", "mfa_")
type_of_next = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Speak to each person in their own language and time zone, and keep personal pages out of caches."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Kept here, for whoever signs out is nobody when the response comes back.
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        language = user.language
        with translation.override(language), timezone.override(ZoneInfo(user.time_zone)):
            response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Content-Language"] = language
        return response


class SessionEndMiddleware:
    """End a session that lasted too long; clean up behind whoever signs out.

    It stands after the check for forged requests and before the one for signed-out people, so that a form that comes
    too late is kept for the person who sent it, and nothing else is.
    """

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            self._check(request, request.user)
        response = self.get_response(request)
        if cleared := getattr(request, "cleared_site_data", ""):
            response.headers["Clear-Site-Data"] = cleared
        # A page that looks for news by itself stays, with what is typed in it; whoever presses something is led on.
        to_sign_in = response.headers.get("Location", "").startswith(resolve_url("account_login"))
        if to_sign_in and request.method == "POST" and is_partial(request):
            return HttpResponse(headers={"HX-Redirect": sign_in_url(page_of(request))})
        return response

    def _check(self, request: HttpRequest, user: User) -> None:
        end = sessions.end_of(request.session.get(sessions.KEY), user)
        if end is None:
            sessions.note_use(request, user)
            return
        logout(request)
        request.ended_session = (user.pk, end)  # type: ignore[attr-defined]
        request.cleared_site_data = '"cache"'  # type: ignore[attr-defined]

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> HttpResponse | None:
        """Keep what was sent too late: in the session where we know whose it was, else in the page itself."""
        if request.user.is_authenticated or is_partial(request) or not getattr(view, "login_required", True):
            return None
        user_id, end = getattr(request, "ended_session", (None, None))
        if end is not None:
            messages.info(request, why_signed_out(end))
        if not kept.was_typed(request):
            return None
        if user_id is None:
            return kept.offer_signed_out(request)
        kept.keep(request, user_id)
        return None


class GateMiddleware:
    """Let who must have a second factor do nothing before it is shown; then offer what they had sent."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> HttpResponse | None:
        """Answer instead of the view where something stands before it."""
        user = request.user
        if not isinstance(user, User):
            return None
        if must_have_factor(user) and not has_second_factor(request) and not _is_open(request, view):
            return ask_for_second_factor(request)
        held = kept.take(request) if request.method == "GET" else None
        return kept.offer(request, held) if held else None


def _is_open(request: HttpRequest, view: Any) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    return not getattr(view, "login_required", True) or name.startswith(SIGN_IN_ROOMS)


def sign_in_url(back: str) -> str:
    """Return the address of the sign-in page that leads back to this path."""
    return f"{resolve_url('account_login')}?{urlencode({'next': back})}"
