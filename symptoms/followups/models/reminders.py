"""What a patient is reminded of, who gets a copy, and the calendar that may be read by a secret address."""

import datetime as dt
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from symptoms.lib import clock
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet

# The hour of reminders that are about a day. Ours: after the quiet hours of who chose nothing.
TOLD_AT: Final = dt.time(9, 0)
# How long after the patient's own reminder a caregiver may hear of it, in hours.
COPY_HOURS: Final = ((1, _("1 hour later")), (3, _("3 hours later")), (12, _("12 hours later")), (24, _("1 day later")))


class ReminderSettings(PatientOwned):
    """How one patient is reminded, and how far the plan is. No row: the defaults hold, and nothing is planned yet.

    `log_at` is the hour of the daily question on the patient's own clock, None for no question. `stirred_on` is the
    last local day with an injection, a flag or a symptom; `logged_on` the last one with an entry. `planned_at` (UTC)
    is when the reminders were last worked out; None: they are to be worked out again.
    """

    told_at = models.TimeField(default=TOLD_AT)
    log_at = models.TimeField(_("Ask me about my day at"), null=True, blank=True)
    stirred_on = models.DateField(null=True)
    logged_on = models.DateField(null=True)
    planned_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient"], name="followups_reminders_once_a_patient")]

    def __str__(self) -> str:
        return f"{self.told_at:%H:%M}"


class OccasionQuerySet(PatientOwnedQuerySet):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Occasion(PatientOwned):
    """One thing to be reminded of: a shot that is due, one that was given, a test that is due, or the daily question.

    Reminders have it as their subject. `key` tells it from others of its kind: the test, or the id of the shot. A day
    that moves makes a new one, so that what was said of the old day says nothing of the new one.
    """

    class Kind(models.TextChoices):
        SHOT = "injection", _("An injection is due")
        TEST = "blood-test", _("A blood test is due")
        CHECK_IN = "check-in", _("How an injection was borne")
        LOG = "daily-log", _("The daily question")

    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=100, blank=True)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = OccasionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind", "key", "due_on"], nulls_distinct=False, name="followups_occasion_once"
            )
        ]
        indexes = [models.Index(fields=["patient"], condition=Q(closed_at=None), name="followups_occasion_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on or ''}".strip()


class ReminderCopyQuerySet(PatientOwnedQuerySet):
    def standing(self) -> Self:
        return self.filter(ended_at=None)


class ReminderCopy(PatientOwned):
    """A caregiver hears of a shot or test `hours` after the patient did, unless the patient answered by then.

    It ends when the patient says so. Whether the log is still shared is asked anew whenever one goes out.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_copies")
    hours = models.PositiveSmallIntegerField(_("When"), choices=COPY_HOURS)
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ReminderCopyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user"], condition=Q(ended_at=None), name="followups_copy_once_a_person"
            ),
            models.CheckConstraint(condition=Q(hours__range=(1, 168)), name="followups_copy_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.hours} h"


class CalendarFeedQuerySet(PatientOwnedQuerySet):
    def standing(self) -> Self:
        return self.filter(ended_at=None)


class CalendarFeed(PatientOwned):
    """A calendar that is read by whoever knows its address, until the patient ends it.

    Only the digest of the secret is kept (SHA-256; the secret has 256 random bits), so the address is shown once.
    """

    class Detail(models.TextChoices):
        PLAIN = "plain", _("Only “Reminder”")
        FULL = "full", _("What it is: injection, or which blood test")

    digest = models.CharField(max_length=64, unique=True)
    detail = models.CharField(_("What your calendar shows"), max_length=5, choices=Detail, default=Detail.PLAIN)
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="followups_feed_once_a_patient"
            )
        ]

    def __str__(self) -> str:
        return self.detail
