from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.diary.actions import answer_urgency
from symptoms.diary.models import Entry, Urgency
from symptoms.sharing.access import Permission, Scope, patient_access
from symptoms.sharing.models import Patient
from symptoms.triage.actions import assess_entry, tell_called
from symptoms.triage.selectors import advice_for_page


@require_safe
@patient_access(Permission.READ_SYMPTOMS)
def advice(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    entry = _entry(request, patient, entry_id)
    page = advice_for_page(patient, entry, reader=person(request), scope=_scope(request))
    may = _allowed(request)
    may["may_answer"] = may["may_change"] or (may["may_add"] and page.own_entry)
    context = {"patient": patient, "entry": entry, "page": page, **may}
    return render(request, "triage/advice.html", context)


@require_POST
@patient_access(Permission.ADD_ENTRY)
def advice_called(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    entry = _entry(request, patient, entry_id)
    # The call may be quicker than the worker: what is told belongs to the flag, so raise that first.
    assess_entry(entry_id=entry.pk)
    tell_called(entry=entry, by=person(request))
    if request.POST.get("from") == "today":
        return redirect("today:today", patient.pk)
    return redirect("triage:advice", patient.pk, entry.pk)


@require_POST
@patient_access(Permission.ADD_ENTRY)
def advice_urgency(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    """Keep the answer to "is it urgent for you?". What is neither yes nor no changes nothing."""
    entry, answer = _entry(request, patient, entry_id), request.POST.get("urgent", "")
    if answer in Urgency.values:
        answer_urgency(entry=entry, answer=Urgency(answer), by=person(request))
    return redirect("triage:advice", patient.pk, entry.pk)


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def _allowed(request: HttpRequest) -> dict[str, bool]:
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    return {"may_add": Permission.ADD_ENTRY in allowed, "may_change": Permission.CHANGE_ENTRY in allowed}


def _entry(request: HttpRequest, patient: Patient, entry_id: UUID) -> Entry:
    entries = Entry.objects.live().filter(patient=patient).shown(_scope(request)).select_related("author")
    entry: Entry = get_object_or_404(entries, pk=entry_id)
    return entry
