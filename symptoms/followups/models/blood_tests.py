"""Blood tests: what is planned for a patient, each test from due to seen, and its results as the lab gave them.

Which tests there are stands in `followups/data/blood_tests.toml`; `test` and `analyte` are slugs of that file.
"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from symptoms.lib import clock
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet


class BloodTestPlanQuerySet(PatientOwnedQuerySet):
    def standing(self) -> Self:
        """Return the plans that nobody replaced."""
        return self.filter(ended_at=None)


class BloodTestPlan(PatientOwned):
    """How often a test is due for this patient, as the clinic set it. No row: the medicine's own plan holds.

    Never changed: ended, and set anew, so that who set what, and why, stays. `every_months` None is once.
    """

    test = models.CharField(max_length=40)
    is_on = models.BooleanField(default=True)
    first_due = models.DateField(_("First time"), null=True, blank=True)
    every_months = models.PositiveSmallIntegerField(_("Then every"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)
    why = models.TextField(_("Why"), max_length=500)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = BloodTestPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "test"], condition=Q(ended_at=None), name="followups_test_plan_once_a_test"
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(first_due__isnull=False), name="followups_test_plan_first_day"
            ),
            models.CheckConstraint(
                condition=Q(every_months=None) | Q(every_months__range=(1, 60)), name="followups_test_plan_months"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="followups_test_plan_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.test


class BloodTestQuerySet(PatientOwnedQuerySet):
    def live(self) -> Self:
        return self.filter(dropped_at=None)

    def unseen(self) -> Self:
        """Return the tests of which a result is in and no clinic has seen it."""
        return self.live().filter(result_in_at__isnull=False, seen_at=None)


class BloodTest(PatientOwned):
    """One test on its way: due, booked, taken, result in, seen by the clinic.

    A test of the plan gets its row with the first thing that happens to it: what is due is worked out from the plan
    (`followups.blood.plan`), so that no job has to make rows in time. `due_on` is None for a test that nobody asked
    for; days are those of the patient's own calendar.
    """

    class Reason(models.TextChoices):
        PLAN = "plan", _("Planned")
        EXTRA = "extra", _("Asked for by the clinic")
        OWN = "own", _("Not planned")

    class State(models.TextChoices):
        DUE = "due", _("Due")
        BOOKED = "booked", _("Booked")
        TAKEN = "taken", _("Taken")
        RESULT_IN = "result-in", _("Result in")
        SEEN = "seen", _("Seen by the clinic")

    test = models.CharField(max_length=40)
    reason = models.CharField(max_length=5, choices=Reason)
    due_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.TextField(_("Why"), max_length=500, blank=True)
    flag = models.UUIDField(null=True, blank=True)
    booked_for = models.DateField(_("Booked for"), null=True, blank=True)
    taken_on = models.DateField(_("Taken on"), null=True, blank=True)
    result_in_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = BloodTestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["patient", "test", "due_on"], name="followups_blood_test_due"),
            models.Index(
                fields=["patient"],
                condition=Q(result_in_at__isnull=False, seen_at=None, dropped_at=None),
                name="followups_blood_test_unseen",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "test", "due_on"],
                condition=Q(reason="plan", dropped_at=None),
                name="followups_blood_test_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(result_in_at=None) | Q(taken_on__isnull=False), name="followups_blood_test_taken_first"
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None) | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="followups_blood_test_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None) | Q(result_in_at__isnull=False), name="followups_blood_test_result_first"
            ),
            models.CheckConstraint(
                condition=~Q(reason="extra") | Q(asked_by__isnull=False, due_on__isnull=False),
                name="followups_blood_test_extra_asked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.test}: {self.state}"

    @property
    def state(self) -> "BloodTest.State":
        """The last step that was reached."""
        if self.seen_at is not None:
            return self.State.SEEN
        if self.result_in_at is not None:
            return self.State.RESULT_IN
        if self.taken_on is not None:
            return self.State.TAKEN
        return self.State.BOOKED if self.booked_for is not None else self.State.DUE


class ResultQuerySet(PatientOwnedQuerySet):
    def live(self) -> Self:
        return self.filter(deleted_at=None)


class Result(PatientOwned):
    """One value of one blood draw, in the lab's own unit (UCUM) and against the lab's own range.

    `typed` is what the person typed ("<0,1"); `comparator` and `value` are what was read from it. A test that says
    only whether something was found has `found` instead. `lower` and `upper` None: the lab gave no such limit.
    """

    class Comparator(models.TextChoices):
        EQUAL = "", _("equal to")
        BELOW = "<", _("below")
        ABOVE = ">", _("above")

    class Found(models.TextChoices):
        NOT_ASKED = "", "-"
        POSITIVE = "positive", _("Positive (found)")
        NEGATIVE = "negative", _("Negative (not found)")
        UNCLEAR = "unclear", _("Not clear")

    blood_test = models.ForeignKey(BloodTest, on_delete=models.RESTRICT, related_name="results")
    analyte = models.CharField(max_length=40)
    loinc = models.CharField(max_length=10)
    taken_on = models.DateField()
    typed = models.CharField(max_length=40)
    comparator = models.CharField(max_length=1, choices=Comparator, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    lower = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    upper = models.DecimalField(max_digits=16, decimal_places=6, null=True, blank=True)
    found = models.CharField(max_length=8, choices=Found, blank=True)
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ResultQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["patient", "analyte", "-taken_on"], name="followups_result_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["blood_test", "analyte"], condition=Q(deleted_at=None), name="followups_result_once_a_test"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, found="") & ~Q(unit="") | Q(value=None) & ~Q(found=""),
                name="followups_result_a_value_or_found",
            ),
            models.CheckConstraint(
                condition=Q(lower=None) | Q(upper=None) | Q(lower__lte=models.F("upper")), name="followups_result_range"
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="followups_result_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.analyte} {self.typed} {self.unit}"


class ResultVersion(models.Model):
    """What a result said before it was changed or deleted. Nothing that was once typed is lost."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    said = models.JSONField()
    replaced_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["result", "revision"], name="followups_result_version_once_a_revision")
        ]

    def __str__(self) -> str:
        return f"{self.revision}"
