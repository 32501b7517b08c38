"""Browsers that take pushes: the script that shows them, subscribing, and forgetting."""

from pathlib import Path
from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.notifications.actions.addresses import forget_browser, subscribe_browser
from symptoms.notifications.forms import BrowserForm
from symptoms.notifications.models import Address

WORKER: Final = "js/push-worker.js"
# Words of a browser's own description, the more telling ones first: most browsers name others too.
BROWSERS: Final = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac", "Mac"),
    ("Linux", "Linux"),
)


@require_safe
@login_not_required
def push_worker(request: HttpRequest) -> HttpResponse:
    """Serve the script that shows pushes from one address for ever: a browser keeps the address it was given."""
    path = finders.find(WORKER)
    if path is None:
        raise Http404
    script = Path(path).read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_POST
def browser_add(request: HttpRequest) -> JsonResponse:
    """Keep the subscription that a browser made. Only push services on the operator's list are taken."""
    form = BrowserForm(request.POST)
    if not form.is_valid():
        said = next(iter(form.errors.values()))
        return JsonResponse({"error": str(said[0])}, status=422)
    user, told = person(request), form.cleaned_data
    name = browser_name(request.headers.get("User-Agent", ""))
    subscribe_browser(user=user, endpoint=told["endpoint"], keys=told["keys"], name=name, by=user)
    return JsonResponse({"name": name}, status=201)


@require_POST
def browser_forget(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    own = Address.objects.filter(user=person(request), channel="push").select_related("user")
    forget_browser(address=get_object_or_404(own, pk=browser_id), by=person(request))
    return redirect("notifications:reminders")


def browser_name(agent: str) -> str:
    """Return a short name for a browser, such as "Firefox, Android", from its description of itself."""
    browser = next((name for word, name in BROWSERS if word in agent), "")
    system = next((name for word, name in SYSTEMS if word in agent), "")
    return ", ".join(filter(None, [browser, system])) or _("A browser")
