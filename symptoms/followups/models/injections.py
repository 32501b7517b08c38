"""One shot, and what was said of it before somebody changed or removed it."""

from datetime import date, datetime
from typing import Any, ClassVar, Final, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.dateformat import format as date_format
from django.utils.dateformat import time_format
from django.utils.translation import gettext_lazy as _

from symptoms.lib import clock
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet

# Weeks 0, 1 and 2 (clinical.md 4, US-PP, EU-PIL 3): shots 1, 2 and 3. From week 4, shot 4, they are monthly.
LAST_STARTER: Final = 3


class InjectionQuerySet(PatientOwnedQuerySet):
    def given(self) -> Self:
        """Return the shots of which something went in. One that misfired is no dose: nothing hangs on it."""
        return self.exclude(dose=Injection.Dose.MISFIRE)

    def until(self, at: datetime) -> Self:
        """Return the shots given at or before `at` (UTC), the newest first."""
        return self.given().filter(at__lte=at).order_by("-at")


class Injection(PatientOwned):
    """One shot of 20 mg ofatumumab (clinical.md 4, "Log fields"): when (UTC, with its zone), which one, where.

    `dose` says how much went in. A part, or "not sure", counts as a dose: a reaction may follow it, and nobody is
    told to inject again. A misfire counts as none: the dose stays due (basis: judgement, to be signed off).
    `phase` is empty where neither the number nor the person says which it is.
    """

    class Site(models.TextChoices):
        THIGH_LEFT = "thigh-left", _("Left thigh")
        THIGH_RIGHT = "thigh-right", _("Right thigh")
        ABDOMEN_LEFT = "abdomen-left", _("Left side of the tummy")
        ABDOMEN_RIGHT = "abdomen-right", _("Right side of the tummy")
        ARM_LEFT = "arm-left", _("Left upper arm")
        ARM_RIGHT = "arm-right", _("Right upper arm")

    class Dose(models.TextChoices):
        WHOLE = "whole", _("The whole dose")
        PART = "part", _("Only a part, or I am not sure")
        MISFIRE = "misfire", _("Nothing: it misfired")

    class Device(models.TextChoices):
        PEN = "pen", _("Pen")
        SYRINGE = "syringe", _("Syringe")

    class GivenBy(models.TextChoices):
        SELF = "self", _("I did it myself")
        OTHER = "other", _("Somebody at home")
        PROFESSIONAL = "professional", _("A nurse or doctor")

    class Phase(models.TextChoices):
        STARTER = "starter", _("A starter dose (weeks 0, 1 and 2)")
        MONTHLY = "monthly", _("A monthly dose")

    class Infection(models.TextChoices):
        NO = "no", _("No")
        YES = "yes", _("Yes")
        UNSURE = "unsure", _("Not sure")

    at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField(_("Which shot is it?"), null=True, blank=True)
    site = models.CharField(_("Where?"), max_length=14, choices=Site, blank=True)
    dose = models.CharField(_("How much went in?"), max_length=7, choices=Dose, default=Dose.WHOLE)
    phase = models.CharField(_("Starter or monthly?"), max_length=7, choices=Phase, blank=True)
    device = models.CharField(_("Pen or syringe?"), max_length=7, choices=Device, blank=True)
    given_by = models.CharField(_("Who gave it?"), max_length=12, choices=GivenBy, blank=True)
    batch = models.CharField(_("Batch (lot) number"), max_length=40, blank=True)
    expires_on = models.DateField(_("Use by"), null=True, blank=True)
    out_of_fridge_at = models.DateTimeField(_("Out of the fridge"), null=True, blank=True)
    infection = models.CharField(
        _("Fever or infection in the 7 days before?"), max_length=6, choices=Infection, blank=True
    )
    medicine_before = models.CharField(_("Medicine taken before"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = InjectionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["patient", "-at"], name="followups_injection_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(number=None) | Q(number__range=(1, 999)), name="followups_injection_number"
            ),
            models.CheckConstraint(
                condition=Q(out_of_fridge_at=None) | Q(out_of_fridge_at__lte=models.F("at")),
                name="followups_injection_fridge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or ''} {self.get_site_display()}".strip()


class InjectionVersion(PatientOwned):
    """What a shot said before it was changed or removed, by whom and when. It outlives the shot itself."""

    class Kind(models.TextChoices):
        CHANGED = "changed", _("Changed")
        REMOVED = "removed", _("Removed")

    injection = models.UUIDField(db_index=True)
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=7, choices=Kind)
    said = models.JSONField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["injection", "revision"], name="followups_injection_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"

    @property
    def given_on(self) -> date:
        """The local day of the shot, as it stood then."""
        return datetime.fromisoformat(self.said["at"]).astimezone(ZoneInfo(self.said["time_zone"])).date()

    @property
    def lines(self) -> list[str]:
        """What the shot said before, one line a field, in the reader's language."""
        at = datetime.fromisoformat(self.said["at"]).astimezone(ZoneInfo(self.said["time_zone"]))
        told = [f"{_('Given')}: {date_format(at, 'j F Y')}, {time_format(at, 'H:i')}"]
        for name, value in self.said.items():
            if name in {"at", "time_zone"} or value in {None, ""}:
                continue
            field: Any = Injection._meta.get_field(name)
            shown = dict(field.choices or ()).get(value, value)
            if name == "out_of_fridge_at":
                out = datetime.fromisoformat(value).astimezone(at.tzinfo)
                shown = f"{date_format(out, 'j F Y')}, {time_format(out, 'H:i')}"
            told.append(f"{field.verbose_name}: {shown}")
        return told
