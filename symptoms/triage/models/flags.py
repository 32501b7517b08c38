from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from symptoms.diary.models import Entry
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet
from symptoms.triage.episodes import Alarm
from symptoms.triage.models.tiers import FLAGGED, URGENCY, Tier


class FlagQuerySet(PatientOwnedQuerySet):
    def by_urgency(self) -> Self:
        """Order as a queue: the most urgent tier first, then the longest waiting."""
        rank = Case(*(When(tier=tier, then=n) for tier, n in URGENCY.items()), output_field=models.IntegerField())
        return self.order_by(rank, "raised_at", "pk")

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)


class Flag(PatientOwned):
    """What somebody at the clinic should look at: one entry, or one run of a symptom with all its entries.

    It never falls to a lower tier by itself. `entry` is the one that leads it: the one that raised it last,
    unless one that waits with it is more urgent. All of them are its `lines`; an emergency stands alone.
    `raised_at` is since when it waits, its place in the queue; `news_at` is when it was last raised for news.
    `since` is the first day of the run, in the patient's own calendar.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RESOLVED = "resolved", _("Resolved")

    entry = models.ForeignKey(Entry, on_delete=models.RESTRICT, related_name="+")
    since = models.DateField()
    tier = models.CharField(max_length=10, choices=[(t.value, t.label) for t in FLAGGED])
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    raised_at = models.DateTimeField()
    news_at = models.DateTimeField()
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
            models.CheckConstraint(condition=Q(news_at__gte=F("raised_at")), name="triage_flag_raised_before_news"),
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.state}"

    def waited(self, at: datetime) -> int:
        """Return for how many whole minutes it has waited at `at` (UTC)."""
        return max(0, int((at - self.raised_at).total_seconds() // 60))


class FlaggedEntry(models.Model):
    """One entry of a flag. An entry stands in one flag at most, and is never taken out, only moved to one of its own.

    `raised` says whether the clinic was called to it, or whether it only joined as more of the same.
    `alarms` is what spoke in it, as (rule id, symptom, tier, grade); None where it was raised before runs were kept.
    """

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="lines")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="flagged")
    joined_at = models.DateTimeField()
    raised = models.BooleanField()
    alarms = models.JSONField(null=True)

    class Meta:
        verbose_name_plural = "flagged entries"

    def __str__(self) -> str:
        return f"{self.joined_at:%Y-%m-%d %H:%M}"

    @property
    def spoken(self) -> frozenset[Alarm]:
        """What spoke in the entry. What is not known, or cannot be read, has told the clinic nothing."""
        try:
            kept = self.alarms or ()
            return frozenset(Alarm(rule, symptom, Tier(tier).value, int(grade)) for rule, symptom, tier, grade in kept)
        except (TypeError, ValueError):
            return frozenset()


class FlagEvent(models.Model):
    """One step in the life of a flag. `note` is what the clinic wrote to the patient, who may read it.

    `entry` is the one that brought it about or, for what people did, the one that led the flag then.
    """

    class Kind(models.TextChoices):
        RAISED = "raised", _("Raised")
        RAISED_AGAIN = "raised-again", _("Raised again")
        JOINED = "joined", _("More of the same")
        MOVED = "moved", _("An entry of it became an emergency and has a flag of its own")
        ENTRY_CHANGED = "entry-changed", _("The entry was changed")
        ENTRY_DELETED = "entry-deleted", _("The entry was deleted")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        RESOLVED = "resolved", _("Resolved")
        CALLED = "called", _("The patient says: I have called")

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="events")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=10, choices=Tier, blank=True)
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.kind
