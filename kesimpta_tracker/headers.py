"""What every answer says to browsers and caches, and what no request may bring."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

# All that a page may ask a device for; the tracker asks for passkeys and nothing else.
FEATURES: Final = (
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "web-share",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY: Final = ", ".join(
    [
        *(f"{name}=()" for name in FEATURES),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)
# Sent where a session turns out to be gone: what the browser kept of its pages goes. The worker that shows pushes
# stays; who signs out of a shared device has that taken too (accounts/middleware.py).
CLEAR_SITE_DATA: Final = '"cache"'
TAKES_PHOTOS: Final = {"diary:log", "diary:entry-edit"}
SAFE: Final = {"GET", "HEAD", "OPTIONS", "TRACE"}
type_of_next = Callable[[HttpRequest], HttpResponse]


class HeadersMiddleware:
    """Adds what Django does not: no cache unless the answer names one, no other site, no device feature."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if ended_session(request, response):
            response.headers.setdefault("Clear-Site-Data", CLEAR_SITE_DATA)
        return response


def ended_session(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Say whether this answer takes away the session that the request came with."""
    name = settings.SESSION_COOKIE_NAME
    mark = response.cookies.get(name)
    return name in request.COOKIES and mark is not None and mark["max-age"] == 0


class RequestMiddleware:
    """Refuses at the door what no page of ours sends: too much, from another site, or no text."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if length(request) > most(request):
            return refuse(request, 413)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if is_from_elsewhere(request) and not getattr(view, "csrf_exempt", False):
            return refuse(request, 403, stale=True)
        return None

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer 400 where a text came that PostgreSQL cannot hold: a NUL, or half a character."""
        if isinstance(problem, UnicodeEncodeError) or (
            isinstance(problem, ValueError) and "NUL (0x00)" in str(problem)
        ):
            return refuse(request, 400)
        return None


def length(request: HttpRequest) -> int:
    """Return the announced length of the body in bytes. gunicorn lets no other body through."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() else 0


def most(request: HttpRequest) -> int:
    """Return how many bytes this body may have: files need more than fields."""
    with_files = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    if not with_files:
        return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return int(settings.LARGEST_PHOTOS if takes_photos(request) else settings.LARGEST_UPLOAD)


def takes_photos(request: HttpRequest) -> bool:
    """Say whether this is a page that photos are sent with: an entry, which a large one must not hold up."""
    try:
        return resolve(request.path_info).view_name in TAKES_PHOTOS
    except Resolver404:
        return False


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Say whether a browser tells that another site makes it write here (Fetch Metadata, W3C)."""
    return request.method not in SAFE and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}


def refuse(request: HttpRequest, status: int, **more: bool) -> HttpResponse:
    return render(request, "error.html", {"status": status, **more}, status=status)
