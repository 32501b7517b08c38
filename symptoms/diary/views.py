from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from symptoms.accounts.person import person
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import (
    EntrySaid,
    answer_finding,
    change_entry,
    delete_entry,
    drop_draft,
    hide_entry,
    keep_draft,
    repeat_day,
    save_entry,
    show_entry,
)
from symptoms.diary.forms import LogForm, fields_to_keep, initial_from, said_of, slugs_in, uuid_in
from symptoms.diary.models import Entry, EntryPhoto
from symptoms.diary.photo_pages import photos_of_entry, photos_of_page, take_photos
from symptoms.diary.photos import drop_waiting
from symptoms.diary.selectors import cut, draft_fields, entry_for_page, symptoms_for_log
from symptoms.lib import clock
from symptoms.lib.serving import photo_response
from symptoms.lib.units import Unit, unit_of
from symptoms.sharing.access import Permission, Scope, patient_access
from symptoms.sharing.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.ADD_ENTRY)
def log(request: HttpRequest, patient: Patient) -> HttpResponse:
    by, today = person(request), _today(patient)
    may_note = Permission.ADD_NOTES in request.allowed  # type: ignore[attr-defined]
    data = said_of(request.POST, may_note=may_note) if request.method == "POST" else None
    kept = said_of(draft_fields(patient, by=by), may_note=may_note) if data is None else {}
    form = LogForm(data, patient=patient, today=today, initial=kept, by_patient=by.pk == patient.user_id)
    if form.is_valid() and not form.asks:
        saved = save_entry(patient=patient, said=form.said(), idempotency_key=form.key, by=by)
        take_photos(request, patient, saved, page=form.key)
        return _to_advice(request, saved, form)
    waiting = photos_of_page(request, patient, page=form.key, is_known=data is not None or bool(kept))
    page = symptoms_for_log(patient, today=today, ticked=form.slugs, scope=_scope(request))
    context = {"patient": patient, "form": form, "page": page, "has_draft": bool(kept), "may_note": may_note}
    return render(request, "diary/log.html", context | waiting)


@require_POST
@patient_access(Permission.ADD_ENTRY)
def log_none(request: HttpRequest, patient: Patient) -> HttpResponse:
    said = EntrySaid(day=_today(patient))
    saved = save_entry(patient=patient, said=said, idempotency_key=_key_of_day(request, patient), by=person(request))
    return _to_advice(request, saved)


@require_POST
@patient_access(Permission.ADD_ENTRY)
def log_same(request: HttpRequest, patient: Patient) -> HttpResponse:
    yesterday = _today(patient) - timedelta(days=1)
    key = _key_of_day(request, patient)
    by, scope = person(request), _scope(request)
    saved = repeat_day(patient=patient, day=yesterday, idempotency_key=key, scope=scope, by=by)
    if saved is None:
        messages.info(request, _("There is nothing from yesterday to repeat. Tick what you feel today."))
        return redirect("diary:log", patient.pk)
    return _to_advice(request, saved)


@require_POST
@patient_access(Permission.ADD_ENTRY)
def draft(request: HttpRequest, patient: Patient) -> HttpResponse:
    by = person(request)
    if "drop" in request.POST:
        drop_draft(patient=patient, by=by)
        drop_waiting(patient=patient, by=by)
        return redirect("diary:log", patient.pk)
    fields = fields_to_keep(said_of(request.POST, may_note=Permission.ADD_NOTES in request.allowed))  # type: ignore[attr-defined]
    if fields is None:
        return HttpResponse(status=413)
    keep_draft(patient=patient, fields=fields, by=by)
    return HttpResponse(status=204)


