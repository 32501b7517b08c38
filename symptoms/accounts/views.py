from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.actions import change_settings, end_sessions
from symptoms.accounts.factors import has_factor, works_here
from symptoms.accounts.forms import YouForm
from symptoms.accounts.person import person
from symptoms.accounts.second_factor import is_curator
from symptoms.accounts.sessions import OFFER, sessions_of
from symptoms.accounts.step_up import recent_sign_in


@require_http_methods(["GET", "HEAD", "POST"])
def you(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = YouForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        change_settings(user=user, changed=form.changed_data, by=user)
        messages.success(request, _("Saved."))
        return redirect("accounts:you")
    said = {"form": form, "is_curator": is_curator(user), "has_factor": has_factor(user)}
    return render(request, "accounts/you.html", said)


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where this person is signed in; who sees that needs no other offer to end the others."""
    request.session.pop(OFFER, None)
    user = person(request)
    found = sessions_of(user, request.session.session_key)
    said = {
        "sessions": found,
        "others": [one for one in found if not one.is_this],
        "idle_minutes": settings.SESSION_IDLE_MINUTES if works_here(user) else 0,
    }
    return render(request, "accounts/sessions.html", said)


@require_POST
@recent_sign_in
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session of this person."""
    user = person(request)
    said = request.POST.get("session", "")
    found = [one for one in sessions_of(user, request.session.session_key) if str(one.pk) == said]
    if not found:
        raise Http404
    end_sessions(user=user, ids=[found[0].pk], by=user)
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:sessions")


@require_POST
@recent_sign_in
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all sessions of this person but this one."""
    user = person(request)
    request.session.pop(OFFER, None)
    found = sessions_of(user, request.session.session_key)
    end_sessions(user=user, ids=[one.pk for one in found if not one.is_this], by=user)
    messages.success(request, _("All other devices are signed out."))
    return redirect("accounts:sessions")


@login_not_required
def too_many_tries(request: HttpRequest) -> HttpResponse:
    """Answer who asks too often, with when to try again. All limits that end here are by the minute."""
    answer = render(request, "accounts/too_many.html", status=429)
    answer.headers["Retry-After"] = "60"
    return answer
