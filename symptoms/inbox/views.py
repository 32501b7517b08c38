from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from symptoms.accounts.person import person
from symptoms.inbox.actions import note_flag_look, note_queue_look, note_tests_look
from symptoms.inbox.forms import AnswerForm
from symptoms.inbox.selectors.blood_tests import tests_of_clinic
from symptoms.inbox.selectors.panel import flag_for_page
from symptoms.inbox.selectors.queue import QueuePage, flags_of, queue_for_page
from symptoms.lib.markup import free_markup
from symptoms.sharing.access import Permission, can, clinic_access
from symptoms.sharing.models import Clinic
from symptoms.triage.actions import AlreadyTaken, acknowledge_flag, resolve_flag
from symptoms.triage.models import Flag


@require_safe
@free_markup
@clinic_access
def queue(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    page = _queue(request, clinic)
    if request.GET.get("seen") != page.digest:
        note_queue_look(clinic=clinic, state=page.state, rows=len(page.rows), by=person(request))
    htmx = getattr(request, "htmx", None)
    refresh = isinstance(htmx, HtmxDetails) and bool(htmx)
    context = {"clinic": clinic, "queue": page, "open_id": request.GET.get("open", ""), "refresh": refresh}
    return render(request, "inbox/_refresh.html" if refresh else "inbox/queue.html", context)


@require_safe
@clinic_access
def blood_tests(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    page = tests_of_clinic(clinic)
    note_tests_look(clinic=clinic, rows=page.open, by=person(request))
    return render(request, "inbox/blood_tests.html", {"clinic": clinic, "page": page})


@require_safe
@free_markup
@clinic_access
def flag(request: HttpRequest, clinic: Clinic, flag_id: UUID) -> HttpResponse:
    return _show(request, clinic, _checked(request, clinic, flag_id), AnswerForm())


@require_POST
@free_markup
@clinic_access
def acknowledge(request: HttpRequest, clinic: Clinic, flag_id: UUID) -> HttpResponse:
    found, form = _checked(request, clinic, flag_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, clinic, found, form, status=422)
    try:
        _check_shown(found, form)
        acknowledge_flag(flag=found, seen=found.news_at, by=person(request), note=form.cleaned_data["note"])
    except AlreadyTaken as taken:
        return _show(request, clinic, taken.flag, form, status=409, late=True)
    messages.success(request, _("You acknowledged this entry. It stays open until somebody resolves it."))
    return redirect("inbox:flag", clinic.pk, flag_id)


@require_POST
@free_markup
@clinic_access
def resolve(request: HttpRequest, clinic: Clinic, flag_id: UUID) -> HttpResponse:
    found, form = _checked(request, clinic, flag_id), AnswerForm(request.POST, note_needed=True)
    if not form.is_valid():
        return _show(request, clinic, found, form, status=422)
    try:
        _check_shown(found, form)
        resolve_flag(flag=found, seen=found.news_at, by=person(request), note=form.cleaned_data["note"])
    except AlreadyTaken as taken:
        return _show(request, clinic, taken.flag, form, status=409, late=True)
    messages.success(request, _("You resolved the entry of %(name)s.") % {"name": found.patient.name})
    return redirect("inbox:queue", clinic.pk)


def _checked(request: HttpRequest, clinic: Clinic, flag_id: UUID) -> Flag:
    """Return the flag of a patient who shares with this clinic now, or answer 404 as for an unknown id."""
    people = flags_of(clinic).select_related("patient__user", "acknowledged_by", "resolved_by")
    found: Flag | None = people.filter(pk=flag_id).first()
    if found is None:
        raise Http404
    if not can(person(request), Permission.WORK_FLAGS, found.patient):
        raise PermissionDenied
    return found


def _check_shown(found: Flag, form: AnswerForm) -> None:
    """Raise AlreadyTaken where the flag was raised again after the page was made: nobody answers unread news."""
    shown = form.cleaned_data["news"]
    if shown != found.news_at.isoformat():
        raise AlreadyTaken(found)


def _queue(request: HttpRequest, clinic: Clinic, state: str = "") -> QueuePage:
    state = state or request.GET.get("state", "")
    number = request.GET.get("page", "")
    return queue_for_page(
        clinic=clinic,
        state=state if state in Flag.State.values else Flag.State.WAITING,
        number=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
        reader=person(request),
    )


def _show(
    request: HttpRequest,
    clinic: Clinic,
    found: Flag,
    form: AnswerForm,
    *,
    status: int = 200,
    late: bool = False,
) -> HttpResponse:
    """Show a flag beside the list it stands in. `late`: somebody else was first, what was typed is kept."""
    note_flag_look(flag=found, by=person(request))
    context: dict[str, Any] = {
        "clinic": clinic,
        "queue": _queue(request, clinic, found.state),
        "panel": flag_for_page(flag=found, clinic=clinic, reader=person(request)),
        "open_id": str(found.pk),
        "form": form,
        "late": late,
    }
    return render(request, "inbox/flag.html", context, status=status)
