"""Whose log it is."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User


class Patient(models.Model):
    """Somebody who takes Kesimpta and keeps a diary. Zone, country and units are those of the account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="patient")
    born_on = models.DateField(_("Date of birth"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.user)

    @property
    def time_zone(self) -> str:
        return self.user.time_zone

    @property
    def country(self) -> str:
        return self.user.country
