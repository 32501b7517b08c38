from datetime import datetime

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.models import Injection
from symptoms.followups.signals import injection_saved
from symptoms.sharing.models import Patient


@transaction.atomic
def log_injection(*, patient: Patient, at: datetime, number: int | None, site: str, by: User) -> Injection:
    """Write down a shot given at `at` (UTC). Entries made since then are looked at again.

    Sent twice at once, it is written down once: one writer at a time.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    standing: Injection | None = Injection.objects.filter(patient=patient, at=at).first()
    if standing is not None:
        return standing
    injection: Injection = Injection.objects.create(
        patient=patient, at=at, time_zone=patient.time_zone, number=number, site=site
    )
    record("followups.injection-logged", by=by, patient=patient.pk, subject=f"injection:{injection.pk}")
    injection_saved.send(sender=Injection, patient=patient, at=at)
    return injection
