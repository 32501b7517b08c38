"""Entries as a patient makes them: through the action that the log page calls."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import uuid4

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, save_entry
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.sharing.models import Patient


def make_entry(
    patient: Patient,
    grades: Mapping[str, int | None] | None = None,
    *,
    day: date | None = None,
    by: User | None = None,
    temperature_c: Decimal | None = None,
    note: str = "",
) -> Entry:
    """Log symptoms by slug and grade for a patient, today unless `day` says otherwise."""
    grades = grades or {}
    symptoms = Symptom.objects.in_bulk(list(grades), field_name="slug")
    said = EntrySaid(
        day=day or clock.local_day(clock.now(), patient.time_zone),
        reports=[ReportSaid(symptoms[slug], grade) for slug, grade in grades.items()],
        temperature_c=temperature_c,
        temperature_typed=f"{temperature_c} C" if temperature_c is not None else "",
        note=note,
    )
    return save_entry(patient=patient, said=said, idempotency_key=uuid4(), by=by or patient.user)
