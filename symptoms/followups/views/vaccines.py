"""Vaccines, and the question whether a pen can be used: rules P17 and P19, which no entry of the diary tells."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from symptoms.accounts.person import person
from symptoms.followups import vaccine_words
from symptoms.followups.actions.vaccines import add_vaccine, note_agreed, remove_vaccine
from symptoms.followups.forms.vaccines import PenForm, VaccineForm
from symptoms.followups.models import Vaccine
from symptoms.followups.selectors.vaccines import vaccines_for_page
from symptoms.lib import clock
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.READ_INJECTIONS, to_post=Permission.CHANGE_INJECTION)
def vaccines(request: HttpRequest, patient: Patient) -> HttpResponse:
    today = clock.local_day(clock.now(), patient.time_zone)
    form = VaccineForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        said = form.cleaned_data
        add_vaccine(patient=patient, name=said["name"], kind=said["kind"], day=said["day"], by=person(request))
        return redirect("followups:vaccines", patient.pk)
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    context = {"patient": patient, "form": form, "lines": vaccines_for_page(patient)}
    context["may_add"] = Permission.CHANGE_INJECTION in allowed
    context["may_agree"] = Permission.SET_INJECTION_PLAN in allowed
    return render(request, "followups/vaccines.html", context, status=422 if form.errors else 200)


@require_POST
@patient_access(Permission.SET_INJECTION_PLAN)
def vaccine_agreed(request: HttpRequest, patient: Patient, vaccine_id: UUID) -> HttpResponse:
    note_agreed(vaccine=_vaccine(patient, vaccine_id), by=person(request))
    messages.success(request, _("It is written down that the MS team agrees."))
    return redirect("followups:vaccines", patient.pk)


@require_POST
@patient_access(Permission.CHANGE_INJECTION)
def vaccine_remove(request: HttpRequest, patient: Patient, vaccine_id: UUID) -> HttpResponse:
    remove_vaccine(vaccine=_vaccine(patient, vaccine_id), by=person(request))
    messages.success(request, _("The vaccine is off the list."))
    return redirect("followups:vaccines", patient.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.READ_INJECTIONS)
def pen(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = PenForm(request.POST if request.method == "POST" else None)
    told = form.is_valid() or request.method == "POST"
    context = {"patient": patient, "form": form, "told": told, "no": told and form.speaks_against}
    return render(request, "followups/pen.html", context | {"words": vaccine_words.__dict__})


def _vaccine(patient: Patient, vaccine_id: UUID) -> Vaccine:
    return get_object_or_404(Vaccine, pk=vaccine_id, patient=patient, deleted_at=None)
