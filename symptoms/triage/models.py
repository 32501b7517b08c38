from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from symptoms.diary.models import Entry
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet


class Tier(models.TextChoices):
    """How soon to seek help, the most urgent first."""

    EMERGENCY = "emergency", _("Get emergency help now")
    SAME_DAY = "same-day", _("Call your care team today")
    PROMPT = "prompt", _("Contact your care team in the next 2 days")
    VISIT = "visit", _("Mention at your next visit")
    SELF_CARE = "self-care", _("Look after yourself")
    NONE = "none", _("Nothing logged")


URGENCY = {tier: rank for rank, tier in enumerate(Tier)}
FLAGGED = (Tier.EMERGENCY, Tier.SAME_DAY, Tier.PROMPT)


class Assessment(models.Model):
    """The proof that one revision of an entry was looked at: by which rules, with what result, when, by whom.

    `result` is what `engine.assess` returned, as JSON; `duration_us` is in microseconds.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="assessments")
    revision = models.PositiveIntegerField()
    rule_set = models.CharField(max_length=60)
    tier = models.CharField(max_length=10, choices=Tier)
    checked = models.BooleanField()
    result = models.JSONField()
    assessed_at = models.DateTimeField()
    duration_us = models.PositiveIntegerField()
    process = models.CharField(max_length=80)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(is_current=True), name="triage_one_current_assessment"
            ),
            models.UniqueConstraint(fields=["entry", "revision", "rule_set"], name="triage_assessed_once_a_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} ({self.rule_set})"


class FlagQuerySet(PatientOwnedQuerySet):
    def by_urgency(self) -> Self:
        """Order as a queue: the most urgent tier first, then the longest waiting."""
        rank = Case(*(When(tier=tier, then=n) for tier, n in URGENCY.items()), output_field=models.IntegerField())
        return self.order_by(rank, "raised_at", "pk")

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)


class Flag(PatientOwned):
    """An entry that somebody at the clinic should look at. It never falls to a lower tier by itself."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RESOLVED = "resolved", _("Resolved")

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="flag")
    tier = models.CharField(max_length=10, choices=[(t.value, t.label) for t in FLAGGED])
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    raised_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = FlagQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["patient", "state"], name="triage_flag_patient_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="triage_flag_acknowledged_when_and_who",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="triage_flag_resolved_when_and_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.state}"

    def waited(self, at: datetime) -> int:
        """Return for how many whole minutes it has waited at `at` (UTC)."""
        return max(0, int((at - self.raised_at).total_seconds() // 60))


class FlagEvent(models.Model):
    """One step in the life of a flag. `note` is what the clinic wrote to the patient, who may read it."""

    class Kind(models.TextChoices):
        RAISED = "raised", _("Raised")
        RAISED_AGAIN = "raised-again", _("Raised again after a change")
        ENTRY_CHANGED = "entry-changed", _("The entry was changed")
        ENTRY_DELETED = "entry-deleted", _("The entry was deleted")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RESOLVED = "resolved", _("Resolved")
        CALLED = "called", _("The patient says: I have called")

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=10, choices=Tier, blank=True)
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.kind
