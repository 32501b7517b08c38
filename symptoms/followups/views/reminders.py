"""What a patient is reminded of, who gets copies, and the calendar."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.followups.actions.feeds import end_feed, feed_of, make_feed
from symptoms.followups.actions.reminders import change_reminders, end_copies, give_copies
from symptoms.followups.forms.reminders import CopyForm, FeedForm, RemindersForm
from symptoms.followups.models import CalendarFeed, ReminderCopy
from symptoms.followups.selectors.feed import calendar_of
from symptoms.followups.selectors.reminders import caregivers_of, reminders_page
from symptoms.lib import clock
from symptoms.lib.acting import become
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_REMINDERS)
def reminders(request: HttpRequest, patient: Patient) -> HttpResponse:
    page = reminders_page(patient)
    form = RemindersForm(request.POST or None, instance=page.settings)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        change_reminders(patient=patient, told_at=said["told_at"], log_at=said["log_at"], by=person(request))
        messages.success(request, _("Saved."))
        return redirect("followups:reminders", patient.pk)
    return _page(request, patient, page=page, form=form)


@require_POST
@patient_access(Permission.SET_REMINDERS)
def copy_add(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = CopyForm(request.POST, caregivers=caregivers_of(patient))
    if not form.is_valid():
        return _page(request, patient, copy_form=form, status=422)
    said = form.cleaned_data
    give_copies(patient=patient, to=said["user"], hours=said["hours"], by=person(request))
    messages.success(request, _("Saved."))
    return redirect("followups:reminders", patient.pk)


@require_POST
@patient_access(Permission.SET_REMINDERS)
def copy_end(request: HttpRequest, patient: Patient, copy_id: UUID) -> HttpResponse:
    copy = get_object_or_404(ReminderCopy.objects.filter(patient=patient).select_related("user"), pk=copy_id)
    end_copies(copy=copy, by=person(request))
    messages.success(request, _("They get no more copies."))
    return redirect("followups:reminders", patient.pk)


@require_POST
@patient_access(Permission.SET_REMINDERS)
def calendar_make(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Make an address and show it, this once: only its digest is kept."""
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, feed_form=form, status=422)
    secret = make_feed(patient=patient, detail=form.cleaned_data["detail"], by=person(request))
    address = settings.PUBLIC_URL.rstrip("/") + reverse("calendar:feed", args=[secret])
    response = render(request, "followups/calendar_made.html", {"patient": patient, "address": address})
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_POST
@patient_access(Permission.SET_REMINDERS)
def calendar_end(request: HttpRequest, patient: Patient) -> HttpResponse:
    for feed in CalendarFeed.objects.filter(patient=patient).standing():
        end_feed(feed=feed, by=person(request))
    messages.success(request, _("The address no longer works."))
    return redirect("followups:reminders", patient.pk)


@require_safe
@login_not_required
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Serve the calendar to whoever knows its address. One that was ended answers as one that never was."""
    in_the_clear = settings.SECURE_SSL_REDIRECT and not request.is_secure()
    found = None if in_the_clear else feed_of(secret)
    if found is None:
        raise Http404
    become(found.patient.user_id)
    said = calendar_of(found, now=clock.now())
    headers = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
    return HttpResponse(said, content_type="text/calendar; charset=utf-8", headers=headers)


def _page(request: HttpRequest, patient: Patient, *, status: int = 200, **said: Any) -> HttpResponse:
    page = said.get("page") or reminders_page(patient)
    context = {
        "patient": patient,
        "page": page,
        "form": said.get("form") or RemindersForm(instance=page.settings),
        "copy_form": said.get("copy_form") or CopyForm(caregivers=page.caregivers),
        "feed_form": said.get("feed_form") or FeedForm(instance=page.feed),
    }
    return render(request, "followups/reminders.html", context, status=status)
