"""Invitations as patients make them, and what somebody does who was invited."""

from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.sharing.actions import invite_to_log, take_up
from symptoms.sharing.models import Invitation, Patient
from tests.factories.cast import Cast


def to(patient: Patient, email: str = "new@example.org") -> Invitation:
    return invite_to_log(patient=patient, way="email", email=email, reads=["symptoms"], by=patient.user)[0]


def by_mail(cast: Cast, email: str) -> Invitation:
    return to(cast.ana_log, email)


def code_typed(cast: Cast, user: User) -> Invitation:
    """Have somebody type Ana's code, and Ana not have said yes."""
    made, _code = invite_to_log(patient=cast.ana_log, way="code", reads=["symptoms"], by=cast.ana)
    return take_up(invitation_id=made.pk, by=user)


def open_in(client: Client, secret: str) -> int:
    """Type a code in a browser, and return the status of the page that it leads to."""
    answer = client.post(reverse("sharing:invitation-code"), {"code": secret}, follow=True)
    return int(answer.status_code)
