"""What a clinic, or the patient, set about one patient: how the rules read this diary."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Grade
from symptoms.lib import clock
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet

# A clinic may expect a symptom for so many days at most (clinical.md 2.7, UAB: up to a month).
EXPECTED_DAYS: Final = 30
# Fever may be set lower for a patient, never higher (triage-readings.md on S03).
LOWEST_FEVER_C: Final = Decimal("37.5")
HIGHEST_FEVER_C: Final = Decimal("38.0")
MOST_COUGH_DAYS: Final = 21


class TriageSettings(PatientOwned):
    """The numbers and switches of the rules for one patient. No row: the defaults hold."""

    class HepatitisB(models.TextChoices):
        UNKNOWN = "", _("Not known")
        CORE_POSITIVE = "core-positive", _("Core antibody positive, or carrier")
        NEGATIVE = "negative", _("Negative")

    strict_mode = models.BooleanField(_("Strict mode"), default=False)
    fever_c = models.DecimalField(_("Fever starts at"), max_digits=3, decimal_places=1, default=HIGHEST_FEVER_C)
    cough_days = models.PositiveSmallIntegerField(_("Days of cough"), default=3)
    hepatitis_b = models.CharField(_("Hepatitis B"), max_length=13, choices=HepatitisB, blank=True)
    relapses = ArrayField(models.DateField(), verbose_name=_("Relapses"), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient"], name="triage_settings_once_a_patient"),
            models.CheckConstraint(
                condition=Q(fever_c__range=(LOWEST_FEVER_C, HIGHEST_FEVER_C)), name="triage_settings_fever"
            ),
            models.CheckConstraint(condition=Q(cough_days__range=(1, MOST_COUGH_DAYS)), name="triage_settings_cough"),
        ]

    def __str__(self) -> str:
        return f"{self.fever_c} C, {self.cough_days} days"


class SymptomLevelQuerySet(PatientOwnedQuerySet):
    def standing(self) -> Self:
        """Return the levels that nobody ended."""
        return self.filter(ended_at=None)


class SymptomLevel(PatientOwned):
    """A grade of one symptom that was set for a patient, by whom and why. Never changed: ended, and set anew."""

    symptom = models.ForeignKey(Symptom, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(_("Why"), max_length=500, blank=True)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = SymptomLevelQuerySet.as_manager()

    class Meta:
        abstract = True


class UsualSymptom(SymptomLevel):
    """A symptom that is normal for this patient; without a grade the diary itself tells the level."""

    grade = models.PositiveSmallIntegerField(_("Usual grade"), choices=Grade, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "symptom"], condition=Q(ended_at=None), name="triage_usual_once_a_symptom"
            ),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(1, 4)), name="triage_usual_grade"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="triage_usual_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symptom}: {self.get_grade_display() or '?'}"


class ExpectedLevel(SymptomLevel):
    """A grade that the clinic expects until a day: PRO1 keeps still up to it. It hides no other rule."""

    grade = models.PositiveSmallIntegerField(_("Expected grade"), choices=Grade)
    first_day = models.DateField()
    last_day = models.DateField(_("Until"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "symptom"], condition=Q(ended_at=None), name="triage_expected_once_a_symptom"
            ),
            models.CheckConstraint(condition=Q(grade__range=(1, 4)), name="triage_expected_grade"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="triage_expected_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"))
                & Q(last_day__lte=models.ExpressionWrapper(F("first_day") + EXPECTED_DAYS, models.DateField())),
                name="triage_expected_30_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symptom}: {self.get_grade_display()}"

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on `day`, unless somebody ended it."""
        return self.ended_at is None and self.first_day <= day <= self.last_day


class SettingChange(PatientOwned):
    """One change of what was set for a patient: what it was, what it became, who and why. Never rewritten."""

    class Kind(models.TextChoices):
        STRICT_MODE = "strict-mode", _("Strict mode")
        FEVER = "fever", _("Fever starts at")
        COUGH = "cough", _("Days of cough")
        HEPATITIS_B = "hepatitis-b", _("Hepatitis B")
        RELAPSES = "relapses", _("Relapses")
        USUAL = "usual", _("Usual symptom")
        EXPECTED = "expected", _("Expected level")

    kind = models.CharField(max_length=12, choices=Kind)
    about = models.CharField(max_length=100, blank=True)
    was = models.JSONField(null=True)
    becomes = models.JSONField(null=True)
    why = models.TextField(blank=True, max_length=500)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["patient", "-at"], name="triage_setting_change_newest")]

    def __str__(self) -> str:
        return self.kind
