"""Remember which shares were ended, also outside the database, so that a restored backup opens none of them again."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from symptoms.audit.actions import record
from symptoms.mydata import kept_file
from symptoms.sharing.models import Grant

log = logging.getLogger(__name__)


def write_ended() -> int:
    """Add to the file what it lacks of the shares that were ended, and return how many that were.

    Raise OSError where it cannot be written.
    """
    known = read_ended()
    ended = Grant.objects.exclude(revoked_at=None).order_by("revoked_at", "pk").values_list("pk", "revoked_at")
    missing = [{"grant": str(pk), "revoked_at": at.isoformat()} for pk, at in ended if at and pk not in known]
    kept_file.append(missing)
    return len(missing)


def end_shares_again() -> int:
    """End every share that the file says was ended and that stands in the database, and return how many."""
    ended = read_ended()
    back = Grant.objects.filter(revoked_at=None, pk__in=ended)
    return sum(_end_again(grant, ended[grant.pk]) for grant in back)


@transaction.atomic
def _end_again(grant: Grant, at: datetime) -> int:
    done = Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=at)
    if done:
        log.warning("share %s was ended and came back with a restored database: it is ended again", grant.pk)
        record("mydata.share-ended-again", by=None, patient=grant.patient_id, subject=f"grant:{grant.pk}")
    return done


def read_ended() -> dict[UUID, datetime]:
    """Return when each share was ended, as the file says."""
    found = {}
    for number, said in kept_file.read():
        try:
            if "grant" in said:
                found[UUID(said["grant"])] = kept_file.instant(said["revoked_at"])
        except (KeyError, TypeError, ValueError):
            kept_file.log_damaged(number)
    return found
