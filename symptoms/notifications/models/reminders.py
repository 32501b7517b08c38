"""Reminders: what is due when, for whom. Each row is told once in the tracker, and from there to channels."""

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Told more than so much after it was due: marked as late.
LATE_AFTER: Final = timedelta(minutes=10)
# Due longer ago than this: several of one person become one message (issue 5: "older than a day").
STALE_AFTER: Final = timedelta(days=1)
# The step of a reminder that the person asked for with "later". It is no part of anybody's plan.
LATER_STEP: Final = "later"


class Reminder(models.Model):
    """One thing to remind one person of, at one instant.

    `kind` names the renderer (see `wording`), `subject` what it is about in the room that made it, `step` which of
    several reminders of that subject this is ("14d", "day", "late-1"). Nothing of what it says is kept here: the
    words are made when it is told.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Still to come")
        TOLD = "told", _("Told")
        ANSWERED = "answered", _("Answered")
        STOPPED = "stopped", _("Stopped")
        MERGED = "merged", _("Told together with a later one")
        DROPPED = "dropped", _("No longer needed")

    class Answer(models.TextChoices):
        DONE = "done", _("Done")
        LATER = "later", _("Later")
        STOP = "stop", _("Stop")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: the one that keeps rows apart begins with it. Each index is written to at every claim.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders", db_index=False
    )
    kind = models.SlugField(max_length=40)
    subject = models.UUIDField()
    step = models.SlugField(max_length=20)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    lease_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=5, choices=Answer, blank=True)
    late = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="merged", db_index=False)

    objects: ClassVar[models.Manager["Reminder"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "subject", "step", "due_at"], name="notifications_reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="notifications_reminder_answer_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(merged_into__isnull=False), name="notifications_reminder_merged_into"
            ),
        ]
        indexes = [
            # What is due is found here, however many rows there are. Only waiting rows are in it.
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notifications_reminder_due"),
            models.Index(fields=["kind", "subject"], name="notifications_reminder_about"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="notifications_reminder_merged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.step}"
