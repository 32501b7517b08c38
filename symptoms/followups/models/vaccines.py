from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from symptoms.lib import clock
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet


class VaccineQuerySet(PatientOwnedQuerySet):
    def live_rows(self) -> Self:
        return self.filter(deleted_at=None)


class Vaccine(PatientOwned):
    """A vaccine that is planned or was had (clinical.md 2.3, P17; 5): its name, its kind, and the day.

    `agreed_at` (UTC) is when somebody wrote down that the MS team agrees to it, `agreed_by` who that was.
    """

    class Kind(models.TextChoices):
        LIVE = "live", _("Live")
        NOT_LIVE = "not-live", _("Not live")
        UNKNOWN = "unknown", _("I do not know")

    name = models.CharField(_("Which vaccine?"), max_length=80)
    kind = models.CharField(_("What kind is it?"), max_length=8, choices=Kind)
    day = models.DateField(_("Which day?"))
    made_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Vaccine"]] = VaccineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["patient", "-day"], name="followups_vaccine_newest")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="followups_vaccine_has_a_name"),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="followups_vaccine_agreed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name
