"""Who works in a clinic, and what it says of itself."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, ClinicMember, Invitation


@transaction.atomic
def make_clinic(*, name: str, phone: str, manager: User) -> Clinic:
    """Open a clinic with its first manager. Only the operator does that, at the console."""
    clinic: Clinic = Clinic.objects.create(name=name, phone=phone)
    record("sharing.clinic-made", by=None, subject=f"clinic:{clinic.pk}")
    add_member(clinic=clinic, user=manager, role=ClinicMember.Role.MANAGER, by=None)
    return clinic


class LastManager(Exception):
    """Without a manager nobody could let anybody in, or take anybody out."""


@transaction.atomic
def add_member(*, clinic: Clinic, user: User, role: str, by: User | None) -> ClinicMember:
    """Let somebody work in a clinic, again too, in this role. LastManager: a lesser one, and nobody else manages."""
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
    if role != ClinicMember.Role.MANAGER and is_last_manager(clinic, user):
        raise LastManager
    member, _new = ClinicMember.objects.update_or_create(
        clinic=clinic, user=user, defaults={"role": ClinicMember.Role(role), "is_active": True}
    )
    record("sharing.member-added", by=by, subject=f"clinic:{clinic.pk}", data={"user": str(user.uuid), "role": role})
    return member


@transaction.atomic
def remove_member(*, member: ClinicMember, by: User) -> None:
    """Take somebody out of a clinic at once, with the offers that they made or could take up.

    LastManager: somebody else must manage it first.
    """
    standing = ClinicMember.objects.filter(pk=member.pk, is_active=True)
    if not standing.exists():
        return
    # Before the clinic is held, as by whoever takes one up.
    theirs = Q(made_by=member.user_id) | Q(email__iexact=member.user.email)
    Invitation.objects.open(clock.now()).filter(theirs, clinic=member.clinic_id).update(withdrawn_at=clock.now())
    clinic = Clinic.objects.select_for_update().get(pk=member.clinic_id)  # two managers cannot remove each other
    if not standing.exists():
        return
    if is_last_manager(clinic, member.user):
        raise LastManager
    ClinicMember.objects.filter(pk=member.pk).update(is_active=False)
    for duty in ("owner", "stand_in"):
        Clinic.objects.filter(pk=clinic.pk, **{duty: member.user_id}).update(**{duty: None})
    told = {"user": str(member.user.uuid)}
    record("sharing.member-removed", by=by, subject=f"clinic:{clinic.pk}", data=told)


def is_last_manager(clinic: Clinic, user: User) -> bool:
    """Say whether this person manages the clinic and nobody else does."""
    managers = set(managers_of(clinic).values_list("user", flat=True))
    standing = ClinicMember.objects.filter(clinic=clinic, user=user, role=ClinicMember.Role.MANAGER, is_active=True)
    return standing.exists() and not managers - {user.pk}


def managers_of(clinic: Clinic) -> QuerySet[ClinicMember]:
    """Return who may let others in now."""
    return ClinicMember.objects.filter(
        clinic=clinic, role=ClinicMember.Role.MANAGER, is_active=True, user__is_active=True
    )


@transaction.atomic
def set_clinic(
    *,
    clinic: Clinic,
    office_hours: str,
    response_hours: int | None,
    owner: User | None,
    stand_in: User | None,
    away_from: date | None,
    away_until: date | None,
    by: User,
) -> None:
    """Say who reads the flagged entries, who stands in and when, and how soon somebody answers."""
    said: dict[str, Any] = {"office_hours": office_hours, "response_hours": response_hours}
    said |= {"owner": owner, "stand_in": stand_in, "away_from": away_from, "away_until": away_until}
    Clinic.objects.filter(pk=clinic.pk).update(**said)
    record("sharing.clinic-set", by=by, subject=f"clinic:{clinic.pk}")
