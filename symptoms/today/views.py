from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from symptoms.accounts.models import User
from symptoms.accounts.person import person
from symptoms.diary.forms import month_and_day, page_number
from symptoms.lib import clock
from symptoms.lib.units import unit_of
from symptoms.sharing.access import Permission, Scope, patient_access
from symptoms.sharing.models import Patient
from symptoms.sharing.selectors import landing_for
from symptoms.today.selectors import marked_month, today_for_page


@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to their own first page: diary, clinic, shared logs, or the choice to start one."""
    if not isinstance(request.user, User):
        return render(request, "today/welcome.html", {"demo": settings.DEMO})
    landing = landing_for(request.user)
    if landing.own:
        return redirect("today:today", landing.own.pk)
    if landing.clinics:
        return redirect("inbox:queue", landing.clinics[0].pk)
    if landing.shared:
        return redirect("sharing:shared-logs")
    return render(request, "today/start.html")


@require_safe
@patient_access(Permission.READ_LOG)
def today(request: HttpRequest, patient: Patient) -> HttpResponse:
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    scope: Scope = request.scope  # type: ignore[attr-defined]
    context = {
        "patient": patient,
        "page": today_for_page(patient, scope=scope),
        "scope": scope,
        "kinds": scope.kinds,
        "own": patient.user_id == person(request).pk,
        "may_add": Permission.ADD_ENTRY in allowed,
        "may_log_injection": Permission.ADD_INJECTIONS in allowed,
        "none_key": uuid4(),
        "same_key": uuid4(),
    }
    return render(request, "today/today.html", context)


@require_safe
@patient_access(Permission.READ_LOG)
def month(request: HttpRequest, patient: Patient) -> HttpResponse:
    today = clock.local_day(clock.now(), patient.time_zone)
    first, day = month_and_day(request.GET, today)
    scope: Scope = request.scope  # type: ignore[attr-defined]
    shown: dict[str, Any] = {"unit": unit_of(person(request).temperature_unit), "scope": scope}
    page = marked_month(patient, first=first, today=today, day=day, page=page_number(request.GET), **shown)
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    context = {
        "patient": patient,
        "page": page,
        "scope": scope,
        "may_add": Permission.ADD_ENTRY in allowed,
        "may_change": Permission.CHANGE_ENTRY in allowed,
    }
    return render(request, "today/month.html", context)
