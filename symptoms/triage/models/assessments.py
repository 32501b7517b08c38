from django.db import models
from django.db.models import Q

from symptoms.diary.models import Entry
from symptoms.triage.models.tiers import Tier


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
