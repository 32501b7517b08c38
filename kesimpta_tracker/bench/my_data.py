"""How long somebody waits for the download of five years of daily logs, and for bringing it back."""

import io
import time
from datetime import timedelta
from typing import Final

from kesimpta_tracker.bench.rules import as_it_stands
from symptoms.accounts.models import User
from symptoms.catalogue.finder import edition
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry, Report
from symptoms.diary.notes import read_to_keep
from symptoms.followups.models import Injection
from symptoms.lib import clock
from symptoms.mydata.actions import ask_to_erase, bring_back, download, erase_due
from symptoms.mydata.unpacking import unpack
from symptoms.sharing.models import Patient
from symptoms.triage.models import Assessment
from symptoms.triage.ruleset import release_rules

NOTE: Final = "Bad night again, legs like lead and my head is pounding since the jab on Tuesday. No fever. " * 2


def measure(days: int) -> dict[str, float]:
    """Return seconds for a diary with an entry and a note a day, a shot a month, all assessed; and its size in MB."""
    ana, again = (Patient.objects.create(user=_person(name)) for name in ("years", "again"))
    symptoms = dict(Symptom.objects.filter(slug__in=("fatigue", "headache", "tingling")).values_list("slug", "pk"))
    _fill(ana, symptoms, days)
    shots = (clock.now() - timedelta(days=back) for back in range(3, days, 28))
    Injection.objects.bulk_create(Injection(patient=ana, at=at, time_zone="UTC") for at in shots)
    Assessment.objects.bulk_create(as_it_stands(ana, release_rules()), batch_size=1000)
    begun = time.perf_counter()
    with download(patient=ana, by=ana.user) as packed:
        exported, size = time.perf_counter(), packed.seek(0, io.SEEK_END)
        bring_back(patient=again, diary=unpack(packed), by=again.user)
    imported = time.perf_counter()
    User.objects.filter(pk=ana.user_id).update(erase_at=ask_to_erase(user=ana.user, by=ana.user) - timedelta(days=8))
    asked = time.perf_counter()
    if erase_due() != 1:
        raise RuntimeError("the account was not erased")
    return {
        "days": days,
        "export": exported - begun,
        "import": imported - exported,
        "erase": time.perf_counter() - asked,
        "megabytes": size / 1024 / 1024,
    }


def _person(name: str) -> User:
    return User.objects.create_user(f"{name}@bench.example", None, name=name.title(), time_zone="UTC")


def _fill(patient: Patient, symptoms: dict[str, int], days: int) -> None:
    now, found = clock.now(), read_to_keep(NOTE, by_patient=True)
    told = {
        "patient": patient,
        "author": patient.user,
        "time_zone": "UTC",
        "note": NOTE,
        "note_found": found,
        "note_edition": edition(),
    }
    diary = [
        Entry(day=at.date(), happened_at=at, made_at=at, saved_at=at, **told)
        for at in (now - timedelta(days=back) for back in range(1, days + 1))
    ]
    Entry.objects.bulk_create(diary, batch_size=1000)
    Report.objects.bulk_create(
        (
            Report(entry=entry, symptom_id=pk, grade=number % 3)
            for number, entry in enumerate(diary)
            for pk in symptoms.values()
        ),
        batch_size=1000,
    )
