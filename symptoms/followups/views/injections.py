from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from symptoms.accounts.person import person
from symptoms.followups.actions import log_injection
from symptoms.followups.forms import InjectionForm
from symptoms.followups.selectors import InjectionsPage, injections_for_page
from symptoms.lib import clock
from symptoms.sharing.access import Permission, patient_access
from symptoms.sharing.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.READ_LOG, to_post=Permission.LOG_INJECTION)
def injections(request: HttpRequest, patient: Patient) -> HttpResponse:
    page = injections_for_page(patient)
    form = InjectionForm(request.POST or None, patient=patient, initial=_proposed(patient, page))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        log_injection(patient=patient, at=said["at"], number=said["number"], site=said["site"], by=person(request))
        messages.success(request, _("The shot is in your list."))
        return redirect("followups:injections", patient.pk)
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    may_log = Permission.LOG_INJECTION in allowed
    context = {"patient": patient, "page": page, "form": form if may_log else None, "may_log": may_log}
    return render(request, "followups/injections.html", context)


def _proposed(patient: Patient, page: InjectionsPage) -> dict[str, Any]:
    now = clock.now()
    return {
        "day": clock.local_day(now, patient.time_zone).isoformat(),
        "time": timezone.localtime(now).time(),
        "number": page.due.number if page.due else None,
        "site": page.suggested_site,
    }
