from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db.models import Exists, OuterRef, Q

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, ClinicMember, Grant, Invitation, Kind, Patient
from symptoms.sharing.page_words import page_word

EVENTS_READ: Final = 200
LOOKS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody else opened pages of this log, one after the other on one day; `at` is the last time."""

    at: datetime
    who: str
    pages: int
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class SharingPage:
    """Who may see a log now, who is invited to, and who looked at it of late."""

    grants: list[Grant]
    looks: list[Look]
    invitations: list[Invitation]
    to_confirm: list[Invitation]

    @property
    def has_clinic(self) -> bool:
        return any(grant.clinic_id and Kind.SYMPTOMS in grant.reads for grant in self.grants)


def sharing_for_page(patient: Patient) -> SharingPage:
    """Return the current grants, the open invitations and the last looks by others, in four queries."""
    now = clock.now()
    grants = Grant.objects.current(clock.now()).filter(patient=patient).select_related("user", "clinic")
    events = list(Event.objects.about(patient.pk).looks()[:EVENTS_READ])
    names = {user.uuid: str(user) for user in User.objects.filter(uuid__in={event.actor for event in events})}
    zone = patient.time_zone
    looks = []
    for (actor, _day), group in groupby(events, key=lambda one: (one.actor, clock.local_day(one.at, zone))):
        opened = list(group)
        looks.append(Look(opened[0].at, names.get(actor, "-") if actor else "-", len(opened), _kinds(opened)))
    waiting = Invitation.objects.filter(patient=patient, settled_at=None, withdrawn_at=None, expires_at__gt=now)
    invited = list(waiting.select_related("claimed_by").order_by("made_at", "pk"))
    return SharingPage(
        grants=list(grants.order_by("starts_at")),
        looks=looks[:LOOKS_SHOWN],
        invitations=[one for one in invited if one.claimed_at is None],
        to_confirm=[one for one in invited if one.claimed_by and one.claimed_by.is_active],
    )


def _kinds(opened: list[Event]) -> list[str]:
    return list(dict.fromkeys(page_word(str(event.data.get("page", ""))) for event in opened))


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
    """Who may read the entries of a log besides the patient: people, and clinics with their telephone and hours.

    `clinics` see flagged entries, which takes the symptoms; `silent` ones read notes and see no flag.
    """

    people: list[User]
    clinics: list[Clinic]
    silent: list[Clinic] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [str(reader) for reader in (*self.people, *self.clinics, *self.silent)]


def readership_of(patient: Patient) -> Readership:
    """Return who may read entries now, besides the patient, in one query. A clinic that nobody staffs is no reader."""
    rows = [grant for grant in _standing(patient) if {Kind.SYMPTOMS, Kind.NOTES} & set(grant.reads)]
    return Readership(
        people=[grant.user for grant in rows if grant.user],
        clinics=[grant.clinic for grant in rows if grant.clinic and Kind.SYMPTOMS in grant.reads],
        silent=[grant.clinic for grant in rows if grant.clinic and Kind.SYMPTOMS not in grant.reads],
    )


def _standing(patient: Patient) -> list[Grant]:
    grants = Grant.objects.current(clock.now()).filter(patient=patient).select_related("user", "clinic")
    staffed = ClinicMember.objects.filter(clinic=OuterRef("clinic"), is_active=True, user__is_active=True)
    return list(grants.filter(Q(user__is_active=True) | Exists(staffed)).order_by("starts_at", "pk"))


def readers_of(patient: Patient) -> list[str]:
    """Return the names of the people and clinics that may read something of the log now."""
    grants = _standing(patient)
    people, clinics = [one.user for one in grants if one.user], [one.clinic for one in grants if one.clinic]
    return [str(reader) for reader in (*people, *clinics)]


def clinics_of(patient: Patient, kind: Kind = Kind.SYMPTOMS) -> list[Clinic]:
    """Return the clinics that read this kind now. Without one that reads symptoms, nobody at a clinic sees a flag."""
    return [grant.clinic for grant in _standing(patient) if grant.clinic and kind in grant.reads]


def clinic_between(patient: Patient, reader: User) -> Clinic | None:
    """Return a clinic of which the reader is an active member and that reads this diary now. One query."""
    grants = Grant.objects.current(clock.now()).filter(patient=patient.pk).values("clinic")
    mine = Clinic.objects.filter(members__user=reader.pk, members__is_active=True, pk__in=grants)
    return mine.order_by("name", "pk").first()


@dataclass(frozen=True, slots=True)
class ClinicPage:
    """Who works in a clinic, who is invited to, and whether it can answer for flags."""

    members: list[ClinicMember]
    invitations: list[Invitation]
    is_manager: bool


def clinic_for_page(clinic: Clinic, reader: User) -> ClinicPage:
    """Return the people of a clinic; the open invitations to a manager only. Two queries."""
    standing = ClinicMember.objects.filter(clinic=clinic, is_active=True).select_related("user")
    members = list(standing.order_by("user__name", "pk"))
    manages = any(one.user_id == reader.pk and one.role == ClinicMember.Role.MANAGER for one in members)
    invited = Invitation.objects.open(clock.now()).filter(clinic=clinic).order_by("made_at", "pk") if manages else []
    return ClinicPage(members, list(invited), manages)
