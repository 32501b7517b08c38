"""The vaccines of a patient, each with what is to be said of it."""

from dataclasses import dataclass
from datetime import date

from symptoms.followups import vaccine_words as words
from symptoms.followups.models import Vaccine
from symptoms.lib import clock
from symptoms.lib.words import Words
from symptoms.sharing.models import Patient


@dataclass(frozen=True, slots=True)
class VaccineLine:
    """One vaccine, what is said of it, and whether it asks to contact the care team (rule P17)."""

    row: Vaccine
    text: Words
    asks: bool

    @property
    def tier(self) -> str:
        return words.TIER

    @property
    def source(self) -> Words:
        return words.VACCINE_SOURCE


def line_of(row: Vaccine, today: date) -> VaccineLine:
    """Return what is said of a vaccine on the patient's day `today`. A kind that nobody knows counts as live."""
    if row.agreed_at is not None:
        return VaccineLine(row, words.AGREED, asks=False)
    if row.day < today:
        return VaccineLine(row, words.WAS_HAD, asks=False)
    if row.kind == Vaccine.Kind.NOT_LIVE:
        return VaccineLine(row, words.WORKS_LESS, asks=False)
    return VaccineLine(row, words.NOT_YET, asks=True)


def vaccines_for_page(patient: Patient) -> list[VaccineLine]:
    """Return the vaccines on the list, the latest day first. One query."""
    today = clock.local_day(clock.now(), patient.time_zone)
    rows = Vaccine.objects.filter(patient=patient, deleted_at=None).select_related("agreed_by")
    return [line_of(row, today) for row in rows.order_by("-day", "-made_at")]


def vaccines_that_ask(patient: Patient) -> list[VaccineLine]:
    """Return those that ask to contact the care team now. One query."""
    return [line for line in vaccines_for_page(patient) if line.asks]
