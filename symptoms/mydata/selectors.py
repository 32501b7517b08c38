from dataclasses import dataclass
from datetime import datetime

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.followups.models import Injection, Result
from symptoms.mydata.actions.importing import is_empty
from symptoms.sharing.actions.clinics import is_last_manager
from symptoms.sharing.models import ClinicMember, Patient
from symptoms.sharing.selectors import readers_of


@dataclass(frozen=True, slots=True)
class MyDataPage:
    """What somebody has here, in numbers. `patient` is None for who keeps no diary."""

    patient: Patient | None
    entries: int
    injections: int
    results: int
    is_empty: bool
    erase_at: datetime | None


def my_data_for_page(user: User) -> MyDataPage:
    """Return what the page of one's own data tells."""
    patient = Patient.objects.filter(user=user).select_related("user").first()
    if patient is None:
        return MyDataPage(None, 0, 0, 0, is_empty=True, erase_at=user.erase_at)
    return MyDataPage(
        patient=patient,
        entries=Entry.objects.live().filter(patient=patient).count(),
        injections=Injection.objects.filter(patient=patient).count(),
        results=Result.objects.live().filter(patient=patient).count(),
        is_empty=is_empty(patient),
        erase_at=user.erase_at,
    )


@dataclass(frozen=True, slots=True)
class ErasePage:
    """What is lost, and for whom, once an account is erased."""

    patient: Patient | None
    readers: list[str]
    works_at: list[str]
    manages_alone: list[str]


def erase_for_page(user: User) -> ErasePage:
    patient = Patient.objects.filter(user=user).first()
    mine = ClinicMember.objects.filter(user=user, is_active=True).select_related("clinic")
    return ErasePage(
        patient=patient,
        readers=readers_of(patient) if patient else [],
        works_at=sorted(member.clinic.name for member in mine),
        manages_alone=sorted(member.clinic.name for member in mine if is_last_manager(member.clinic, user)),
    )
