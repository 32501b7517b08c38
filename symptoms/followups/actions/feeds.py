"""Make and end the address at which a patient's calendar is read."""

import hashlib
import secrets
from typing import Final

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.models import CalendarFeed
from symptoms.lib import clock
from symptoms.sharing.models import Patient

SECRET_BYTES: Final = 32


@transaction.atomic
def make_feed(*, patient: Patient, detail: str, by: User) -> str:
    """Return the secret of a new address. The one of before, if there is one, ends at once.

    The secret is kept nowhere: only its digest is.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    CalendarFeed.objects.filter(patient=patient).standing().update(ended_at=clock.now())
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed: CalendarFeed = CalendarFeed.objects.create(patient=patient, digest=digest_of(secret), detail=detail)
    record("followups.feed-made", by=by, patient=patient.pk, subject=f"feed:{feed.pk}", data={"detail": detail})
    return secret


@transaction.atomic
def end_feed(*, feed: CalendarFeed, by: User) -> None:
    """End an address at once."""
    if CalendarFeed.objects.filter(pk=feed.pk, ended_at=None).update(ended_at=clock.now()):
        record("followups.feed-ended", by=by, patient=feed.patient_id, subject=f"feed:{feed.pk}")


def feed_of(secret: str) -> CalendarFeed | None:
    """Return the standing feed of a secret, of an account that is open. One query on a unique index."""
    standing = CalendarFeed.objects.standing().select_related("patient__user")
    found: CalendarFeed | None = standing.filter(digest=digest_of(secret), patient__user__is_active=True).first()
    return found


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: it has 256 random bits, so one round of SHA-256 hides it."""
    return hashlib.sha256(secret.encode()).hexdigest()
