"""A log is opened, shared, and shared no longer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, Grant, Invitation, Kind, Patient
from symptoms.sharing.signals import notice_moved, share_ended


@transaction.atomic
def start_diary(*, user: User) -> Patient:
    """Open a diary for somebody who takes Kesimpta; once opened it stays the same one."""
    patient, new = Patient.objects.get_or_create(user=user)
    if new:
        record("sharing.diary-started", by=user, patient=patient.pk, subject=f"patient:{patient.pk}")
    return patient


@transaction.atomic
def grant_access(
    *,
    patient: Patient,
    to: User | Clinic,
    reads: Iterable[str],
    by: User,
    adds: Iterable[str] = (),
    ends_at: datetime | None = None,
) -> Grant:
    """Let a caregiver or a clinic into the log, or change what one that is in already may do.

    `reads` and `adds` are slugs of `Kind`. What is added must be read too; a clinic adds nothing. What was offered to
    the same person before is off: the last word of the patient holds.
    """
    kinds: dict[str, Any] = {
        "reads": in_order(reads),
        "adds": [] if isinstance(to, Clinic) else in_order(set(adds) & set(reads)),
    }
    target = {"user": to} if isinstance(to, User) else {"clinic": to}
    if isinstance(to, User):
        end_invitations(patient=patient, to=to, by=by)
    standing = Grant.objects.select_for_update().filter(patient=patient, revoked_at=None, **target).first()
    if standing and _opens_flags(standing, kinds["reads"]):
        # A clinic hears of old flags anew when it may see them for the first time (triage.actions.flags).
        kinds["starts_at"] = clock.now()
    if Kind.SYMPTOMS not in kinds["reads"]:
        kinds["notice_hours"] = None
    grant, _ = Grant.objects.update_or_create(
        patient=patient, revoked_at=None, **target, defaults={**kinds, "ends_at": ends_at}
    )
    record("sharing.granted", by=by, patient=patient.pk, subject=f"grant:{grant.pk}", data=_told(grant))
    return grant


@transaction.atomic
def set_notice(*, grant: Grant, hours: int | None, by: User) -> None:
    """Have a caregiver told, `hours` after, when an entry says to get help; None: not at all. The same is nothing.

    Of a share that ended, or that lets nobody read symptoms, nothing is set. What waits moves with the delay.
    """
    standing = Grant.objects.select_for_update(of=["self"]).filter(pk=grant.pk, revoked_at=None, user__isnull=False)
    held = standing.filter(reads__contains=[Kind.SYMPTOMS]).select_related("user", "patient").first()
    if held is None or held.notice_hours == hours:
        return
    before, held.notice_hours = held.notice_hours, hours
    held.save(update_fields=["notice_hours"])
    verb = "sharing.notice-ended" if hours is None else "sharing.notice-set"
    record(verb, by=by, patient=held.patient_id, subject=f"grant:{held.pk}", data={"hours": hours})
    if before is not None and hours is not None:
        notice_moved.send(sender=Grant, grant=held, by_hours=hours - before)


def _opens_flags(standing: Grant, reads: list[str]) -> bool:
    return standing.clinic_id is not None and Kind.SYMPTOMS in reads and Kind.SYMPTOMS not in standing.reads


def _told(grant: Grant) -> dict[str, Any]:
    return {"reads": grant.reads, "adds": grant.adds, "ends_at": grant.ends_at and grant.ends_at.isoformat()}


def in_order(kinds: Iterable[str]) -> list[str]:
    """Return these kinds once each, in the order of `Kind`. Anything else is left out."""
    given = set(kinds)
    return [kind for kind in Kind.values if kind in given]


@transaction.atomic
def revoke_access(*, grant: Grant, by: User) -> None:
    """Shut somebody out at once, also of invitations that they could still take up. What they wrote stays."""
    if grant.user is not None and grant.revoked_at is None:
        # First, for who takes one up at this moment holds it before the grant.
        end_invitations(patient=grant.patient, to=grant.user, by=by)
    if Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=clock.now()):
        record("sharing.revoked", by=by, patient=grant.patient_id, subject=f"grant:{grant.pk}")
        transaction.on_commit(lambda: share_ended.send(sender=None), robust=True)


def end_invitations(*, patient: Patient, to: User, by: User) -> None:
    """Take back what is offered to this person and not settled: mails to the address, codes that they typed."""
    theirs = Q(email__iexact=to.email, claimed_at=None) | Q(claimed_by=to.pk)
    offered = Invitation.objects.filter(theirs, patient=patient.pk, settled_at=None, withdrawn_at=None)
    for pk in list(offered.select_for_update().order_by("pk").values_list("pk", flat=True)):
        Invitation.objects.filter(pk=pk).update(withdrawn_at=clock.now())
        record("sharing.invitation-withdrawn", by=by, patient=patient.pk, subject=f"invitation:{pk}")
