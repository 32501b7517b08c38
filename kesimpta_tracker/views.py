"""The project's own pages: one page for all errors, and the gallery of components."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from kesimpta_tracker.gallery import gallery_page


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
    return render(request, "error.html", {"status": 403, "stale": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without request, so without session, person or database: any of them may be what broke."""
    return HttpResponse(render_to_string("error.html", {"status": 500}), status=500)


def unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the tracker is away for a moment, again without touching the database."""
    return HttpResponse(
        render_to_string("error.html", {"status": 503}), status=503, headers={"Retry-After": "60"}
    )
