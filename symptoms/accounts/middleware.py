from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from symptoms.accounts import kept
from symptoms.accounts.models import User


class PersonMiddleware:
    """Speak to each person in their own language and time zone, and keep personal pages out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
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


class CarryOnMiddleware:
    """Offer a person who has just shown who they are to go on with what they had sent (see `kept`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Show the page instead of the view that the form was sent to."""
        if request.method != "GET" or not request.user.is_authenticated:
            return None
        held = kept.take(request)
        return kept.offer(request, held) if held else None
