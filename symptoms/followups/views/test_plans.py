"""What a clinic sets about the blood tests of a patient: how often, off, one more; each with who and why."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from symptoms.accounts.person import person
from symptoms.followups.actions import blood_tests as actions
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.forms.blood_tests import ExtraForm, PlanForm
from symptoms.followups.models import BloodTestPlan
from symptoms.followups.views.blood_tests import add_error, check_test, may_set_plan, show
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_FOLLOWUPS)
def test_plan(request: HttpRequest, patient: Patient, test: str) -> HttpResponse:
    _check(request, patient, test)
    form = PlanForm(_typed(request), button=_("Set this plan"), initial=_standing(patient, test))
    if request.method == "POST" and "default" in request.POST:
        actions.use_default_plan(patient=patient, test=test, by=person(request))
        return _done(request, patient, test)
    if form.is_valid() and _set(form, patient, test, request):
        return _done(request, patient, test)
    return _show(request, patient, test, form, has_own="is_on" in form.initial)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_FOLLOWUPS)
def test_extra(request: HttpRequest, patient: Patient, test: str) -> HttpResponse:
    _check(request, patient, test)
    form = ExtraForm(_typed(request), button=_("Ask for this test"), initial={"due_on": actions.today_of(patient)})
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.ask_for_test(
                patient=patient,
                test=test,
                due_on=said["due_on"],
                why=said["why"],
                flag=_flag_of(request),
                by=person(request),
            )
        except actions.NotPossible as wrong:
            add_error(form, wrong)
        else:
            return _done(request, patient, test)
    return _show(request, patient, test, form, extra=True)


def _check(request: HttpRequest, patient: Patient, test: str) -> None:
    check_test(test)
    if not may_set_plan(request, patient):
        raise PermissionDenied(_("A clinic reads your diary, and it sets how often this test is done. Ask them."))


def _flag_of(request: HttpRequest) -> UUID | None:
    """Return the flag that a page came from, where it says so."""
    try:
        return UUID(request.GET.get("flag", ""))
    except ValueError:
        return None


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _standing(patient: Patient, test: str) -> dict[str, Any]:
    plan = BloodTestPlan.objects.standing().filter(patient=patient, test=test).first()
    if plan is None:
        return {}
    said = {name: getattr(plan, name) for name in ("first_due", "every_months", "until")}
    return {"is_on": "yes" if plan.is_on else "no", **said}


def _set(form: PlanForm, patient: Patient, test: str, request: HttpRequest) -> bool:
    said = form.cleaned_data
    is_on = said["is_on"]
    names = ("first_due", "every_months", "until")
    plan = actions.PlanSaid(is_on, **({name: said[name] for name in names} if is_on else {}))
    try:
        actions.set_plan(patient=patient, test=test, said=plan, why=said["why"], by=person(request))
    except actions.NotPossible as wrong:
        add_error(form, wrong)
        return False
    return True


def _done(request: HttpRequest, patient: Patient, test: str) -> HttpResponse:
    own = patient.user_id == person(request).pk
    messages.success(request, _("Saved.") if own else _("Saved. The patient can read who set it and why."))
    return redirect("followups:blood-test", patient.pk, test)


def _show(request: HttpRequest, patient: Patient, test: str, form: forms.Form, **more: Any) -> HttpResponse:
    context = {"form": form, "test": catalogue().tests[test], **more}
    return show(request, patient, "followups/test_plan.html", context, status=422 if form.errors else 200)
