import uuid

from django.db import models
from django.utils import timezone


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, patient: uuid.UUID) -> "EventQuerySet":
        return self.filter(patient=patient).order_by("-at", "-pk")

    def looks(self) -> "EventQuerySet":
        return self.filter(verb="sharing.looked")


class Event(models.Model):
    """One thing that somebody did. It holds ids but no foreign keys, so it outlives what it is about.

    `data` never holds what a person wrote or how a person feels.
    """

    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True)
    patient = models.UUIDField(null=True)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["patient", "-at"], name="audit_event_patient")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
