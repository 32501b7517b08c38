import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVector, TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, Exists, FloatField, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, JSONObject

from symptoms.catalogue.models import STATEMENTS, TEXTS, Citation, SideEffect, Symptom, Synonym
from symptoms.catalogue.search import Candidate, Sign, ranked, says_something, understood

LONGEST_QUERY: Final = 200
# What is read of a query at all: accents and control signs may blow up 200 letters, no query needs more.
LONGEST_READ: Final = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a search shows; `red` of the symptoms understood are an emergency, `can_turn` are one when sudden."""

    effects: tuple[SideEffect, ...] = ()
    red: tuple[Sign, ...] = ()
    can_turn: tuple[Sign, ...] = ()


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
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text[:LONGEST_READ]) if not unicodedata.combining(sign)
    )
    kept = "".join(sign if sign.isprintable() else " " for sign in bare)
    return " ".join(kept.split())[:LONGEST_QUERY].lower()


def search(text: str) -> Found:
    """Return at most twelve side effects for words of the patient's own, typos included, the best first. Two queries.

    What it is called leads, then what the finder understands, then words that look alike, then words of the texts.
    """
    query = plain_query(text)
    symptoms = understood(query)
    if not symptoms and not says_something(query):
        return Found()
    order = ranked(_candidates(query), query, symptoms)
    effects = {effect.slug: effect for effect in SideEffect.objects.filter(slug__in=order.slugs)} if order.slugs else {}
    return Found(tuple(effects[slug] for slug in order.slugs), order.red, order.can_turn)


def _candidates(query: str) -> list[Candidate]:
    """Return every side effect that stands, with how well its words match. One query."""
    likeness = Synonym.objects.filter(side_effect=OuterRef("pk")).annotate(
        found=SearchVector("words", config="english"), score=_likeness(query)
    )
    best = likeness.order_by("-score").values("score")[:1]
    own = Exists(Synonym.objects.filter(side_effect=OuterRef("pk"), words__iexact=query, is_own=True))
    sign = JSONObject(slug="slug", name="name", area="body_area", tier="home_tier", questions="questions")
    signs = Symptom.objects.filter(side_effects=OuterRef("pk")).order_by("position").values(sign=sign)
    told = SearchVector(*TEXTS, config="english")
    rows = SideEffect.objects.current().annotate(
        exact=Case(When(name__iexact=query, then=Value(2)), When(own, then=Value(1)), default=Value(0)),
        likeness=Coalesce(Subquery(best), Value(0.0)),
        told=told,
        in_text=Case(When(told=SearchQuery(query, config="english"), then=Value(True)), default=Value(False)),
        signs=ArraySubquery(signs),
    )
    fields = ("slug", "name", "body_area", "exact", "likeness", "in_text", "signs")
    return [
        Candidate(slug, name, area, exact, likeness, in_text, tuple(_sign(one) for one in signs))
        for slug, name, area, exact, likeness, in_text, signs in rows.values_list(*fields)
    ]


def _likeness(query: str) -> Any:
    """Return how much a synonym looks like the query, 0 to 2: its words in any form (full text), then trigrams."""
    in_words = Case(
        When(found=SearchQuery(query, config="english"), then=Value(0.6)), default=Value(0.0), output_field=FloatField()
    )
    own = Case(When(is_own=True, then=Value(0.02)), default=Value(0.0), output_field=FloatField())
    alike = Greatest(
        TrigramWordSimilarity(query, "words") * Value(0.9, output_field=FloatField()),
        TrigramSimilarity("words", query),
    )
    return in_words + alike + own


def _sign(told: dict[str, Any]) -> Sign:
    return Sign(told["slug"], told["name"], told["area"], told["tier"], tuple(told["questions"]))


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
