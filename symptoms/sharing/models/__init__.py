from symptoms.sharing.models.clinics import Clinic, ClinicMember
from symptoms.sharing.models.grants import NOTICE_HOURS, Grant, GrantQuerySet, Kind
from symptoms.sharing.models.invitations import Invitation
from symptoms.sharing.models.owned import PatientOwned, PatientOwnedQuerySet
from symptoms.sharing.models.patients import Patient

__all__ = [
    "NOTICE_HOURS",
    "Clinic",
    "ClinicMember",
    "Grant",
    "GrantQuerySet",
    "Invitation",
    "Kind",
    "Patient",
    "PatientOwned",
    "PatientOwnedQuerySet",
]
