"""Taking up an invitation: the code is posted, never part of an address, and a page that names both accounts asks."""

from datetime import timedelta
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from symptoms.accounts.models import User
from symptoms.accounts.person import person
from symptoms.lib import clock
from symptoms.lib.limits import Limit, limited
from symptoms.sharing import actions
from symptoms.sharing.forms import CodeForm
from symptoms.sharing.models import Invitation
from symptoms.sharing.scope import kinds_of

KEPT: Final = "sharing.invitation"
# A code has 29^10 forms and holds for a day: so few tries find none.
TRIES: Final = Limit("codes of invitations", most=20, per=timedelta(minutes=10))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@limited(TRIES)
def invitation_code(request: HttpRequest) -> HttpResponse:
    """Take the code, and remember in the session which invitation it opens: so it is not asked again after sign-in."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        secret = actions.digest(actions.plain(form.cleaned_data["code"]))
        found = Invitation.objects.open(clock.now()).filter(secret=secret).first()
        if found:
            request.session[KEPT] = str(found.pk)
            return _private(redirect("sharing:invitation"))
        return _private(render(request, "sharing/invitation_closed.html", status=404))
    return _private(render(request, "sharing/invitation_code.html", {"form": form}, status=422 if form.errors else 200))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def invitation(request: HttpRequest) -> HttpResponse:
    """Say who invites whom to what, and take a click. Nothing that is posted beside the click is read."""
    found = _kept(request)
    if found is None:
        return _private(render(request, "sharing/invitation_closed.html", status=404))
    if not isinstance(request.user, User):
        return _private(render(request, "sharing/invitation_sign_in.html"))
    try:
        actions.check_account(found, person(request))
        if request.method == "POST":
            return _private(_taken_up(request, found))
    except actions.NotForThisAccount:
        return _private(render(request, "sharing/invitation_other.html", status=403))
    context = {"invitation": found, "reads": kinds_of(found.reads), "adds": kinds_of(found.adds)}
    return _private(render(request, "sharing/invitation.html", context))


def _taken_up(request: HttpRequest, found: Invitation) -> HttpResponse:
    try:
        taken = actions.take_up(invitation_id=found.pk, by=person(request))
    except actions.NotOpen:
        return render(request, "sharing/invitation_closed.html", status=404)
    del request.session[KEPT]
    if taken.settled_at is None:
        return render(request, "sharing/invitation_waits.html", {"invitation": taken})
    if taken.clinic_id:
        return redirect("inbox:queue", taken.clinic_id)
    return redirect("today:today", taken.patient_id)


def _kept(request: HttpRequest) -> Invitation | None:
    """Return the invitation whose code was typed in this session, while it is open."""
    kept = request.session.get(KEPT)
    open_now = Invitation.objects.open(clock.now()).select_related("patient__user", "clinic", "made_by")
    found: Invitation | None = open_now.filter(pk=kept).first() if kept else None
    return found if found and actions.still_offered(found) else None


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
