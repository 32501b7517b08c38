from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.catalogue.finder import edition
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Draft, Entry, EntryVersion, Grade, Report, Urgency
from symptoms.diary.notes import found_in, read_to_keep, standing
from symptoms.diary.signals import entry_hidden, entry_saved
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.sharing.scope import Scope

DAYS_BACK: Final = 30
# How far back the widest rule looks, and so how far ahead a change can matter.
REACH: Final = timedelta(days=366)
# How old an entry may be to be assessed again because its note is read in another way.
RECENT: Final = timedelta(days=2)
# "Same as yesterday" never repeats what belongs to one moment.
ANSWERS_OF_A_MOMENT: Final = frozenset({"sudden", "minutes"})
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ReportSaid:
    """One symptom as it was filled in: grade 0 to 4 or None, and answers by question key."""

    symptom: Symptom
    grade: int | None
    answers: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntrySaid:
    """A whole log page as it was filled in. Temperature in Celsius, beside what was typed and its unit.

    `dismissed` are the ids of symptoms that were found in the note and taken back.
    """

    day: date
    reports: Sequence[ReportSaid] = ()
    temperature_c: Decimal | None = None
    temperature_typed: str = ""
    note: str = ""
    dismissed: Sequence[str] = ()


def save_entry(*, patient: Patient, said: EntrySaid, idempotency_key: UUID, by: User) -> Entry:
    """Write a new entry with its reports and its audit row, and drop the draft it was made from.

    The same `idempotency_key` again (a double click, a resent page) returns the entry that stands. Where
    the page was changed in between (Back, one more tick, Save), what is new is kept too: the patient's
    entry is changed, anybody else, who may only add, gets a second one.
    """
    try:
        with transaction.atomic():
            has_draft = _wait_and_look_for_draft(patient, by=by)
            entry = _new_entry(patient, said, idempotency_key, by=by)
            entry.save(force_insert=True)
            _write_reports(entry, said)
            if has_draft:
                drop_draft(patient=patient, by=by)
            if entry.happened_at < entry.made_at:
                _stir(_others(entry), entry.happened_at)
            _tell(entry, "diary.entry-saved", by=by)
    except IntegrityError:
        standing: Entry | None = Entry.objects.filter(patient=patient, idempotency_key=idempotency_key).first()
        if standing is None:
            raise
        return _save_again(standing, said, by=by)
    return entry


def repeat_day(*, patient: Patient, day: date, idempotency_key: UUID, scope: Scope, by: User) -> Entry | None:
    """Log for today what the last entry of `day` reported; None where there is nothing to repeat.

    What its note told, and nobody took back, counts as ticked. Temperature, note and the answers of that moment
    are not repeated, and nothing that is not in the `scope` of who repeats it.
    """
    entries = Entry.objects.live().filter(patient=patient, day=day).shown(scope)
    last: Entry | None = entries.newest_first().with_reports().first()
    reports = _to_repeat(last, notes=scope.notes) if last else []
    if last is None or not (reports or last.says_no_symptoms):
        return None
    today = clock.local_day(clock.now(), patient.time_zone)
    return save_entry(patient=patient, said=EntrySaid(today, reports), idempotency_key=idempotency_key, by=by)


def _to_repeat(last: Entry, *, notes: bool) -> list[ReportSaid]:
    found = standing(found_in(last) or (), last.note_dismissed) if last.note and notes else ()
    ticked = {one.symptom.slug for one in last.reports.all() if one.grade != Grade.NONE}
    told = Symptom.objects.filter(slug__in={one.symptom for one in found if one.sure} - ticked) if found else ()
    again = [ReportSaid(symptom, None) for symptom in told]
    slugs = {one.symptom.slug for one in again}
    return again + [_again(report) for report in last.reports.all() if report.symptom.slug not in slugs]


def _again(report: Report) -> ReportSaid:
    answers = {key: answer for key, answer in report.answers.items() if key not in ANSWERS_OF_A_MOMENT}
    return ReportSaid(report.symptom, report.grade, answers)


def change_entry(*, entry: Entry, said: EntrySaid, by: User) -> Entry:
    """Replace what an entry says and keep what it said before. It is assessed again.

    Where nothing changes, nothing is written.
    """
    if snapshot(entry) == _as_snapshot(said):
        return entry

    def apply(locked: Entry, now: datetime) -> None:
        locked.reports.all().delete()
        _write_reports(locked, said)
        fields = _fields(said, now, locked.time_zone, same_day=locked) | _read(said, by_patient=locked.by_patient)
        for name, value in fields.items():
            setattr(locked, name, value)
        if locked.urgent == Urgency.NO:
            locked.urgent = ""  # that was said of what stood there before

    return _revise(entry, apply, "diary.entry-changed", by=by)


@transaction.atomic
def answer_urgency(*, entry: Entry, answer: Urgency, by: User) -> None:
    """Keep the answer to "is it urgent for you?", and have the entry assessed again. The same again is nothing."""
    _wait_for_turn(entry.patient)
    asked = Entry.objects.live().filter(pk=entry.pk).exclude(urgent=answer)
    if asked.update(urgent=answer, revision=F("revision") + 1, saved_at=clock.now()):
        entry.refresh_from_db()
        _tell(entry, "diary.urgency-answered", by=by)


