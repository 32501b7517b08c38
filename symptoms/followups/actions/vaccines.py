from datetime import date

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.models import Vaccine
from symptoms.lib import clock
from symptoms.sharing.models import Patient


@transaction.atomic
def add_vaccine(*, patient: Patient, name: str, kind: str, day: date, by: User) -> Vaccine:
    """Write down a vaccine that is planned or was had."""
    vaccine = Vaccine.objects.create(patient=patient, name=name, kind=kind, day=day)
    _tell(vaccine, "followups.vaccine-added", by)
    return vaccine


@transaction.atomic
def note_agreed(*, vaccine: Vaccine, by: User) -> None:
    """Write down that the MS team agrees to a vaccine. Said again, it changes nothing."""
    if Vaccine.objects.filter(pk=vaccine.pk, agreed_at=None).update(agreed_at=clock.now(), agreed_by=by):
        _tell(vaccine, "followups.vaccine-agreed", by)


@transaction.atomic
def remove_vaccine(*, vaccine: Vaccine, by: User) -> None:
    """Take a vaccine off the list. The row stays."""
    if Vaccine.objects.filter(pk=vaccine.pk, deleted_at=None).update(deleted_at=clock.now()):
        _tell(vaccine, "followups.vaccine-removed", by)


def _tell(vaccine: Vaccine, verb: str, by: User) -> None:
    record(verb, by=by, patient=vaccine.patient_id, subject=f"vaccine:{vaccine.pk}")
