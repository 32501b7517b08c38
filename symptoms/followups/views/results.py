"""Entering the results of a blood draw, and putting one right or taking it out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from symptoms.accounts.person import person
from symptoms.followups import blood_words
from symptoms.followups.actions import results as actions
from symptoms.followups.actions.blood_tests import NotPossible
from symptoms.followups.forms.results import ResultsForm, initial_of
from symptoms.followups.models import Result
from symptoms.followups.selectors.blood_tests import value_line
from symptoms.followups.selectors.courses import HEPATITIS_B
from symptoms.followups.views.blood_tests import add_error, show
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.ADD_BLOOD_TESTS)
def results_add(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = ResultsForm(
        request.POST or None,
        patient=patient,
        wanted=request.GET.getlist("test"),
        initial={"taken_on": request.GET.get("taken", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_results(
                patient=patient, taken_on=form.cleaned_data["taken_on"], said=form.said, by=person(request)
            )
        except NotPossible as wrong:
            add_error(form, wrong)
        else:
            return _to_advice(request, patient, saved)
    status = 422 if request.method == "POST" else 200
    return show(request, patient, "followups/results.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.CHANGE_RESULT)
def result_change(request: HttpRequest, patient: Patient, result_id: UUID) -> HttpResponse:
    result = _result(patient, result_id)
    form = ResultsForm(request.POST or None, patient=patient, only=result.analyte, initial=initial_of(result))
    if request.method == "POST" and form.is_valid():
        return _to_advice(request, patient, actions.change_result(result=result, said=form.said[0], by=person(request)))
    versions = result.versions.select_related("replaced_by")
    context = {"form": form, "result": result, "line": value_line(result), "versions": versions}
    status = 422 if request.method == "POST" else 200
    return show(request, patient, "followups/results.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.CHANGE_RESULT)
def result_delete(request: HttpRequest, patient: Patient, result_id: UUID) -> HttpResponse:
    result = _result(patient, result_id)
    if request.method == "POST":
        actions.delete_result(result=result, by=person(request))
        messages.success(request, _("The result is deleted. What was told because of it stands in the diary."))
        return redirect("followups:blood-tests", patient.pk)
    return show(request, patient, "followups/result_delete.html", {"result": result, "line": value_line(result)})


def _result(patient: Patient, result_id: UUID) -> Result:
    rows = Result.objects.live().select_related("patient__user", "blood_test", "entered_by")
    found: Result = get_object_or_404(rows, pk=result_id, patient=patient)
    return found


def _to_advice(request: HttpRequest, patient: Patient, saved: actions.Saved) -> HttpResponse:
    """Lead to the advice of the entry that the results stand at: at once, as after an entry."""
    if saved.entry is None or not request.scope.symptoms:  # type: ignore[attr-defined]
        messages.info(request, _("These results are in the list."))
        return redirect("followups:blood-tests", patient.pk)
    messages.success(request, _("The results are saved, with the range of the lab."))
    if any(one.analyte in HEPATITIS_B and one.found == Result.Found.POSITIVE for one in saved.results):
        messages.warning(request, blood_words.HEPATITIS_B)
    response = redirect("triage:advice", patient.pk, saved.entry)
    response.status_code = 303
    return response
