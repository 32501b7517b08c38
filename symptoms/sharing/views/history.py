from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.history import history_for_page
from symptoms.sharing.models import Patient


@require_safe
@patient_access(Permission.MANAGE_SHARING)
def history(request: HttpRequest, patient: Patient) -> HttpResponse:
    page = history_for_page(patient, before=request.GET.get("before", ""))
    return render(request, "sharing/history.html", {"patient": patient, "page": page})
