"""The cast: Ana keeps a diary, Sam cares, a clinic reads; Bo and Dr Far belong elsewhere."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from allauth.account.models import EmailAddress

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, ClinicMember, Grant, Patient


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, with the two diaries and the two clinics."""

    ana: User
    bo: User
    sam: User
    lindqvist: User
    okoye: User
    far: User
    staff: User
    ana_log: Patient
    bo_log: Patient
    clinic: Clinic
    far_clinic: Clinic


def make_user(name: str, **fields: object) -> User:
    """Make somebody who signs in as first name at example.org. No password: tests sign in by force."""
    email = f"{name.split(' ')[-1].lower()}@example.org"
    return User.objects.create(email=email, name=name, **fields)


def confirmed(user: User) -> User:
    """Have somebody's address be known as their own, as after the link in the mail."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_reached(name: str, **fields: object) -> User:
    """Make somebody to whom reminders are mailed: their address is confirmed."""
    return confirmed(make_user(name, **fields))


def make_patient(user: User, born: int = 1987) -> Patient:
    return Patient.objects.create(user=user, born_on=date(born, 3, 14))


# What the two ways to share opened before a patient chose by kind, and what most tests want.
READ: Final = ("symptoms", "notes", "injections", "blood-tests")
ADD: Final = ("symptoms", "notes")


def share(patient: Patient, with_: User | Clinic, level: str = "read", **fields: object) -> Grant:
    """Share as "read" or "read-add" do, or the kinds given as `reads` and `adds`."""
    fields = {"reads": list(READ), "adds": list(ADD) if level == "read-add" else [], **fields}
    target = {"user": with_} if isinstance(with_, User) else {"clinic": with_}
    return Grant.objects.create(patient=patient, starts_at=clock.now() - timedelta(days=30), **target, **fields)


def make_cast() -> Cast:
    """Make everybody: Sam may read Ana's log, so may her clinic; nobody but himself reads Bo's."""
    ana, bo = make_user("Ana", time_zone="Europe/London"), make_user("Bo", country="US", temperature_unit="F")
    clinic = Clinic.objects.create(name="MS clinic", phone="+44 20 7946 0000", office_hours="Weekdays, 9 to 5")
    far_clinic = Clinic.objects.create(name="Far clinic", phone="+44 20 7946 0999")
    lindqvist, okoye, far = make_user("Nurse Lindqvist"), make_user("Dr Okoye"), make_user("Dr Far")
    roles = ClinicMember.Role
    for team, user, role in (
        (clinic, lindqvist, roles.NURSE),
        (clinic, okoye, roles.DOCTOR),
        (far_clinic, far, roles.DOCTOR),
    ):
        ClinicMember.objects.create(clinic=team, user=user, role=role)
    cast = Cast(
        ana=ana,
        bo=bo,
        sam=make_user("Sam"),
        lindqvist=lindqvist,
        okoye=okoye,
        far=far,
        staff=make_user("Curator", is_staff=True),
        ana_log=make_patient(ana),
        bo_log=make_patient(bo, born=1975),
        clinic=clinic,
        far_clinic=far_clinic,
    )
    share(cast.ana_log, cast.sam)
    share(cast.ana_log, clinic)
    return cast
