from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from symptoms.accounts.person import person
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Patient
from symptoms.sharing.selectors import clinic_between
from symptoms.triage.actions.settings import (
    ChangedMeanwhile,
    NotAllowed,
    add_usual,
    change_settings,
    end_expected,
    end_usual,
    expect_level,
    rules_of,
)
from symptoms.triage.forms import ExpectedForm, ReasonForm, RulesForm, UsualForm
from symptoms.triage.models import ExpectedLevel, SettingChange, UsualSymptom
from symptoms.triage.selectors.settings import settings_for_page, standing_words


@require_safe
@patient_access(Permission.READ_SYMPTOMS)
def settings(request: HttpRequest, patient: Patient) -> HttpResponse:
    # What is known of hepatitis B is a blood test, for who reads those and for who sets how the rules take it.
    may_know = {Permission.READ_BLOOD_TESTS, Permission.SET_TRIAGE} & request.allowed  # type: ignore[attr-defined]
    hide = () if may_know else (SettingChange.Kind.HEPATITIS_B,)
    page = settings_for_page(patient, reader=person(request), hide=hide)
    return _render(request, "triage/settings.html", patient, {"page": page, "clinic": page.clinic})


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_TRIAGE)
def settings_change(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = RulesForm(_typed(request), patient=patient, standing=rules_of(patient))
    title = _("Change how the rules read this diary")
    try:
        done = _tried(
            form,
            lambda said: change_settings(
                patient=patient, said=form.said, seen=said["seen"], why=said["why"], by=person(request)
            ),
        )
    except ChangedMeanwhile as late:
        standing = rules_of(patient)
        form.starts_from(standing)
        more = {"late": late.last, "standing": standing_words(standing, reader=person(request))}
        return _show_form(request, patient, form, title, status=409, **more)
    return _saved(request, patient) if done else _show_form(request, patient, form, title)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_USUAL)
def usual_add(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = UsualForm(_typed(request), patient=patient, own=_own(request, patient))
    if _tried(form, lambda said: add_usual(patient=patient, by=person(request), **said)):
        return _saved(request, patient)
    title = _("What is usual for me") if _own(request, patient) else _("Add a usual symptom")
    return _show_form(request, patient, form, title, kind="usual")


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_USUAL)
def usual_end(request: HttpRequest, patient: Patient, usual_id: UUID) -> HttpResponse:
    level = _level(UsualSymptom, patient, usual_id)
    form = _end_form(request, patient, _("Take it off the list"))
    if level.ended_at or _tried(form, lambda said: end_usual(level=level, by=person(request), **said)):
        return _ended(request, patient, level)
    return _show_form(request, patient, form, _("Take off the usual list"), kind="end-usual", level=level)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_TRIAGE)
def expected_add(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = ExpectedForm(_typed(request), patient=patient)
    if _tried(form, lambda said: expect_level(patient=patient, by=person(request), **said)):
        return _saved(request, patient)
    return _show_form(request, patient, form, _("Expect a level"), kind="expected")


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.SET_TRIAGE)
def expected_end(request: HttpRequest, patient: Patient, expected_id: UUID) -> HttpResponse:
    level = _level(ExpectedLevel, patient, expected_id)
    form = _end_form(request, patient, _("End it now"))
    if level.ended_at or _tried(form, lambda said: end_expected(level=level, by=person(request), **said)):
        return _ended(request, patient, level)
    return _show_form(request, patient, form, _("End an expected level"), kind="end-expected", level=level)


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _own(request: HttpRequest, patient: Patient) -> bool:
    return bool(patient.user_id == person(request).pk)


def _tried(form: forms.Form, save: Callable[[dict[str, Any]], object]) -> bool:
    """Save what a valid form says. What the action refuses is told beside its field, and False returned."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except NotAllowed as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, wrong.why)
        return False
    return True


def _level(model: type[Any], patient: Patient, level_id: UUID) -> Any:
    """Return a level of this patient, ended or not, or answer 404 as for an unknown id."""
    found = get_object_or_404(
        model.objects.select_related("symptom", "set_by", "ended_by"), pk=level_id, patient=patient
    )
    found.patient = patient
    return found


def _end_form(request: HttpRequest, patient: Patient, button: str) -> ReasonForm:
    return ReasonForm(_typed(request), patient=patient, own=_own(request, patient), button=button)


def _saved(request: HttpRequest, patient: Patient) -> HttpResponse:
    messages.success(request, _("Saved. Advice of the last 48 hours is checked again."))
    return redirect("triage:settings", patient.pk)


def _ended(request: HttpRequest, patient: Patient, level: Any) -> HttpResponse:
    """Go back to what stands, and tell who was first where it was somebody else."""
    level.refresh_from_db(fields=["ended_at", "ended_by"])
    if level.ended_by_id == person(request).pk:
        return _saved(request, patient)
    messages.info(request, _("%(who)s ended this already.") % {"who": level.ended_by})
    return redirect("triage:settings", patient.pk)


def _show_form(
    request: HttpRequest, patient: Patient, form: forms.Form, title: str, *, status: int = 0, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "clinic": clinic_between(patient, person(request)), **more}
    return _render(request, "triage/settings_form.html", patient, context, status or (422 if form.errors else 200))


def _render(
    request: HttpRequest, template: str, patient: Patient, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Show a page in the shell of the clinic to whoever may set the rules, in that of the phone to all others."""
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    may_set = Permission.SET_TRIAGE in allowed
    shell = {
        "patient": patient,
        "own": _own(request, patient),
        "may_set": may_set,
        "may_set_usual": Permission.SET_USUAL in allowed,
        "frame": "base_clinic.html" if may_set else "base.html",
    }
    return render(request, template, {**context, **shell}, status=status)
