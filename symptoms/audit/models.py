import uuid

from django.db import models
from django.utils import timezone


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, patient: uuid.UUID) -> "EventQuerySet":
        return self.filter(patient=patient).order_by("-at", "-pk")

    def looks(self) -> "EventQuerySet":
        return self.filter(verb="sharing.looked")

    def imports(self) -> "EventQuerySet":
        return self.filter(verb="mydata.imported")


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


class Seal(models.Model):
    """One link of the chain over the events, in the order in which they were sealed (docs/adr/0020).

    `digest` is sha256 over the digest before it and the event (`chain.digest_of`). Positions count 1, 2, 3 without
    gaps. Neither events nor seals are ever changed or removed: triggers in the database refuse it.
    """

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}: {self.digest}"
