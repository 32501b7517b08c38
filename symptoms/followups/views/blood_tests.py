"""The pages of blood tests: the list, one test with its steps, all results of one kind."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.followups.actions import blood_tests as actions
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.forms.blood_tests import BookForm, StepForm, TakenForm
from symptoms.followups.models import BloodTest
from symptoms.followups.selectors.blood_tests import Line, test_for_page, tests_for_page, value_for_page
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Kind, Patient
from symptoms.sharing.selectors import clinic_between, clinics_of


@require_safe
@patient_access(Permission.READ_BLOOD_TESTS)
def blood_tests(request: HttpRequest, patient: Patient) -> HttpResponse:
    return show(request, patient, "followups/blood_tests.html", {"page": tests_for_page(patient)})


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.READ_BLOOD_TESTS, to_post=Permission.ADD_BLOOD_TESTS)
def blood_test(request: HttpRequest, patient: Patient, test: str) -> HttpResponse:
    check_test(test)
    typed = _typed_form(request)
    if typed is not None and _tried(request, patient, test, typed):
        return redirect("followups:blood-test", patient.pk, test)
    page = test_for_page(patient, test)
    rows = [(line, _forms_of(line, typed)) for line in page.open]
    status = 422 if typed is not None else 200
    context = {"page": page, "rows": rows, "form": typed, "may_set": may_set_plan(request, patient)}
    return show(request, patient, "followups/blood_test.html", context, status=status)


@require_POST
@patient_access(Permission.ADD_BLOOD_TESTS)
def undo_taken(request: HttpRequest, patient: Patient, step_id: UUID) -> HttpResponse:
    step = get_object_or_404(BloodTest.objects.live().select_related("patient__user"), pk=step_id, patient=patient)
    try:
        actions.undo_taken(step=step, by=person(request))
    except actions.NotPossible as wrong:
        messages.warning(request, wrong.why)
    return redirect("followups:blood-test", patient.pk, step.test)


@require_POST
@patient_access(Permission.MARK_RESULT_SEEN)
def mark_seen(request: HttpRequest, patient: Patient, step_id: UUID) -> HttpResponse:
    step = get_object_or_404(BloodTest.objects.live().select_related("patient__user"), pk=step_id, patient=patient)
    if actions.mark_seen(step=step, by=person(request)):
        messages.success(request, _("The result is marked as seen by you."))
    else:
        messages.info(request, _("This result was marked as seen already, or it was taken out."))
    return redirect("followups:blood-test", patient.pk, step.test)


@require_safe
@patient_access(Permission.READ_BLOOD_TESTS)
def values(request: HttpRequest, patient: Patient, analyte: str) -> HttpResponse:
    known = catalogue().analytes.get(analyte)
    if known is None:
        raise Http404
    return show(request, patient, "followups/values.html", {"page": value_for_page(patient, known)})


def check_test(slug: str) -> None:
    if slug not in catalogue().tests:
        raise Http404


def show(
    request: HttpRequest, patient: Patient, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Show a page with what this person may do, in the shell of the clinic to whoever works there."""
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    is_clinic = Permission.MARK_RESULT_SEEN in allowed
    shell = {
        "patient": patient,
        "own": patient.user_id == person(request).pk,
        "may_log": Permission.ADD_BLOOD_TESTS in allowed,
        "may_change": Permission.CHANGE_RESULT in allowed,
        "may_see": is_clinic,
        "clinic": clinic_between(patient, person(request)) if is_clinic else None,
        "frame": "base_clinic.html" if is_clinic else "base.html",
    }
    return render(request, template, {**context, **shell}, status=status)


def may_set_plan(request: HttpRequest, patient: Patient) -> bool:
    """Say whether this person sets the plan: a clinic that reads the diary or, where none does, the patient."""
    if Permission.SET_FOLLOWUPS not in request.allowed:  # type: ignore[attr-defined]
        return False
    return patient.user_id != person(request).pk or not clinics_of(patient, Kind.BLOOD_TESTS)


def _typed_form(request: HttpRequest) -> StepForm | None:
    if request.method != "POST":
        return None
    due = request.POST.get("due") or None
    kind = TakenForm if "taken" in request.POST else BookForm
    return kind(request.POST, due=due, button=_("Save"))  # type: ignore[arg-type]


def _tried(request: HttpRequest, patient: Patient, test: str, form: StepForm) -> bool:
    """Save one step. What the action refuses is told beside its field, and False returned."""
    if not form.is_valid():
        return False
    said: dict[str, Any] = {"patient": patient, "test": test, "due_on": form.cleaned_data["due"], "by": person(request)}
    try:
        if form.step == "taken":
            actions.mark_taken(taken_on=form.cleaned_data["taken_on"], **said)
        else:
            actions.book_test(booked_for=form.cleaned_data["booked_for"], **said)
    except actions.NotPossible as wrong:
        add_error(form, wrong)
        return False
    messages.success(request, _("It is written down."))
    return True


def add_error(form: forms.Form, wrong: actions.NotPossible) -> None:
    form.add_error(wrong.field if wrong.field in form.fields else None, wrong.why)


def _forms_of(line: Line, typed: StepForm | None) -> list[StepForm]:
    """Return the forms of the steps that can follow, the one that was filled in as it was filled in."""
    if line.open.state not in ("due", "booked"):
        return []
    due = line.open.due_on
    booked = line.open.step.booked_for if line.open.step else None
    button = _("Change the booking") if booked else _("It is booked")
    found = [BookForm(due=due, button=button, booked_for=booked), TakenForm(due=due, button=_("It is done"))]
    same = typed is not None and (typed.data.get("due") or "") == (due.isoformat() if due else "")
    return [typed if same and typed is not None and one.step == typed.step else one for one in found]
