from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

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