@require_POST
@patient_access(Permission.ADD_NOTES)
def found(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Answer with what the note of a half-filled page tells. Nothing is kept."""
    by_patient = person(request).pk == patient.user_id and "by_caregiver" not in request.POST
    form = LogForm(request.POST, patient=patient, today=_today(patient), by_patient=by_patient)
    return render(request, "diary/_found.html", {"form": form})


@require_POST
@patient_access(Permission.ADD_ENTRY)
def entry_found(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    """Keep yes or no to something found in the note. Only whoever wrote the entry, or may change it, is heard."""
    shown, by = _entry(request, patient, entry_id), person(request)
    answer = request.POST.get("answer")
    symptom = Symptom.objects.filter(slug__in=slugs_in([request.POST.get("symptom", "")])).first()
    if not (_may(request)["may_change"] or shown.author_id == by.pk):
        messages.info(request, _("Only the person who wrote the entry can answer this. Nothing was changed."))
    elif symptom and answer in {"yes", "no"}:
        told = request.POST.get("told", "")
        if not answer_finding(entry=shown, symptom=symptom, felt=answer == "yes", told=told, by=by):
            messages.info(request, _("The note has changed since. Please look again."))
    return redirect("triage:advice", patient.pk, shown.pk)


@require_safe
@patient_access(Permission.READ_ENTRY)
def entry(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    shown = _entry(request, patient, entry_id)
    page = entry_for_page(cut(shown, _scope(request)), unit=_unit(request), scope=_scope(request))
    context = {"patient": patient, "entry": shown, "page": page, "scope": _scope(request)}
    return render(request, "diary/entry.html", context | _may(request))


@require_safe
@patient_access(Permission.READ_PHOTOS)
def photo(request: HttpRequest, patient: Patient, entry_id: UUID, photo_id: UUID) -> HttpResponse:
    """Serve one photo as nothing but a picture; with `?small` its thumbnail."""
    photos = EntryPhoto.objects.shown(_scope(request)).filter(patient=patient, entry=entry_id)
    found = get_object_or_404(photos.values_list("small" if "small" in request.GET else "data", flat=True), pk=photo_id)
    return photo_response(bytes(found))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.CHANGE_ENTRY)
def entry_edit(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    shown, today = _entry(request, patient, entry_id), _today(patient)
    data = request.POST if request.method == "POST" else None
    form = LogForm(data, patient=patient, today=today, initial=initial_from(shown), of=shown)
    if form.is_valid() and not form.asks:
        saved = change_entry(entry=shown, said=form.said(), by=person(request))
        take_photos(request, patient, saved)
        return _to_advice(request, saved, form)
    take_photos(request, patient, shown, is_asked_again=True)
    page = symptoms_for_log(patient, today=today, ticked=form.slugs, scope=_scope(request))
    context = {"patient": patient, "entry": shown, "form": form, "page": page, "may_note": True}
    return render(request, "diary/entry_edit.html", context | photos_of_entry(request, shown))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.DELETE_ENTRY)
def entry_delete(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    shown = _entry(request, patient, entry_id)
    if request.method == "POST":
        delete_entry(entry=shown, by=person(request))
        messages.success(request, _("The entry is deleted."))
        return redirect("today:month", patient.pk)
    return render(request, "diary/entry_delete.html", {"patient": patient, "entry": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@patient_access(Permission.HIDE_ENTRY)
def entry_hide(request: HttpRequest, patient: Patient, entry_id: UUID) -> HttpResponse:
    """Hide one entry from everybody else, after saying what that means; or show it again."""
    shown = _entry(request, patient, entry_id)
    if request.method == "POST":
        if shown.hidden_at:
            show_entry(entry=shown, by=person(request))
            messages.success(request, _("The entry is shown again to whoever may see your entries."))
        else:
            hide_entry(entry=shown, by=person(request))
            messages.success(request, _("The entry is hidden. Only you can see it."))
        return redirect("diary:entry", patient.pk, shown.pk)
    return render(request, "diary/entry_hide.html", {"patient": patient, "entry": shown})


def _today(patient: Patient) -> date:
    return clock.local_day(clock.now(), patient.time_zone)


def _unit(request: HttpRequest) -> Unit:
    return unit_of(person(request).temperature_unit)


def _key_of_day(request: HttpRequest, patient: Patient) -> UUID:
    """Return the key of the button that was pressed, another one each day: a page left open is no resend."""
    return uuid5(uuid_in(request.POST.get("key")) or uuid4(), _today(patient).isoformat())


def _entry(request: HttpRequest, patient: Patient, entry_id: UUID) -> Entry:
    entries = Entry.objects.live().filter(patient=patient).shown(_scope(request)).with_reports()
    found: Entry = get_object_or_404(entries, pk=entry_id)
    return found


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def _may(request: HttpRequest) -> dict[str, bool]:
    """Return which of the page's actions this person may take."""
    allowed = request.allowed  # type: ignore[attr-defined]
    return {
        "may_add": Permission.ADD_ENTRY in allowed,
        "may_change": Permission.CHANGE_ENTRY in allowed,
        "may_delete": Permission.DELETE_ENTRY in allowed,
        "may_hide": Permission.HIDE_ENTRY in allowed,
    }


def _to_advice(request: HttpRequest, saved: Entry, form: LogForm | None = None) -> HttpResponse:
    if saved.deleted_at is not None:
        messages.info(request, _("That entry was deleted. Nothing new is saved."))
        return redirect("diary:log", saved.patient_id)
    for words in form.left_out if form else ():
        messages.warning(
            request, _("Saved, but we could not read this: %(what)s. You can change the entry.") % {"what": words}
        )
    response = redirect("triage:advice", saved.patient_id, saved.pk)
    response.status_code = 303
    return response
