from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet


class InjectionQuerySet(PatientOwnedQuerySet):
    def until(self, at: datetime) -> Self:
        """Return the shots given at or before `at` (UTC), the newest first."""
        return self.filter(at__lte=at).order_by("-at")


class Injection(PatientOwned):
    """One shot of 20 mg ofatumumab: when (UTC, with the zone it was given in), its number and its place."""

    class Site(models.TextChoices):
        THIGH_LEFT = "thigh-left", _("Left thigh")
        THIGH_RIGHT = "thigh-right", _("Right thigh")
        ABDOMEN_LEFT = "abdomen-left", _("Left side of the tummy")
        ABDOMEN_RIGHT = "abdomen-right", _("Right side of the tummy")
        ARM_LEFT = "arm-left", _("Left upper arm")
        ARM_RIGHT = "arm-right", _("Right upper arm")

    at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField(_("Which shot is it?"), null=True, blank=True)
    site = models.CharField(_("Where?"), max_length=14, choices=Site, blank=True)

    objects: ClassVar[Any] = InjectionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["patient", "-at"], name="followups_injection_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number=None) | models.Q(number__range=(1, 999)),
                name="followups_injection_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.get_site_display()}".strip()
