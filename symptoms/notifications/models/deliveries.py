import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from symptoms.notifications.models.reminders import Reminder


class Delivery(models.Model):
    """One reminder on its way through one channel. Marked as taken only after the channel took it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TAKEN = "taken", _("Sent")
        FAILED = "failed", _("Not sent")
        DROPPED = "dropped", _("No longer needed")

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.SlugField(max_length=20)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["Delivery"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reminder", "channel"], name="notifications_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="taken", taken_at__isnull=False) | (~Q(state="taken") & Q(taken_at=None)),
                name="notifications_delivery_taken_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="notifications_delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.state}"


class Notice(models.Model):
    """What a person is told in the tracker itself: a reminder, a message, or news about how messages reach them."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder")
        CHANNEL = "channel", _("About your messages")
        TEST = "test", _("Test")
        MESSAGE = "message", _("Message")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.REMINDER)
    reminder = models.OneToOneField(Reminder, null=True, on_delete=models.CASCADE, related_name="notice")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)  # answered, put aside, or overtaken

    objects: ClassVar[models.Manager["Notice"]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-made_at"], name="notifications_notice_newest"),
            models.Index(fields=["recipient"], condition=Q(settled_at=None), name="notifications_notice_open"),
        ]

    def __str__(self) -> str:
        return self.title
