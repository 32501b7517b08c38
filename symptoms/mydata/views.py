from typing import Final

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.accounts.step_up import recent_sign_in
from symptoms.lib import clock
from symptoms.mydata.actions import NotEmpty, ask_to_erase, bring_back, download, keep_data
from symptoms.mydata.actions.importing import is_empty
from symptoms.mydata.forms import EraseForm, ImportForm
from symptoms.mydata.gathering import TooMuch
from symptoms.mydata.selectors import erase_for_page, my_data_for_page
from symptoms.mydata.unpacking import NotADiary
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Patient

ZIP: Final = "application/zip"


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return render(request, "mydata/my_data.html", {"page": my_data_for_page(person(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.MANAGE_DATA)
@recent_sign_in
def download_diary(request: HttpRequest, patient: Patient) -> HttpResponseBase:
    if request.method == "POST":
        return _zip(request, patient)
    return render(request, "mydata/download.html", {"patient": patient})


@require_http_methods(["GET", "HEAD", "POST"])
@recent_sign_in
def download_account(request: HttpRequest) -> HttpResponseBase:
    """Give what is here about somebody who keeps no diary; others are led to the download of their diary."""
    own = Patient.objects.filter(user=person(request)).first()
    if own is not None:
        return redirect("mydata:download", own.pk)
    return _zip(request, None) if request.method == "POST" else render(request, "mydata/download.html")


def _zip(request: HttpRequest, patient: Patient | None) -> HttpResponseBase:
    try:
        packed = download(patient=patient, by=person(request))
    except TooMuch:
        messages.error(request, _("There is more than one file can hold. Ask whoever runs this tracker."))
        return redirect("mydata:my-data")
    # The name is made here from the day alone: nothing that a person typed is in it.
    name = f"my-diary-{clock.local_day(clock.now(), timezone.get_current_timezone_name())}.zip"
    return FileResponse(packed, as_attachment=True, filename=name, content_type=ZIP)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.MANAGE_DATA)
@recent_sign_in
def import_diary(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_bound and form.is_valid() and form.diary is not None:
        try:
            rows = bring_back(patient=patient, diary=form.diary, by=person(request))
        except NotADiary as wrong:
            form.refuse(wrong)
        except NotEmpty:
            return redirect("mydata:import", patient.pk)
        else:
            messages.success(request, _("Your diary is back: %(n)s rows.") % {"n": rows})
            return redirect("today:today", patient.pk)
    page = {"patient": patient, "form": form, "is_empty": is_empty(patient)}
    return render(request, "mydata/import.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@recent_sign_in
def erase(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = EraseForm(request.POST) if request.method == "POST" else EraseForm()
    if form.is_bound and form.is_valid():
        ask_to_erase(user=user, by=user)
        return redirect("mydata:my-data")
    return render(
        request,
        "mydata/erase.html",
        {"form": form, "page": erase_for_page(user)},
        status=422 if form.is_bound else 200,
    )


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if keep_data(user=user, by=user):
        messages.success(request, _("We keep your data. Nobody sees it until you share it again."))
    return redirect("mydata:my-data")
