import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, FloatField, Max, Prefetch, QuerySet, Value, When
from django.db.models.functions import Greatest

from symptoms.catalogue.models import STATEMENTS, TEXTS, Citation, SideEffect, Symptom, Synonym

LONGEST_QUERY: Final = 200
# Below this likeness a found word has little to do with what was typed.
LIKE_ENOUGH: Final = 0.42
MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about a side effect, with where it is from; the text of `when_to_call` is in `calls`."""

    name: str
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class EffectPage:
    """One side effect; `calls` are (tier, when that help is right), the highest tier first."""

    effect: SideEffect
    statements: dict[str, Statement]
    calls: tuple[tuple[str, tuple[str, ...]], ...]
    symptoms: tuple[Symptom, ...]


def symptoms_by_body_area() -> tuple[tuple[str, tuple[Symptom, ...]], ...]:
    """Return the symptoms that can be ticked now, by body area, in the order of the log page. One query."""
    rows: QuerySet[Symptom] = Symptom.objects.current()
    areas: dict[str, list[Symptom]] = {}
    for symptom in rows:
        areas.setdefault(symptom.body_area, []).append(symptom)
    return tuple((area, tuple(symptoms)) for area, symptoms in areas.items())


def effects_by_body_area() -> list[tuple[str, list[SideEffect]]]:
    """Return the side effects by body area, both in alphabetical order. One query."""
    rows = SideEffect.objects.current().order_by("body_area", "name")
    return [(area, list(effects)) for area, effects in groupby(rows, key=lambda effect: str(effect.body_area))]


def effects_by_category() -> list[tuple[SideEffect.Category, list[SideEffect]]]:
    """Return the side effects by how often they come, the common first. One query."""
    rows = list(SideEffect.objects.current())
    found = [(category, [row for row in rows if row.category == category]) for category in SideEffect.Category]
    return [(category, effects) for category, effects in found if effects]


def plain_query(text: str) -> str:
    """Return what was typed as it is searched: without accents, control signs and more than 200 letters."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    kept = "".join(sign if sign.isprintable() else " " for sign in bare)
    return " ".join(kept.split())[:LONGEST_QUERY].lower()


def search_effects(text: str) -> list[SideEffect]:
    """Return at most twelve side effects that match words of the patient's own, typos included, the best first.

    An exact phrase leads, then the words in any form (full text), then what looks like them (trigrams).
    """
    query = plain_query(text)
    if not query:
        return []
    exact = Case(When(words__iexact=query, then=Value(3.0)), default=Value(0.0), output_field=FloatField())
    in_words = Case(
        When(found=SearchQuery(query, config="english"), then=Value(0.6)), default=Value(0.0), output_field=FloatField()
    )
    own = Case(When(is_own=True, then=Value(0.02)), default=Value(0.0), output_field=FloatField())
    alike = Greatest(
        TrigramWordSimilarity(query, "words") * Value(0.9, output_field=FloatField()),
        TrigramSimilarity("words", query),
    )
    scored = (
        Synonym.objects.filter(side_effect__retired_at=None)
        .annotate(found=SearchVector("words", config="english"))
        .annotate(score=exact + in_words + alike + own)
        .values("side_effect")
        .annotate(best=Max("score"))
        .filter(best__gte=LIKE_ENOUGH)
        .order_by("-best", "side_effect__position")
    )
    order = [row["side_effect"] for row in scored[:MOST]]
    effects = SideEffect.objects.in_bulk(order)
    return [effects[pk] for pk in order]


def effect_for_page(slug: str) -> EffectPage | None:
    """Return one side effect with its statements, their sources and its symptoms, or None. Three queries."""
    citations = Citation.objects.select_related("source").order_by("source__key")
    rows = SideEffect.objects.prefetch_related(Prefetch("citations", citations), "symptoms")
    effect = rows.filter(slug=slug).first()
    if effect is None:
        return None
    statements = {
        name: Statement(
            name,
            getattr(effect, name) if name in TEXTS else "",
            tuple(one for one in effect.citations.all() if one.statement == name),
        )
        for name in STATEMENTS
    }
    by_tier = groupby(effect.when_to_call, key=lambda pair: str(pair[0]))
    calls = tuple((tier, tuple(when for _, when in pairs)) for tier, pairs in by_tier)
    return EffectPage(effect, statements, calls, tuple(effect.symptoms.all()))
