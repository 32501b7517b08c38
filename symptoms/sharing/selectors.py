from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db.models import Exists, OuterRef, Q

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, ClinicMember, Grant, Patient

EVENTS_READ: Final = 200
LOOKS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody else opened pages of this log, one after the other on one day; `at` is the last time."""

    at: datetime
    who: str
    pages: int


@dataclass(frozen=True, slots=True)
class SharingPage:
    """Who may see a log now, and who looked at it of late."""

    grants: list[Grant]
    looks: list[Look]

    @property
    def has_clinic(self) -> bool:
        return any(grant.clinic_id for grant in self.grants)


def sharing_for_page(patient: Patient) -> SharingPage:
    """Return the current grants and the last looks by others, in three queries."""
    grants = Grant.objects.current(clock.now()).filter(patient=patient).select_related("user", "clinic")
    events = list(Event.objects.about(patient.pk).looks()[:EVENTS_READ])
    names = {user.uuid: str(user) for user in User.objects.filter(uuid__in={event.actor for event in events})}
    zone = patient.time_zone
    looks = []
    for (actor, _day), group in groupby(events, key=lambda one: (one.actor, clock.local_day(one.at, zone))):
        opened = list(group)
        looks.append(Look(opened[0].at, names.get(actor, "-") if actor else "-", len(opened)))
    return SharingPage(grants=list(grants.order_by("starts_at")), looks=looks[:LOOKS_SHOWN])


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a person can go: the own diary, the logs of others, the clinics."""

    own: Patient | None
    shared: list[Grant]
    clinics: list[Clinic]


def landing_for(user: User) -> Landing:
    """Return the rooms that are open to `user`, in three queries."""
    shared = Grant.objects.current(clock.now()).filter(user=user).select_related("patient__user")
    return Landing(
        own=Patient.objects.filter(user=user).select_related("user").first(),
        shared=list(shared.order_by("patient__user__name")),
        clinics=list(Clinic.objects.filter(members__user=user, members__is_active=True).order_by("name")),
    )


@dataclass(frozen=True, slots=True)
class Readership:
    """Who may read a log now besides the patient: people, and clinics with their telephone and hours."""

    people: list[User]
    clinics: list[Clinic]

    @property
    def names(self) -> list[str]:
        return [str(reader) for reader in (*self.people, *self.clinics)]


def readership_of(patient: Patient) -> Readership:
    """Return who may read the log now, besides the patient, in one query. A clinic that nobody staffs is no reader."""
    grants = Grant.objects.current(clock.now()).filter(patient=patient).select_related("user", "clinic")
    staffed = ClinicMember.objects.filter(clinic=OuterRef("clinic"), is_active=True, user__is_active=True)
    rows = list(grants.filter(Q(user__is_active=True) | Exists(staffed)).order_by("starts_at", "pk"))
    return Readership(
        people=[grant.user for grant in rows if grant.user],
        clinics=[grant.clinic for grant in rows if grant.clinic],
    )


def readers_of(patient: Patient) -> list[str]:
    """Return the names of the people and clinics that may read the log now."""
    return readership_of(patient).names


def clinics_of(patient: Patient) -> list[Clinic]:
    """Return the clinics that read this log now: without one, nobody at a clinic sees a flag."""
    return readership_of(patient).clinics


def clinic_between(patient: Patient, reader: User) -> Clinic | None:
    """Return a clinic of which the reader is an active member and that reads this diary now. One query."""
    grants = Grant.objects.current(clock.now()).filter(patient=patient.pk).values("clinic")
    mine = Clinic.objects.filter(members__user=reader.pk, members__is_active=True, pk__in=grants)
    return mine.order_by("name", "pk").first()
