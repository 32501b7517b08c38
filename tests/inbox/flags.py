"""Flags as triage leaves them, one by one or by the thousand."""

from datetime import datetime, timedelta
from typing import Any

from symptoms.accounts.models import User
from symptoms.diary.models import Entry, Report
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, Patient
from symptoms.triage.actions import assess_entry
from symptoms.triage.models import Assessment, Flag, FlagEvent, FlaggedEntry
from tests.factories.cast import make_patient, make_user, share
from tests.factories.diary import make_entry


def flag_entry(entry: Entry) -> Flag:
    """Have the rules look at an entry that they flag."""
    assess_entry(entry_id=entry.pk)
    return Flag.objects.get(lines__entry=entry)


def assess_all() -> None:
    """Let no entry wait: where tests share rows for minutes, `/healthz/` would tell."""
    for entry_id in Entry.objects.unassessed().values_list("pk", flat=True):
        assess_entry(entry_id=entry_id)


def emergency(patient: Patient, **fields: Any) -> Flag:
    return flag_entry(make_entry(patient, {"swelling-face": 3, "fatigue": 1}, **fields))


def same_day(patient: Patient, **fields: Any) -> Flag:
    return flag_entry(make_entry(patient, {"fever": 3}, **fields))


def waited(flag: Flag, **ago: float) -> Flag:
    """Move the raising of a flag into the past."""
    Flag.objects.filter(pk=flag.pk).update(raised_at=clock.now() - timedelta(**ago))
    flag.refresh_from_db()
    return flag


def late(entry: Entry, **ago: float) -> Entry:
    """Move the saving of an entry into the past: nobody has looked at it since."""
    Entry.objects.filter(pk=entry.pk).update(saved_at=clock.now() - timedelta(**ago))
    return entry


def namesake(of: Patient, born: int) -> Patient:
    """Make another patient with the very name of one."""
    user = make_user("Namesake")
    User.objects.filter(pk=user.pk).update(name=of.name)
    return make_patient(User.objects.get(pk=user.pk), born=born)


def hidden_patient(clinic: Clinic) -> Patient:
    """Make a patient whom only `clinic` knows."""
    patient = make_patient(make_user("Hidden"))
    share(patient, clinic)
    return patient


def many(clinic: Clinic, number: int) -> None:
    """Make `number` patients who share with `clinic`, each with one waiting flag."""
    pattern = emergency(make_patient(make_user("Pattern")))
    share(pattern.patient, clinic)
    now = clock.now()
    for n in range(number - 1):
        _copy(pattern, make_patient(make_user(f"Patient {n}")), clinic, now - timedelta(minutes=n))


def _copy(pattern: Flag, patient: Patient, clinic: Clinic, at: datetime) -> None:
    share(patient, clinic)
    entry = Entry.objects.create(
        patient=patient,
        author=patient.user,
        day=pattern.entry.day,
        happened_at=at,
        time_zone="UTC",
        assessed_revision=1,
    )
    reports = Report.objects.filter(entry=pattern.entry)
    Report.objects.bulk_create(
        Report(entry=entry, symptom=one.symptom, grade=one.grade) for one in reports.select_related("symptom")
    )
    said = Assessment.objects.get(entry=pattern.entry)
    said.pk, said.entry = None, entry
    said.save()
    flag = Flag.objects.create(
        patient=patient, entry=entry, since=entry.day, tier=pattern.tier, raised_at=at, news_at=at
    )
    FlaggedEntry.objects.create(flag=flag, entry=entry, joined_at=at, raised=True, alarms=[])


def kinds(flag: Flag) -> list[str]:
    return list(FlagEvent.objects.filter(flag=flag).values_list("kind", flat=True))
