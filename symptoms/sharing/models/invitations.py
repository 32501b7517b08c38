"""An offer to somebody to read a log, or to work in a clinic: once, for a while, kept as a digest only."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from symptoms.lib import clock
from symptoms.sharing.models.clinics import Clinic, ClinicMember
from symptoms.sharing.models.grants import Kind
from symptoms.sharing.models.patients import Patient


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        """Return the invitations that nobody took up, that were not withdrawn, and that still hold at `at` (UTC)."""
        return self.filter(claimed_at=None, withdrawn_at=None, expires_at__gt=at)

    def to_confirm(self, at: datetime) -> Self:
        """Return the ones whose code somebody typed and that wait for the patient's word."""
        claimed = self.filter(claimed_at__isnull=False, way=Invitation.Way.CODE)
        return claimed.filter(settled_at=None, withdrawn_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """An invitation to a log (`patient`, with what may be read and added) or to a clinic (`clinic`, with a role).

    By e-mail it holds for the account of that address alone, and taking it up settles it. A code read aloud holds for
    whoever types it first; it is settled only when the patient says that it is the right person. `secret` is a keyed
    digest of the token or code, `for_whom` a word of the patient's own for her list.
    """

    class Way(models.TextChoices):
        EMAIL = "email", _("By e-mail")
        CODE = "code", _("With a code that I read aloud")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    clinic = models.ForeignKey(Clinic, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    way = models.CharField(max_length=10, choices=Way)
    email = models.EmailField(blank=True)
    for_whom = models.CharField(max_length=80, blank=True)
    reads = ArrayField(models.CharField(max_length=20, choices=Kind), default=list, blank=True)
    adds = ArrayField(models.CharField(max_length=20, choices=Kind), default=list, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=10, choices=ClinicMember.Role, blank=True)
    secret = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(patient=None) ^ Q(clinic=None), name="sharing_invitation_to_a_log_or_a_clinic"
            ),
            models.CheckConstraint(
                condition=(Q(way="email") & ~Q(email="")) | Q(way="code", email="", clinic=None),
                name="sharing_invitation_email_or_code",
            ),
            models.CheckConstraint(
                condition=Q(reads__contains=models.F("adds")), name="sharing_invitation_adds_are_read"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None) | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="sharing_invitation_claimed_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()}, {self.made_at:%Y-%m-%d}"
