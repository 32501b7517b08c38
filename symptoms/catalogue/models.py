from typing import Any, Final, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class CurrentQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Return what is not retired."""
        return self.filter(retired_at=None)


class Curated(models.Model):
    """A row that comes from a reviewed file. It is retired, never deleted: old entries keep their meaning."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    body_area = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Symptom(Curated):
    """Something a patient can tick, in the patient's words.

    `home_tier` is what it shows when no rule speaks of it; `questions` are the keys of what is asked
    once it is ticked: temperature, sudden, side, minutes, heat, spreading, curtain, bleeding.
    """

    home_tier = models.CharField(max_length=10)
    questions = models.JSONField(default=list)

    objects: Any = CurrentQuerySet.as_manager()

    class Meta:
        ordering = ["position"]


class Source(models.Model):
    """Where a statement is from."""

    key = models.CharField(max_length=30, unique=True)
    citation = models.TextField()

    def __str__(self) -> str:
        return self.key


class SideEffect(Curated):
    """What Kesimpta may cause, or what may be taken for it, in plain words.

    `when_to_call` is a list of [tier, when that help is right], the highest tier first.
    """

    class Category(models.TextChoices):
        COMMON = "common", _("Common")
        LESS_COMMON = "less-common", _("Less common")
        SERIOUS = "serious", _("Serious")
        RARE = "rare", _("Rare")
        OTHER = "other", _("Something else")

    term = models.CharField(max_length=200)
    category = models.CharField(max_length=12, choices=Category)
    tier = models.CharField(max_length=10)
    what = models.TextField()
    frequency = models.TextField()
    time_course = models.TextField()
    self_care = models.TextField()
    when_to_call = models.JSONField(default=list)
    symptoms = models.ManyToManyField(Symptom, related_name="side_effects")

    objects: Any = CurrentQuerySet.as_manager()

    class Meta:
        ordering = ["position"]


class Synonym(models.Model):
    """Words that patients use for a side effect, misspellings included.

    `is_own` tells the effect's own name and words from the wording of a symptom it shares with others.
    """

    side_effect = models.ForeignKey(SideEffect, on_delete=models.CASCADE, related_name="synonyms")
    words = models.CharField(max_length=120)
    is_own = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint("side_effect", Lower("words"), name="catalogue_synonym_once")]
        indexes = [GinIndex(OpClass(Lower("words"), name="gin_trgm_ops"), name="catalogue_synonym_trigrams")]

    def __str__(self) -> str:
        return self.words


TEXTS: Final = ("what", "frequency", "time_course", "self_care")
STATEMENTS: Final = (*TEXTS, "when_to_call")


class Citation(models.Model):
    """One statement about a side effect rests on one source, at one of its sections."""

    side_effect = models.ForeignKey(SideEffect, on_delete=models.CASCADE, related_name="citations")
    statement = models.CharField(max_length=20, choices=[(name, name) for name in STATEMENTS])
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    section = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["side_effect", "statement", "source"], name="catalogue_citation_once"),
            models.CheckConstraint(condition=Q(statement__in=STATEMENTS), name="catalogue_citation_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.statement}: {self.source}"
