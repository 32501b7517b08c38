from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Max

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Draft, Entry, Report
from symptoms.sharing.models import Patient
from symptoms.sharing.scope import Scope

USUAL_DAYS: Final = 60
USUAL_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Chip:
    """One symptom to tick, and the keys of the questions it brings along."""

    slug: str
    name: str
    questions: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Area:
    """The symptoms of one part of the body; it stands open where something in it is ticked."""

    name: str
    chips: tuple[Chip, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """What can be ticked: the usual symptoms first, then all others, each of them once."""

    usual: list[Chip]
    areas: list[Area]


def symptoms_for_log(patient: Patient, *, today: date, scope: Scope, ticked: Collection[str] = ()) -> LogPage:
    """Return all that can be ticked on the log page, in two queries."""
    symptoms = list(
        Symptom.objects.current().order_by("position").values_list("slug", "name", "body_area", "questions")
    )
    usual = usual_slugs(patient, today=today, scope=scope)
    chips = {
        slug: (area, Chip(slug, name, " ".join(questions), slug in ticked)) for slug, name, area, questions in symptoms
    }
    others = [chips[slug] for slug in chips if slug not in usual]
    return LogPage(usual=[chips[slug][1] for slug in usual if slug in chips], areas=_areas(others))


def usual_slugs(patient: Patient, *, today: date, scope: Scope) -> list[str]:
    """Return what this patient often logs, most often first; whatever was logged since yesterday is in it."""
    yesterday = today - timedelta(days=1)
    since = today - timedelta(days=USUAL_DAYS)
    logged = Report.objects.filter(entry__patient=patient, entry__deleted_at=None, entry__day__gt=since)
    rows = (
        (logged if scope.hidden else logged.filter(entry__hidden_at=None))
        .exclude(grade=0)
        .values("symptom__slug")
        .annotate(times=Count("pk"), newest=Max("entry__day"))
        .order_by("-times", "-newest", "symptom__slug")
        .values_list("symptom__slug", "newest")
    )
    return [slug for place, (slug, newest) in enumerate(rows) if place < USUAL_MOST or newest >= yesterday]


def draft_fields(patient: Patient, *, by: User) -> dict[str, Any]:
    """Return the half-filled page of `by`, or nothing; one that was saved after all is not offered again."""
    draft = Draft.objects.filter(patient=patient, author=by).first()
    if draft is None:
        return {}
    key = draft.fields.get("key")
    if key and Entry.objects.filter(patient=patient, idempotency_key=key).exists():
        return {}
    return dict(draft.fields)


def _areas(chips: list[tuple[str, Chip]]) -> list[Area]:
    grouped: dict[str, list[Chip]] = {}
    for area, chip in chips:
        grouped.setdefault(area, []).append(chip)
    return [Area(name, tuple(found), any(chip.is_ticked for chip in found)) for name, found in grouped.items()]
