from symptoms.sharing.models.clinics import Clinic, ClinicMember
from symptoms.sharing.models.grants import Grant, GrantQuerySet, Kind
from symptoms.sharing.models.invitations import Invitation
from symptoms.sharing.models.owned import PatientOwned, PatientOwnedQuerySet
from symptoms.sharing.models.patients import Patient

__all__ = [
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
