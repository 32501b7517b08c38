"""When a patient's shots are due: what was set, and every change of it."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from symptoms.followups.schedule import AfterLate, Interval
from symptoms.lib import clock
from symptoms.sharing.models import PatientOwned

INTERVALS: Final = (
    (Interval.MONTH.value, _("Every month, on the same day")),
    (Interval.DAYS_28.value, _("Every 28 days")),
)
AFTER_LATE: Final = (
    (AfterLate.ACTUAL.value, _("Count from the day it was given")),
    (AfterLate.ORIGINAL.value, _("Keep the days set at the start")),
)


class InjectionPlan(PatientOwned):
    """The plan of the shots (clinical.md 4, "Schedule settings"). No row: monthly, counted from the last shot.

    `start` is the local day of the first shot, `shot_at` the usual hour on the patient's clock (None: that of the last
    shot), `ended_on` the day from which no further shot is planned.
    """

    interval = models.CharField(_("How far apart"), max_length=5, choices=INTERVALS, default=Interval.MONTH.value)
    after_late = models.CharField(
        _("After a late shot"),
        max_length=8,
        choices=AFTER_LATE,
        default=AfterLate.ACTUAL.value,
    )
    start = models.DateField(_("Day of the first shot"), null=True, blank=True)
    shot_at = models.TimeField(_("Usual time"), null=True, blank=True)
    ended_on = models.DateField(_("Stopped on"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient"], name="followups_plan_once_a_patient")]

    def __str__(self) -> str:
        return f"{self.interval}, {self.after_late}"


class InjectionPlanChange(PatientOwned):
    """One change of the plan: what it was, what it became, who and why. Never rewritten."""

    class Kind(models.TextChoices):
        INTERVAL = "interval", _("How far apart")
        AFTER_LATE = "after-late", _("After a late shot")
        START = "start", _("Day of the first shot")
        SHOT_AT = "shot-at", _("Usual time")
        ENDED_ON = "ended-on", _("Stopped on")

    kind = models.CharField(max_length=10, choices=Kind)
    was = models.JSONField(null=True)
    becomes = models.JSONField(null=True)
    why = models.TextField(blank=True, max_length=500)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["patient", "-at"], name="followups_plan_change_newest")]

    def __str__(self) -> str:
        return self.kind

    @property
    def shown(self) -> str:
        """What it became, in words."""
        words: dict[Any, Any] = dict((*INTERVALS, *AFTER_LATE))
        return str(words.get(self.becomes, self.becomes or _("not set")))
