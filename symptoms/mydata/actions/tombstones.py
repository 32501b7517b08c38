"""Remember who was erased, also outside the database, so that a restored backup loses them again."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.mydata import kept_file
from symptoms.mydata.actions.ended_shares import end_shares_again, write_ended
from symptoms.mydata.actions.forgetting import accounts, forget, forget_mails
from symptoms.mydata.models import Tombstone

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file of tombstones."""

    account: UUID
    patient: UUID | None
    erased_at: datetime


def replay_tombstones() -> int:
    """Erase again whoever has a tombstone and is back, end again what shares were ended; return how many are erased.

    Quick where a restore brought nothing back.
    """
    lines = read_lines()
    Tombstone.objects.bulk_create(
        (Tombstone(account=one.account, patient=one.patient, erased_at=one.erased_at) for one in lines.values()),
        ignore_conflicts=True,
    )
    back = accounts(Tombstone.objects.values_list("account", flat=True))
    for user in back:
        _forget_again(user)
    end_shares_again()
    write_missing()
    return len(back)


@transaction.atomic
def _forget_again(user: User) -> None:
    log.warning("account %s was erased and came back with a restored database: it is erased again", user.pk)
    forget(user)
    transaction.on_commit(lambda: forget_mails(user.email, user.name))


def write_missing() -> int:
    """Add to the file what it lacks of the database's tombstones and ended shares; return how many lines that were.

    A file that cannot be written is a line in the log and tried again: all of it stands in the database.
    """
    try:
        known = read_lines()
        missing = [one for one in Tombstone.objects.order_by("erased_at", "pk") if one.account not in known]
        kept_file.append(_told(one) for one in missing)
        ended = write_ended()
    except OSError as error:
        log.error("the file of tombstones cannot be written: %s", type(error).__name__)
        return 0
    return len(missing) + ended


def read_lines() -> dict[UUID, Line]:
    """Return the lines of the file that tell of somebody who was erased, by account."""
    found: dict[UUID, Line] = {}
    for number, said in kept_file.read():
        try:
            if "grant" not in said:
                line = _line(said)
                found[line.account] = line
        except (KeyError, TypeError, ValueError):
            kept_file.log_damaged(number)
    return found


def _line(said: dict[str, str]) -> Line:
    patient = UUID(said["patient"]) if said["patient"] else None
    return Line(UUID(said["account"]), patient, kept_file.instant(said["erased_at"]))


def _told(tombstone: Tombstone) -> dict[str, str | None]:
    return {
        "account": str(tombstone.account),
        "patient": str(tombstone.patient) if tombstone.patient else None,
        "erased_at": tombstone.erased_at.isoformat(),
    }
