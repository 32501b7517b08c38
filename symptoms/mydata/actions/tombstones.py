"""Remember who was erased, also outside the database, so that a restored backup loses them again."""

import json
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from symptoms.accounts.models import User
from symptoms.mydata.actions.forgetting import accounts, forget, forget_mails
from symptoms.mydata.models import Tombstone

MODE: Final = 0o600
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file of tombstones."""

    account: UUID
    patient: UUID | None
    erased_at: datetime


def replay_tombstones() -> int:
    """Erase again whoever has a tombstone and is back, and return how many. Quick where nobody is."""
    lines = read_lines()
    Tombstone.objects.bulk_create(
        (Tombstone(account=one.account, patient=one.patient, erased_at=one.erased_at) for one in lines.values()),
        ignore_conflicts=True,
    )
    back = accounts(Tombstone.objects.values_list("account", flat=True))
    for user in back:
        _forget_again(user)
    write_missing()
    return len(back)


@transaction.atomic
def _forget_again(user: User) -> None:
    log.warning("account %s was erased and came back with a restored database: it is erased again", user.pk)
    forget(user)
    transaction.on_commit(lambda: forget_mails(user.email, user.name))


def write_missing() -> int:
    """Add to the file what it lacks of the database's tombstones, and return how many lines that were.

    A file that cannot be written is a line in the log and tried again: the tombstone stands in the database.
    """
    try:
        known = read_lines()
        missing = [one for one in Tombstone.objects.order_by("erased_at", "pk") if one.account not in known]
        _append(missing)
    except OSError as error:
        log.error("the file of tombstones cannot be written: %s", type(error).__name__)
        return 0
    return len(missing)


def read_lines() -> dict[UUID, Line]:
    """Return the lines of the file by account. One that is damaged is a line in the log: the others hold."""
    path = Path(settings.TOMBSTONES)
    found: dict[UUID, Line] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else (), start=1):
        try:
            line = _line(json.loads(text))
        except (KeyError, TypeError, ValueError):
            if text.strip():
                log.error("line %d of the file of tombstones cannot be read", number)
            continue
        found[line.account] = line
    return found


def _line(said: dict[str, str]) -> Line:
    patient = UUID(said["patient"]) if said["patient"] else None
    at = datetime.fromisoformat(said["erased_at"])
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return Line(UUID(said["account"]), patient, at)


def _append(tombstones: list[Tombstone]) -> None:
    """Append whole lines and wait until the disk has them. What stands in the file is never touched."""
    if not tombstones:
        return
    path = Path(settings.TOMBSTONES)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = [
        {
            "account": str(one.account),
            "patient": str(one.patient) if one.patient else None,
            "erased_at": one.erased_at.isoformat(),
        }
        for one in tombstones
    ]
    # A line that was torn off stays apart from the next one.
    text = "".join(f"\n{json.dumps(one)}\n" for one in told)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
    try:
        os.write(file, text.encode())
        os.fsync(file)
    finally:
        os.close(file)
