"""Who may see which kinds of things in a log, and until when."""

import uuid
from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.sharing.models.clinics import Clinic, ClinicMember
from symptoms.sharing.models.patients import Patient


class Kind(models.TextChoices):
    """The kinds of things in a log. Each is shared, or not, by itself."""

    SYMPTOMS = "symptoms", _("Symptoms")
    NOTES = "notes", _("Notes")
    PHOTOS = "photos", _("Photos")
    INJECTIONS = "injections", _("Injections")
    BLOOD_TESTS = "blood-tests", _("Blood tests")
    REPORTS = "reports", _("Reports")


# How long after an entry says to get help a caregiver hears of it, in hours. Ours.
NOTICE_HOURS: Final = (
    (0, _("At once")),
    (1, _("After 1 hour")),
    (4, _("After 4 hours")),
    (12, _("After 12 hours")),
    (24, _("After 24 hours")),
)


class GrantQuerySet(models.QuerySet["Grant"]):
    def current(self, at: datetime) -> Self:
        """Return the grants that hold at `at` (UTC)."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at, revoked_at=None)

    def telling(self) -> Self:
        """Return the grants whose caregiver is to be told when an entry says to get help."""
        return self.filter(user__is_active=True, notice_hours__isnull=False, reads__contains=[Kind.SYMPTOMS])

    def reaching(self, user: User) -> Self:
        """Return the grants that let `user` in, by name or as an active member of a clinic."""
        member = ClinicMember.objects.filter(user=user.pk, is_active=True).values("clinic")
        return self.filter(Q(user=user.pk) | Q(clinic__in=member))


class Grant(models.Model):
    """A patient lets one caregiver, or one clinic, into the log: to some kinds of things in it, none by default.

    `reads` and `adds` hold slugs of `Kind`; nobody adds what they may not read. A clinic never adds.
    `notice_hours` is how long after an entry says to get help a caregiver is told; None: not at all. A
    clinic has flags for that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="grants"
    )
    clinic = models.ForeignKey(Clinic, null=True, blank=True, on_delete=models.CASCADE, related_name="grants")
    reads = ArrayField(models.CharField(max_length=20, choices=Kind), default=list, blank=True)
    adds = ArrayField(models.CharField(max_length=20, choices=Kind), default=list, blank=True)
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    notice_hours = models.PositiveSmallIntegerField(null=True, blank=True, choices=NOTICE_HOURS)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(clinic=None), name="sharing_grant_to_a_person_or_a_clinic"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="sharing_grant_ends_later",
            ),
            models.CheckConstraint(condition=Q(reads__contains=models.F("adds")), name="sharing_grant_adds_are_read"),
            models.CheckConstraint(
                condition=Q(notice_hours=None)
                | Q(clinic=None, reads__contains=[Kind.SYMPTOMS.value], notice_hours__lte=24),
                name="sharing_grant_tells_who_reads_symptoms",
            ),
            models.UniqueConstraint(
                fields=["patient", "user"], condition=Q(revoked_at=None), name="sharing_one_grant_a_person"
            ),
            models.UniqueConstraint(
                fields=["patient", "clinic"], condition=Q(revoked_at=None), name="sharing_one_grant_a_clinic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.clinic}: {', '.join(self.reads)}"
