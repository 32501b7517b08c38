"""The project's own pages: one page for all errors, and the gallery of components."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from kesimpta_tracker.gallery import gallery_page
from symptoms.accounts import kept


@require_safe
@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component, to staff or while developing."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    return render(request, "gallery.html", gallery_page(request.GET.get("theme", "auto")))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "error.html", {"status": 400}, status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "error.html", {"status": 403}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "error.html", {"status": 404}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    answer = kept.offer_stale(request)
    return answer or render(request, "error.html", {"status": 403, "stale": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without request, so without session, person or database: any of them may be what broke.

    A database that is away is 503: the page says that nothing was saved, and to come back in a minute.
    """
    away = isinstance(sys.exception(), (OperationalError, InterfaceError))
    status = 503 if away else 500
    headers = {"Retry-After": "60"} if away else {}
    return HttpResponse(render_to_string("error.html", {"status": status}), status=status, headers=headers)
