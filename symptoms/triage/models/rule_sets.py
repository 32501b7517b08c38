"""Versions of the rules: the release's own, drafts of curators, the one in force, and dry runs of drafts."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage.models.tiers import Tier


class RuleSetVersion(models.Model):
    """One whole set of rule files, as text by file name. Once it left the draft state it never changes.

    `version` is the name in the files and a digest of their content, as the engine gives it. `review_on` is
    the day by which somebody must look at the set again; `owner` is who is reminded of it.
    """

    class Origin(models.TextChoices):
        RELEASE = "release", _("Came with the software")
        CURATOR = "curator", _("Made here")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Waits for a second person")
        LIVE = "live", _("In force")
        RETIRED = "retired", _("No longer in force")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=80)
    files = models.JSONField()
    origin = models.CharField(max_length=8, choices=Origin)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("What changes, and why"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=clock.now)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    review_on = models.DateField(_("Review by"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    review_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="live"), name="triage_one_live_rule_set"),
            models.CheckConstraint(
                condition=~Q(origin="curator", state__in=["live", "retired"])
                | (Q(proposed_by__isnull=False, published_by__isnull=False) & ~Q(proposed_by=F("published_by"))),
                name="triage_published_by_two",
            ),
            models.CheckConstraint(
                condition=Q(origin="release") | Q(created_by__isnull=False, created_at__isnull=False),
                name="triage_rules_created_by",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="triage_rules_proposed_by",
            ),
            # A release comes into force by itself, so it may have a time without a person.
            models.CheckConstraint(
                condition=Q(published_by__isnull=True, published_at__isnull=True)
                | Q(published_by__isnull=False, published_at__isnull=False)
                | Q(origin="release", published_by__isnull=True),
                name="triage_rules_published_by",
            ),
        ]

    def __str__(self) -> str:
        return self.version


class RuleSetEvent(models.Model):
    """One step in the life of a version: who did what and when. `reason` is what a curator wrote about it."""

    class Kind(models.TextChoices):
        LOADED = "loaded", _("Came with the software")
        OPENED = "opened", _("Draft opened")
        CHANGED = "changed", _("Rules changed")
        PROPOSED = "proposed", _("Proposed")
        SENT_BACK = "sent-back", _("Sent back")
        PUBLISHED = "published", _("Published")
        ROLLED_BACK = "rolled-back", _("Put in force again")
        DROPPED = "dropped", _("Dropped")
        REVIEW_SET = "review-set", _("Review date set")

    version = models.ForeignKey(RuleSetVersion, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=80, blank=True)
    reason = models.CharField(_("Why"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.kind}"


class SignOff(models.Model):
    """A named clinician stands by one rule as it reads now. A rule that is changed needs a new one.

    `digest` is the fingerprint of the rule's text in the file; `role` says what the clinician is.
    """

    rule_id = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    clinician = models.CharField(_("Name of the clinician"), max_length=120)
    role = models.CharField(_("Role"), max_length=120)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule_id", "digest"], name="triage_signed_off_once")]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.clinician}"


class DryRunQuerySet(models.QuerySet["DryRun"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=[DryRun.State.WAITING, DryRun.State.RUNNING])


class DryRun(models.Model):
    """A dry run: what a version would say of the last `wanted` entries, beside what the live one says.

    It writes nothing but itself. `done` counts as it goes; `heard_at` is its last sign of life, so that a
    dry run whose worker died is taken up again. `flagged_live` and `flagged_draft` count entries that would
    raise a flag; `moves` maps "live tier > draft tier" to how many entries.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped by a fault")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(RuleSetVersion, on_delete=models.CASCADE, related_name="dry_runs")
    rules = models.CharField(max_length=80)
    against = models.CharField(max_length=80, blank=True)
    wanted = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    heard_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    flagged_live = models.PositiveIntegerField(default=0)
    flagged_draft = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    moves = models.JSONField(default=dict)
    fault = models.CharField(max_length=200, blank=True)

    objects: ClassVar[DryRunQuerySet] = DryRunQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.rules}: {self.done} of {self.total}"


class DryRunChange(models.Model):
    """One entry of which the draft says something else. It names no patient; the entry is known by a number."""

    dry_run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="changes")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    tier_live = models.CharField(max_length=10, choices=Tier)
    tier_draft = models.CharField(max_length=10, choices=Tier)
    gained = models.JSONField(default=list)
    lost = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["dry_run", "entry"], name="triage_dry_run_change_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.tier_live} > {self.tier_draft}"