def answer_finding(*, entry: Entry, symptom: Symptom, felt: bool, told: str, by: User) -> bool:
    """Keep what the writer says of a symptom that was found in the note: yes ticks it, no takes it back.

    `told` is what was asked about (`Found.told`). Return False, and change nothing, where the note no longer says
    so. What was answered so before is not written again.
    """

    def apply(locked: Entry, now: datetime) -> None:
        if felt and not _is_ticked(locked, symptom):
            Report.objects.update_or_create(entry=locked, symptom=symptom, defaults={"grade": None})
        others = {slug for slug in locked.note_dismissed if slug != symptom.slug}
        locked.note_dismissed = sorted(others if felt else others | {symptom.slug})

    with transaction.atomic():
        _wait_for_turn(entry.patient)
        entry.refresh_from_db(fields=["note", "note_found", "note_dismissed"])
        found = [one for one in found_in(entry) or () if one.symptom == symptom.slug]
        if told not in {one.told(entry.note) for one in found}:
            return False
        if not (_is_ticked(entry, symptom) if felt else symptom.slug in entry.note_dismissed):
            _revise(entry, apply, "diary.finding-answered", by=by)
    return True


def _is_ticked(entry: Entry, symptom: Symptom) -> bool:
    """Say whether the symptom is among the reports; a grade of none is the same as no tick."""
    return bool(Report.objects.filter(entry=entry, symptom=symptom).exclude(grade=Grade.NONE).exists())


def read_notes_again() -> int:
    """Have today's finder read the notes that an older one read, or none; return how many there were.

    Where it finds something else in a note of the last two days, what hangs on it is assessed again.
    """
    unread = Entry.objects.live().with_unread_notes(edition()).values_list("pk", flat=True)
    done = 0
    for entry_id in list(unread):
        done += _read_again(entry_id)
    return done


@transaction.atomic
def _read_again(entry_id: UUID) -> bool:
    entry: Entry = Entry.objects.select_related("patient").get(pk=entry_id)
    _wait_for_turn(entry.patient)
    entry.refresh_from_db(fields=["note", "note_found", "happened_at"])
    before, found = entry.note_found, read_to_keep(entry.note, by_patient=entry.by_patient)
    if found is None:
        return False
    Entry.objects.filter(pk=entry_id).update(note_found=found, note_edition=edition())
    if found != before and entry.happened_at > clock.now() - RECENT:
        _stir(Entry.objects.filter(patient=entry.patient_id), entry.happened_at)
    return True


def delete_entry(*, entry: Entry, by: User) -> Entry:
    """Take an entry out of the diary. The row and its history stay, its photos go, and its flag learns of it."""

    def apply(locked: Entry, now: datetime) -> None:
        locked.deleted_at = now
        locked.photos.all().delete()  # an entry that nobody sees again keeps no picture of anybody

    return _revise(entry, apply, "diary.entry-deleted", by=by)


@transaction.atomic
def hide_entry(*, entry: Entry, by: User) -> None:
    """Show an entry to nobody but the patient, at once. Its flags are hidden with it (docs/adr/0017)."""
    if Entry.objects.filter(pk=entry.pk, hidden_at=None).update(hidden_at=clock.now()):
        record("diary.entry-hidden", by=by, patient=entry.patient_id, subject=f"entry:{entry.pk}")
        entry_hidden.send(sender=Entry, entry=entry)


@transaction.atomic
def show_entry(*, entry: Entry, by: User) -> None:
    """Show a hidden entry again to whoever the log is shared with. It is assessed anew, so that a flag is news."""
    hidden = Entry.objects.filter(pk=entry.pk).exclude(hidden_at=None)
    if hidden.update(hidden_at=None, revision=F("revision") + 1, saved_at=clock.now()):
        entry.refresh_from_db(fields=["revision"])
        _tell(entry, "diary.entry-shown", by=by)


@transaction.atomic
def stir_entries(*, patient: Patient, since: datetime) -> int:
    """Have the entries of the year from `since` (UTC) on assessed again, for what they rest on changed.

    One of the very same moment is among them. Return how many there are.
    """
    _wait_for_turn(patient)
    return _stir(Entry.objects.filter(patient=patient), since)


def keep_draft(*, patient: Patient, fields: Mapping[str, Any], by: User) -> Draft:
    """Keep a half-filled log page for its author."""
    draft, _ = Draft.objects.update_or_create(
        patient=patient, author=by, defaults={"fields": dict(fields), "kept_at": clock.now()}
    )
    return draft


def drop_draft(*, patient: Patient, by: User) -> None:
    """Forget the half-filled log page of this author."""
    Draft.objects.filter(patient=patient, author=by).delete()


def _stir(entries: Any, since: datetime) -> int:
    later = entries.live().filter(happened_at__range=(since, since + REACH))
    stirred: int = later.update(revision=F("revision") + 1, saved_at=clock.now())
    return stirred


def _others(entry: Entry) -> Any:
    return Entry.objects.filter(patient=entry.patient_id).exclude(pk=entry.pk)


