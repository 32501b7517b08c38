"""Care teams and who works in them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User


class Clinic(models.Model):
    """A care team with a telephone. `office_hours` are in its own words and shown to patients.

    `owner` reads the flagged entries, `stand_in` does from `away_from` to `away_until` (days, both included) and
    whenever the owner cannot; `response_hours` is how soon somebody answers in office hours.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40)
    office_hours = models.CharField(_("Office hours"), max_length=200, blank=True)
    response_hours = models.PositiveSmallIntegerField(_("How soon do you answer? (hours)"), null=True, blank=True)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    stand_in = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    away_from = models.DateField(_("Away from"), null=True, blank=True)
    away_until = models.DateField(_("Away until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(away_from=None) | Q(away_until=None) | Q(away_until__gte=models.F("away_from")),
                name="sharing_clinic_away_in_order",
            ),
            models.CheckConstraint(
                condition=Q(response_hours=None) | Q(response_hours__range=(1, 168)), name="sharing_clinic_response"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        """Whether somebody is named to read the flags, somebody to stand in, and how soon they answer."""
        return bool(self.owner_id and self.stand_in_id and self.response_hours and self.office_hours)

    @property
    def dial(self) -> str:
        """The telephone as a `tel:` link wants it: digits, and the plus of the country."""
        return "".join(sign for sign in self.phone if sign.isascii() and (sign.isdigit() or sign == "+"))


class ClinicMember(models.Model):
    class Role(models.TextChoices):
        NURSE = "nurse", _("Nurse")
        DOCTOR = "doctor", _("Doctor")
        MANAGER = "manager", _("Manager")

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="clinic_roles")
    role = models.CharField(max_length=10, choices=Role)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "user"], name="sharing_member_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
