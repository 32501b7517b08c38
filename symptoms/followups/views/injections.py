from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from symptoms.accounts.person import person
from symptoms.followups import injection_words
from symptoms.followups.actions import (
    PlanRefused,
    change_injection,
    log_injection,
    plan_of,
    remove_injection,
    set_injection_plan,
    settle_check_in,
)
from symptoms.followups.forms import InjectionForm, InjectionPlanForm
from symptoms.followups.forms.injections import standing_values
from symptoms.followups.models import CheckIn, Injection
from symptoms.followups.selectors import InjectionsPage, injections_for_page
from symptoms.followups.selectors.injections import plan_changes, removed_shots, shot_for_page
from symptoms.followups.selectors.vaccines import vaccines_that_ask
from symptoms.lib import clock
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Kind, Patient
from symptoms.sharing.selectors import clinics_of


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.READ_INJECTIONS, to_post=Permission.ADD_INJECTIONS)
def injections(request: HttpRequest, patient: Patient) -> HttpResponse:
    page = injections_for_page(patient)
    form = InjectionForm(request.POST or None, patient=patient, initial=_proposed(patient, page))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        shot = log_injection(
            patient=patient, at=said["at"], number=said["number"], site=said["site"], by=person(request), more=form.more
        )
        messages.success(request, _("The shot is in your list."))
        _warn(request, shot)
        asks = shot.infection in injection_words.ILL and _may(request, Permission.ADD_ENTRY)
        return redirect("diary:log" if asks else "followups:injections", patient.pk)
    own_form = form if _may(request, Permission.ADD_INJECTIONS) else None
    context = {"patient": patient, "page": page, "form": own_form}
    context["may_log"] = _may(request, Permission.CHANGE_INJECTION)  # the check-ins are the patient's own
    context["vaccines"] = vaccines_that_ask(patient)
    return render(request, "followups/injections.html", context | {"notes": injection_words.NOTES, "words": _words()})


@require_safe
@patient_access(Permission.READ_INJECTIONS)
def injection(request: HttpRequest, patient: Patient, injection_id: UUID) -> HttpResponse:
    page, may = shot_for_page(_shot_of(patient, injection_id)), _may(request, Permission.CHANGE_INJECTION)
    return render(request, "followups/injection.html", {"patient": patient, "page": page, "may_log": may})


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.CHANGE_INJECTION)
def injection_change(request: HttpRequest, patient: Patient, injection_id: UUID) -> HttpResponse:
    shot = _shot_of(patient, injection_id)
    form = InjectionForm(request.POST or None, patient=patient, standing=shot, initial=standing_values(shot))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        shot = change_injection(
            injection=shot, at=said["at"], number=said["number"], site=said["site"], by=person(request), more=form.more
        )
        messages.success(request, _("Saved. Advice that hangs on this shot is checked again."))
        is_ill = shot.infection in injection_words.ILL
        if is_ill or not injection_words.still_asks(shot, clock.now()):  # else its page tells
            _warn(request, shot)
        if is_ill:
            return redirect("diary:log", patient.pk)
        return redirect("followups:injection", patient.pk, shot.pk)
    context = {"patient": patient, "form": form, "shot": shot, "page": injections_for_page(patient)}
    return render(request, "followups/injection_change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.CHANGE_INJECTION)
def injection_remove(request: HttpRequest, patient: Patient, injection_id: UUID) -> HttpResponse:
    shot = _shot_of(patient, injection_id)
    if request.method == "POST":
        remove_injection(injection=shot, by=person(request))
        messages.success(request, _("The shot is off your list. Advice that hangs on it is checked again."))
        return redirect("followups:injections", patient.pk)
    return render(request, "followups/injection_remove.html", {"patient": patient, "page": shot_for_page(shot)})


@require_http_methods(["POST"])
@patient_access(Permission.CHANGE_INJECTION)
def check_in(request: HttpRequest, patient: Patient, injection_id: UUID, step: str) -> HttpResponse:
    shot = _shot_of(patient, injection_id)
    if step not in CheckIn.Step.values:
        return redirect("followups:injections", patient.pk)
    skipped = "skip" in request.POST
    state = CheckIn.State.SKIPPED if skipped else CheckIn.State.ANSWERED
    settle_check_in(injection=shot, step=step, state=state, by=person(request))
    return redirect("followups:injections" if skipped else "diary:log", patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.READ_INJECTIONS, to_post=Permission.SET_INJECTION_PLAN)
def injection_plan(request: HttpRequest, patient: Patient) -> HttpResponse:
    may_set = _may_set_plan(request, patient)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    standing = plan_of(patient)
    initial = {name: getattr(standing, name) for name in ("interval", "after_late", "start", "shot_at", "ended_on")}
    form = InjectionPlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _set(form, patient, request):
        messages.success(request, _("Saved. Reminders and advice of the last 48 hours follow the new plan."))
        return redirect("followups:injection-plan", patient.pk)
    context = {"patient": patient, "form": form, "may_set": may_set, "changes": plan_changes(patient)}
    status = 422 if form.errors else 200
    more = {"removed": removed_shots(patient), "page": injections_for_page(patient)}
    return render(request, "followups/injection_plan.html", context | more, status=status)


def _set(form: InjectionPlanForm, patient: Patient, request: HttpRequest) -> bool:
    try:
        set_injection_plan(patient=patient, said=form.said, why=form.cleaned_data["why"], by=person(request))
    except PlanRefused as wrong:
        form.add_error(wrong.field, wrong.why)
        return False
    return True


def _may_set_plan(request: HttpRequest, patient: Patient) -> bool:
    """The clinic sets the plan; the patient does where there is none."""
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    if Permission.SET_INJECTION_PLAN not in allowed:
        return False
    return patient.user_id != person(request).pk or not clinics_of(patient, Kind.INJECTIONS)


def _may(request: HttpRequest, permission: Permission) -> bool:
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    return permission in allowed


def _shot_of(patient: Patient, injection_id: UUID) -> Injection:
    shot = get_object_or_404(Injection, pk=injection_id, patient=patient)
    shot.patient = patient
    return shot


def _words() -> dict[str, Any]:
    return {"infection": injection_words.INFECTION, "ill_before": injection_words.ILL_BEFORE}


def _warn(request: HttpRequest, shot: Injection) -> None:
    """Say at once what a shot asks for. Nothing is refused: what was done is to stand in the list."""
    for told in injection_words.after_logging(shot):
        messages.warning(request, told)


def _proposed(patient: Patient, page: InjectionsPage) -> dict[str, Any]:
    now = clock.now()
    return {
        "day": clock.local_day(now, patient.time_zone).isoformat(),
        "time": timezone.localtime(now).time(),
        "number": page.due.number if page.due else None,
        "site": page.suggested_site,
    }
