from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.actions import grant_access, revoke_access, start_diary
from symptoms.sharing.forms import ShareForm
from symptoms.sharing.models import Grant, Patient
from symptoms.sharing.selectors import landing_for, sharing_for_page


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.MANAGE_SHARING)
def sharing(request: HttpRequest, patient: Patient) -> HttpResponse:
    form = ShareForm(request.POST or None, patient=patient)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        grant_access(patient=patient, to=said["to"], ends_at=said["lasts"], by=person(request), **form.scopes)
        messages.success(request, _("Your log is now shared with %(name)s.") % {"name": said["to"]})
        return redirect("sharing:sharing", patient.pk)
    page = sharing_for_page(patient)
    return render(request, "sharing/sharing.html", {"patient": patient, "form": form, "page": page})


@require_POST
@patient_access(Permission.MANAGE_SHARING)
def revoke(request: HttpRequest, patient: Patient, grant_id: UUID) -> HttpResponse:
    grant = get_object_or_404(Grant.objects.filter(patient=patient), pk=grant_id)
    revoke_access(grant=grant, by=person(request))
    messages.success(request, _("%(name)s can no longer see your log.") % {"name": grant.clinic or grant.user})
    return redirect("sharing:sharing", patient.pk)


@require_safe
def shared_logs(request: HttpRequest) -> HttpResponse:
    return render(request, "sharing/shared_logs.html", {"landing": landing_for(person(request))})


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    patient = start_diary(user=person(request))
    return redirect("today:today", patient.pk)
