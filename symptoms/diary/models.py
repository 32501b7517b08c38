import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from symptoms.catalogue.models import Symptom
from symptoms.lib import clock
from symptoms.sharing.models import PatientOwned, PatientOwnedQuerySet
from symptoms.sharing.scope import Scope

# The order in which the reports of an entry are told; one without a grade comes last.
WORST_FIRST: Final = (F("grade").desc(nulls_last=True), "symptom__position")


class Grade(models.IntegerChoices):
    """The diary's own five-step scale for the last 24 hours. It is not PRO-CTCAE."""

    NONE = 0, _("None")
    MILD = 1, _("Mild")
    MODERATE = 2, _("Moderate")
    SEVERE = 3, _("Severe")
    VERY_SEVERE = 4, _("Very severe")


class EntryQuerySet(PatientOwnedQuerySet):
    def live(self) -> Self:
        return self.filter(deleted_at=None)

    def shown(self, scope: Scope) -> Self:
        """Return the entries of which this reader sees anything. What of each is shared, `selectors.cut` says."""
        if not scope.entries:
            return self.none()
        seen = self if scope.hidden else self.filter(hidden_at=None)
        if scope.symptoms or scope.notes:
            return seen
        return seen.filter(models.Exists(EntryPhoto.objects.filter(entry=models.OuterRef("pk"))))

    def unassessed(self) -> Self:
        """Return the entries whose newest revision nobody has assessed yet: the queue's truth."""
        return self.filter(assessed_revision__lt=F("revision"))

    def waiting_since(self, at: datetime) -> Self:
        """Return the unassessed entries that were saved at or before `at` (UTC), the oldest first."""
        return self.unassessed().filter(saved_at__lte=at).order_by("saved_at")

    def between(self, first: date, last: date) -> Self:
        return self.filter(day__range=(first, last))

    def with_unread_notes(self, edition: str) -> Self:
        """Return the entries whose note the finder of this `edition` has not read."""
        return self.exclude(note="").exclude(note_edition=edition)

    def newest_first(self) -> Self:
        return self.order_by("-day", "-made_at", "-id")

    def with_reports(self) -> Self:
        reports = Report.objects.select_related("symptom").order_by(*WORST_FIRST)
        return self.select_related("author").prefetch_related(models.Prefetch("reports", reports))


class Urgency(models.TextChoices):
    """The answer to "Is it urgent for you?", asked on the advice page where nothing but the grade speaks."""

    YES = "yes", _("Yes, it is urgent")
    NO = "no", _("No, it can wait a day or two")


class Entry(PatientOwned):
    """What one person wrote down about one day of a patient, with all the symptoms of that moment.

    `happened_at` (UTC) is when it counts: now for today, the end of the day for an earlier one.
    `revision` rises with every change; `assessed_revision` follows once triage has looked at it.
    `note_found` is what the finder of `note_edition` read in the note (`diary.notes`), None where nobody has read
    it yet; `note_dismissed` are the symptoms of it that the writer took back. Of a hidden one nobody but the patient
    sees anything (docs/adr/0017).
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="entries")
    day = models.DateField(_("Day"))
    happened_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    temperature_c = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    temperature_typed = models.CharField(max_length=12, blank=True)
    note = models.TextField(_("Note"), blank=True, max_length=5000)
    note_found = models.JSONField(null=True, blank=True)
    note_edition = models.CharField(max_length=16, blank=True)
    note_dismissed = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    urgent = models.CharField(_("Is it urgent for you?"), max_length=3, choices=Urgency, blank=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4)
    revision = models.PositiveIntegerField(default=1)
    assessed_revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["patient", "-day", "-made_at"], name="diary_entry_newest"),
            models.Index(
                fields=["saved_at"],
                condition=Q(assessed_revision__lt=F("revision")),
                name="diary_entry_unassessed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["patient", "idempotency_key"], name="diary_entry_saved_once"),
            models.CheckConstraint(
                condition=Q(temperature_c=None) | Q(temperature_c__range=(Decimal(30), Decimal(45))),
                name="diary_entry_temperature",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"

    @property
    def says_no_symptoms(self) -> bool:
        """Say whether it is a day without symptoms: nothing ticked, no temperature, no note."""
        return not (self.note or self.temperature_typed or self.reports.all())

    @property
    def by_patient(self) -> bool:
        """Whether the patient wrote it; "she" in a caregiver's note is the patient."""
        return bool(self.author_id == self.patient.user_id)

    @property
    def worst(self) -> int:
        """The highest grade of its reports; a report without a grade counts as mild."""
        return max((report.grade if report.grade is not None else 1 for report in self.reports.all()), default=0)


class Report(models.Model):
    """One symptom in an entry: its grade 0 to 4 (None: not answered) and the answers to its extra questions.

    `answers` holds only keys of the symptom's own questions: sudden, heat, spreading, curtain and
    bleeding answer "yes", "no" or "unsure"; side "left", "right" or "both"; minutes a whole number.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="reports")
    symptom = models.ForeignKey(Symptom, on_delete=models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(choices=Grade, null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "symptom"], name="diary_report_once_a_symptom"),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(0, 4)), name="diary_report_grade_0_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.symptom}: {self.get_grade_display() or '?'}"


class EntryVersion(models.Model):
    """What an entry said before a change. Nothing that was once logged is lost."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    said = models.JSONField()
    replaced_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["entry", "revision"], name="diary_version_once_a_revision")]

    def __str__(self) -> str:
        return f"{self.revision}"


class EntryPhotoQuerySet(PatientOwnedQuerySet):
    def waiting(self) -> Self:
        """Return the photos of pages that are not saved yet."""
        return self.filter(entry=None)

    def shown(self, scope: Scope) -> Self:
        """Return the photos of entries that this reader sees."""
        if not scope.photos:
            return self.none()
        return self.filter(entry__in=Entry.objects.live().shown(scope))

    def in_order(self) -> Self:
        return self.order_by("added_at", "id")


class EntryPhotoManager(models.Manager.from_queryset(EntryPhotoQuerySet)):  # type: ignore[misc]
    """Reads a photo without its bytes, unless they are asked for by name."""

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("data", "small")


class EntryPhoto(PatientOwned):
    """One photo of an entry, drawn anew by `lib.uploads`: `data` is the large JPEG, `small` a thumbnail of it.

    Without an `entry` it waits for the page whose idempotency key is `page` to be saved. Removing it deletes the row:
    a picture that somebody takes back is gone (docs/adr/0021).
    """

    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.CASCADE, related_name="photos")
    page = models.UUIDField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    data = models.BinaryField()
    small = models.BinaryField()

    objects: ClassVar[Any] = EntryPhotoManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(entry=None) ^ Q(page=None), name="diary_photo_of_an_entry_or_a_page"),
        ]
        indexes = [
            models.Index(fields=["added_at"], condition=Q(entry=None), name="diary_photo_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.added_at:%Y-%m-%d %H:%M}"


class Draft(PatientOwned):
    """A half-filled log page, kept on the server so that neither a sign-out nor a flat battery loses it."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "author"], name="diary_draft_once_a_person")]

    def __str__(self) -> str:
        return f"{self.kept_at:%Y-%m-%d %H:%M}"
