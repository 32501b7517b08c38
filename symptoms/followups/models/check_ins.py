"""How a shot was borne: the questions that follow it."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from symptoms.followups.models.injections import Injection
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet


class CheckInQuerySet(PatientOwnedQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=CheckIn.State.WAITING)

    def open_at(self, at: datetime) -> Self:
        """Return those that are due at `at` (UTC) and unanswered, the newest first."""
        return self.waiting().filter(due_at__lte=at).order_by("-due_at")


class CheckIn(PatientOwned):
    """One question after a shot: the same evening, after 24 and after 72 hours (clinical.md 4; CMSC21 for the evening).

    It leads to the log: what the person feels stands there, never here. `due_at` (UTC) knows no quiet hours; the
    reminder does.
    """

    class Step(models.TextChoices):
        EVENING = "evening", _("The same evening")
        HOURS_24 = "24h", _("After 24 hours")
        HOURS_72 = "72h", _("After 72 hours")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ANSWERED = "answered", _("Answered")
        SKIPPED = "skipped", _("Skipped")

    injection = models.ForeignKey(Injection, on_delete=models.CASCADE, related_name="check_ins")
    step = models.CharField(max_length=7, choices=Step)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = CheckInQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["patient", "due_at"], condition=Q(state="waiting"), name="followups_check_in_waiting")
        ]
        constraints = [
            models.UniqueConstraint(fields=["injection", "step"], name="followups_check_in_once_a_step"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None) | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="followups_check_in_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.state}"
