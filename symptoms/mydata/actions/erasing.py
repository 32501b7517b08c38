"""Erase an account with all that is about its person: asked for, done after a grace, never half."""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import DatabaseError, connection, transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.actions.feeds import end_feed
from symptoms.followups.actions.reminders import end_copies
from symptoms.followups.models import CalendarFeed, ReminderCopy
from symptoms.lib import clock
from symptoms.mydata.actions.forgetting import forget, forget_mails
from symptoms.mydata.actions.tombstones import write_missing
from symptoms.mydata.mails import tell_erase_asked
from symptoms.mydata.models import Tombstone
from symptoms.sharing.actions import revoke_access, withdraw
from symptoms.sharing.models import Grant, Invitation, Patient

# Issue 6: "erase with a 7-day grace".
GRACE: Final = timedelta(days=7)
log = logging.getLogger(__name__)


@transaction.atomic
def ask_to_erase(*, user: User, by: User) -> datetime:
    """Have the account erased once the grace is over, and return when (UTC). Said again, the first time stands.

    Nobody else sees the diary from now on: sharing, copies and the calendar end at once, and stay ended also where
    the person keeps the data after all. A mail tells the owner, who may be somebody else than who asked.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.erase_at is not None:
        return locked.erase_at
    patient = Patient.objects.filter(user=locked).first()
    if patient is not None:
        withdraw_all(patient, by=by)
    at = clock.now() + GRACE
    User.objects.filter(pk=user.pk).update(erase_at=at)
    record("mydata.erase-asked", by=by, patient=patient.pk if patient else None, subject=f"user:{user.uuid}")
    transaction.on_commit(partial(tell_erase_asked, locked, at))
    return at


def withdraw_all(patient: Patient, *, by: User) -> None:
    """End every way in which somebody else reads of this patient."""
    # Invitations first: one that is taken up at this moment is waited for, and the share that it makes ends below.
    for invitation in Invitation.objects.filter(patient=patient, settled_at=None, withdrawn_at=None):
        withdraw(invitation=invitation, by=by)
    for grant in Grant.objects.filter(patient=patient, revoked_at=None):
        revoke_access(grant=grant, by=by)
    for copy in ReminderCopy.objects.filter(patient=patient).standing().select_related("user"):
        end_copies(copy=copy, by=by)
    for feed in CalendarFeed.objects.filter(patient=patient).standing():
        end_feed(feed=feed, by=by)


@transaction.atomic
def keep_data(*, user: User, by: User) -> bool:
    """Take the wish back. Return whether there was one. Nothing is shared again by itself."""
    if not User.objects.filter(pk=user.pk, erase_at__isnull=False).update(erase_at=None):
        return False
    patient = Patient.objects.filter(user=user).values_list("pk", flat=True).first()
    record("mydata.kept", by=by, patient=patient, subject=f"user:{user.uuid}")
    return True


def erase_due() -> int:
    """Erase every account whose grace is over, and return how many. Safe to run by several at once.

    One that the database refuses stays whole, is tried again the next time, and holds up no other.
    """
    due = User.objects.filter(erase_at__lte=clock.now()).order_by("erase_at").values_list("pk", flat=True)
    done = sum(_erase_if_possible(pk) for pk in list(due))
    if done:
        write_missing()
    return done


def _erase_if_possible(pk: int) -> bool:
    try:
        return _erase(pk)
    except DatabaseError as error:
        if not connection.is_usable():
            raise
        log.error("account %s could not be erased, it is tried again: %s", pk, type(error).__name__)
        return False


@transaction.atomic
def _erase(pk: int) -> bool:
    due = User.objects.select_for_update(skip_locked=True).filter(pk=pk, erase_at__lte=clock.now())
    if (user := due.first()) is None:
        return False
    erase_now(user)
    return True


def erase_now(user: User) -> None:
    """Erase an account, in the transaction of the caller, and leave a tombstone: two random ids and the time."""
    patient = Patient.objects.filter(user=user).values_list("pk", flat=True).first()
    Tombstone.objects.get_or_create(account=user.uuid, defaults={"patient": patient})
    words: tuple[Any, Any] = (user.email, user.name)
    subject = f"user:{user.uuid}"
    forget(user)
    record("mydata.erased", by=None, patient=patient, subject=subject)
    transaction.on_commit(partial(forget_mails, *words))
