from typing import IO

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.mydata.archive import build
from symptoms.mydata.gathering import gather
from symptoms.sharing.models import Patient


@transaction.atomic
def download(*, patient: Patient | None, by: User) -> IO[bytes]:
    """Return the open ZIP of all that `by` has here, with their own diary if there is one, and write it down.

    Raise `gathering.TooMuch` where it would not fit.
    """
    whole = gather(by, patient, clock.now())
    subject = f"patient:{patient.pk}" if patient else f"user:{by.uuid}"
    record(
        "mydata.downloaded", by=by, patient=patient.pk if patient else None, subject=subject, data={"rows": whole.rows}
    )
    return build(whole)
