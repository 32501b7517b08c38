"""An invitation is made, taken up, confirmed or withdrawn. Its secret is told once and kept as a digest."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.sharing.actions.clinics import LastManager, add_member, managers_of
from symptoms.sharing.actions.grants import grant_access, in_order
from symptoms.sharing.models import Clinic, Invitation, Patient

# A week to find the mail; a day for what was said aloud (docs/adr/0017).
MAIL_LASTS: Final = timedelta(days=7)
CODE_LASTS: Final = timedelta(hours=24)
# Said and heard without doubt: no 0 and O, no 1, I and L, no U and V.
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTWXYZ"
CODE_LENGTH: Final = 10


class NotOpen(Exception):
    """There is no such invitation, or it was taken up, withdrawn or is too old. Which of these, nobody is told."""


class NotForThisAccount(Exception):
    """The invitation went to another address than that of this account, or it is the account's own log."""


def digest(secret: str) -> str:
    """Return what is kept of a token or code. With the key of the tracker, so that a copy of the table gives none."""
    return salted_hmac("symptoms.sharing.invitations", secret, algorithm="sha256").hexdigest()


def plain(typed: str) -> str:
    """Return a token or code as it was given out: a code may be typed small, with spaces or lines between."""
    text = "".join(typed.split())
    code = text.replace("-", "").upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else text


@transaction.atomic
def invite_to_log(
    *,
    patient: Patient,
    way: str,
    reads: Iterable[str],
    by: User,
    adds: Iterable[str] = (),
    email: str = "",
    for_whom: str = "",
    ends_at: datetime | None = None,
) -> tuple[Invitation, str]:
    """Offer somebody to read these kinds of a log. Return the invitation and its secret, which is kept nowhere."""
    by_code = way == Invitation.Way.CODE
    reads = in_order(reads)
    fields: dict[str, Any] = {
        "way": way,
        "email": "" if by_code else email.lower(),
        "for_whom": for_whom,
        "reads": reads,
        "adds": in_order(set(adds) & set(reads)),
        "ends_at": ends_at,
        "expires_at": clock.now() + (CODE_LASTS if by_code else MAIL_LASTS),
    }
    secret = _code() if by_code else secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(patient=patient, secret=digest(secret), made_by=by, **fields)
    _record("made", invitation, by=by)
    return invitation, secret


@transaction.atomic
def invite_to_clinic(*, clinic: Clinic, email: str, role: str, by: User) -> tuple[Invitation, str]:
    """Offer somebody to work in a clinic. Return the invitation and its secret, which is kept nowhere."""
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        clinic=clinic,
        way=Invitation.Way.EMAIL,
        email=email.lower(),
        role=role,
        secret=digest(secret),
        made_by=by,
        expires_at=clock.now() + MAIL_LASTS,
    )
    _record("made", invitation, by=by)
    return invitation, secret


@transaction.atomic
def take_up(*, invitation_id: UUID, by: User) -> Invitation:
    """Take up an invitation, once: who comes second, by however little, is told that it is not open."""
    open_now = Invitation.objects.open(clock.now()).filter(pk=invitation_id)
    found = open_now.select_for_update(of=("self",)).select_related("patient__user", "clinic", "made_by").first()
    if found is None or not still_offered(found):
        raise NotOpen
    check_account(found, by)
    now = clock.now()
    found.claimed_by, found.claimed_at = by, now
    found.settled_at = None if found.way == Invitation.Way.CODE else now
    found.save(update_fields=["claimed_by", "claimed_at", "settled_at"])
    _record("taken-up", found, by=by)
    if found.settled_at:
        try:
            _settle(found, by)
        except LastManager:
            raise NotOpen from None
    return found


def still_offered(invitation: Invitation) -> bool:
    """Say whether who made it may still let anybody in: a manager who was taken out may not."""
    if invitation.clinic is not None:
        return managers_of(invitation.clinic).filter(user=invitation.made_by_id).exists()
    return invitation.made_by.is_active


def check_account(invitation: Invitation, user: User) -> None:
    """Raise NotForThisAccount where this account may not take it up."""
    own = invitation.patient is not None and invitation.patient.user_id == user.pk
    elsewhere = invitation.way == Invitation.Way.EMAIL and invitation.email.lower() != user.email.lower()
    if own or elsewhere:
        raise NotForThisAccount


@transaction.atomic
def confirm(*, invitation: Invitation, by: User) -> bool:
    """Let in who typed the code, now that the patient knows who it was. False where it is not waiting any more."""
    waiting = Invitation.objects.to_confirm(clock.now()).filter(pk=invitation.pk)
    found = waiting.select_for_update(of=("self",)).select_related("patient__user", "claimed_by").first()
    if found is None or found.claimed_by is None or not found.claimed_by.is_active:
        return False
    found.settled_at = clock.now()
    found.save(update_fields=["settled_at"])
    _record("confirmed", found, by=by)
    _settle(found, found.claimed_by)
    return True


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> bool:
    """Take an invitation back that led to nothing yet."""
    found = Invitation.objects.filter(pk=invitation.pk, settled_at=None, withdrawn_at=None)
    if not found.update(withdrawn_at=clock.now()):
        return False
    _record("withdrawn", invitation, by=by)
    return True


def _settle(invitation: Invitation, who: User) -> None:
    if invitation.clinic is not None:
        add_member(clinic=invitation.clinic, user=who, role=invitation.role, by=invitation.made_by)
    elif invitation.patient is not None:
        said = {"reads": invitation.reads, "adds": invitation.adds, "ends_at": invitation.ends_at}
        grant_access(patient=invitation.patient, to=who, by=invitation.made_by, **said)  # type: ignore[arg-type]


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))


def _record(what: str, invitation: Invitation, *, by: User) -> None:
    subject = f"invitation:{invitation.pk}"
    record(f"sharing.invitation-{what}", by=by, patient=invitation.patient_id, subject=subject)