def _wait_for_turn(patient: Patient) -> None:
    """Let one writer at a time into a diary, until its transaction ends.

    So whoever comes second is later by the clock too, and is assessed with what the first one said.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


def _wait_and_look_for_draft(patient: Patient, *, by: User) -> bool:
    """Wait for the turn and say whether `by` has a draft, in one query: a save without one need not delete any."""
    draft = Exists(Draft.objects.filter(patient=OuterRef("pk"), author=by))
    turn = Patient.objects.select_for_update(no_key=True).filter(pk=patient.pk)
    has_draft: bool = turn.values_list(draft, flat=True).get()
    return has_draft


def _new_entry(patient: Patient, said: EntrySaid, key: UUID, *, by: User) -> Entry:
    now, zone = clock.now(), patient.time_zone
    return Entry(
        patient=patient,
        author=by,
        idempotency_key=key,
        time_zone=zone,
        made_at=now,
        saved_at=now,
        **_fields(said, now, zone),
        **_read(said, by_patient=by.pk == patient.user_id),
    )


def _save_again(standing: Entry, said: EntrySaid, *, by: User) -> Entry:
    wanted = _as_snapshot(said)
    known = [snapshot(standing), *standing.versions.values_list("said", flat=True)]
    if standing.deleted_at is not None or wanted in known:
        return standing
    if standing.patient.user_id == by.pk:
        return change_entry(entry=standing, said=said, by=by)
    # A key of its own that the same page always leads to, so that this too is saved once.
    key = uuid5(standing.idempotency_key, repr(sorted(wanted.items())))
    return save_entry(patient=standing.patient, said=said, idempotency_key=key, by=by)


def _revise(entry: Entry, apply: Callable[[Entry, datetime], None], verb: str, *, by: User) -> Entry:
    with transaction.atomic():
        _wait_for_turn(entry.patient)
        now = clock.now()
        locked: Entry = Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        EntryVersion.objects.create(entry=locked, revision=locked.revision, said=snapshot(locked), replaced_by=by)
        before = locked.happened_at
        apply(locked, now)
        locked.revision += 1
        locked.saved_at = now
        locked.save()
        _stir(_others(locked), min(locked.happened_at, before))
        _tell(locked, verb, by=by)
    return locked


def snapshot(entry: Entry) -> dict[str, Any]:
    """Return all that an entry says now, as plain JSON."""
    return {
        "day": entry.day.isoformat(),
        "temperature_c": _celsius(entry.temperature_c),
        "temperature_typed": entry.temperature_typed,
        "note": entry.note,
        "reports": [
            {"symptom": report.symptom.slug, "grade": report.grade, "answers": report.answers}
            for report in entry.reports.select_related("symptom").order_by("symptom__slug")
        ],
        **_dismissed(entry.note_dismissed),
    }


def _celsius(degrees: Decimal | None) -> str | None:
    return None if degrees is None else str(degrees.quantize(_HUNDREDTH))


def _as_snapshot(said: EntrySaid) -> dict[str, Any]:
    return {
        "day": said.day.isoformat(),
        "temperature_c": _celsius(said.temperature_c),
        "temperature_typed": said.temperature_typed,
        "note": said.note,
        "reports": [
            {"symptom": one.symptom.slug, "grade": one.grade, "answers": dict(one.answers)}
            for one in sorted(said.reports, key=lambda one: one.symptom.slug)
        ],
        **_dismissed(said.dismissed),
    }


def _dismissed(symptoms: Sequence[str]) -> dict[str, list[str]]:
    return {"dismissed": sorted(symptoms)} if symptoms else {}


def _fields(said: EntrySaid, now: datetime, zone: str, same_day: Entry | None = None) -> dict[str, Any]:
    if same_day is not None and same_day.day == said.day:
        happened = same_day.happened_at
    else:
        # A day may begin elsewhere before it does in the zone of the entry: never later than now.
        today = said.day == clock.local_day(now, zone)
        happened = now if today else min(now, clock.end_of_day(said.day, zone))
    return {
        "day": said.day,
        "happened_at": happened,
        "temperature_c": said.temperature_c,
        "temperature_typed": said.temperature_typed,
        "note": said.note,
    }


def _read(said: EntrySaid, *, by_patient: bool) -> dict[str, Any]:
    found = read_to_keep(said.note, by_patient=by_patient)
    told = {one["symptom"] for one in found or ()}
    return {
        "note_found": found,
        "note_edition": edition() if found is not None else "",
        "note_dismissed": sorted(told & set(said.dismissed)),
    }


def _write_reports(entry: Entry, said: EntrySaid) -> None:
    Report.objects.bulk_create(
        Report(entry=entry, symptom=one.symptom, grade=one.grade, answers=dict(one.answers)) for one in said.reports
    )


def _tell(entry: Entry, verb: str, *, by: User) -> None:
    record(verb, by=by, patient=entry.patient_id, subject=f"entry:{entry.pk}", data={"revision": entry.revision})
    transaction.on_commit(partial(entry_saved.send_robust, sender=Entry, entry_id=entry.pk))
