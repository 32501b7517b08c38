from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from symptoms.catalogue import curated
from symptoms.catalogue.models import Citation, Curated, SideEffect, Source, Symptom, Synonym
from symptoms.lib import clock

DATA: Final = Path(__file__).parent / "data"
# Any number, as long as nothing else locks by it.
ONE_LOAD_AT_A_TIME: Final = 7_400_128


@dataclass(slots=True)
class Loaded:
    """What a load did, by slug or key."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)


@transaction.atomic
def load_catalogue(directory: Path = DATA) -> Loaded:
    """Bring the database in line with the curated files. Repeatable; what is gone from them is retired.

    A wrong file raises `curated.CatalogueError` before anything is touched.
    """
    said = curated.read(directory)
    loaded = Loaded()
    with connection.cursor() as cursor:
        # Two processes that start together would both add the same rows.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_LOAD_AT_A_TIME])
    _load_sources(said.sources, loaded)
    symptoms = {
        one.slug: {
            "name": one.name,
            "body_area": one.body_area,
            "home_tier": one.home_tier,
            "questions": list(one.questions),
        }
        for one in said.symptoms
    }
    effects = {
        one.slug: {
            "name": one.name,
            "body_area": one.body_area,
            "term": one.term,
            "category": one.category,
            "tier": one.tier,
            **one.texts,
            "when_to_call": [list(call) for call in one.calls],
        }
        for one in said.effects
    }
    _load_rows(Symptom, symptoms, loaded)
    _load_rows(SideEffect, effects, loaded)
    _load_links(said.effects, loaded)
    return loaded


def _load_sources(citations: Mapping[str, str], loaded: Loaded) -> None:
    standing = {source.key: source for source in Source.objects.all()}
    new = [Source(key=key, citation=text) for key, text in citations.items() if key not in standing]
    Source.objects.bulk_create(new)
    changed = [standing[key] for key, text in citations.items() if key in standing and standing[key].citation != text]
    for source in changed:
        source.citation = citations[source.key]
    Source.objects.bulk_update(changed, ["citation"])
    loaded.added += [source.key for source in new]
    loaded.changed += [source.key for source in changed]


def _load_rows(model: type[Curated], rows: Mapping[str, Mapping[str, Any]], loaded: Loaded) -> None:
    standing = {row.slug: row for row in model._default_manager.all()}
    wanted = {
        slug: {**fields, "position": position, "retired_at": None}
        for position, (slug, fields) in enumerate(rows.items())
    }
    new = [model(slug=slug, **fields) for slug, fields in wanted.items() if slug not in standing]
    changed = _changed(standing, wanted, loaded)
    retired = [row for slug, row in standing.items() if slug not in wanted and row.retired_at is None]
    for row in retired:
        row.retired_at = clock.now()
    model._default_manager.bulk_create(new)
    model._default_manager.bulk_update(changed, [*next(iter(wanted.values()))])
    model._default_manager.bulk_update(retired, ["retired_at"])
    loaded.added += [row.slug for row in new]
    loaded.retired += [row.slug for row in retired]


def _changed(standing: Mapping[str, Curated], wanted: Mapping[str, Mapping[str, Any]], loaded: Loaded) -> list[Curated]:
    """Set what is wanted and return the rows that differed; one that only moved in the list is not worth a word."""
    changed = []
    for slug in wanted.keys() & standing.keys():
        if differs := _set_fields(standing[slug], wanted[slug]):
            changed.append(standing[slug])
            if differs != {"position"}:
                loaded.changed.append(slug)
    return changed


def _set_fields(row: Curated, fields: Mapping[str, Any]) -> set[str]:
    """Set `fields` on `row` and return the names of those that were different."""
    differs = {name for name, value in fields.items() if getattr(row, name) != value}
    for name in differs:
        setattr(row, name, fields[name])
    return differs


def _load_links(effects: Iterable[curated.CuratedEffect], loaded: Loaded) -> None:
    """Write what hangs on the effects anew where it differs: their symptoms, words and citations."""
    rows = SideEffect.objects.in_bulk(field_name="slug")
    names = dict(Symptom.objects.values_list("slug", "name"))
    ids = dict(Symptom.objects.values_list("slug", "pk"))
    sources = dict(Source.objects.values_list("key", "pk"))
    through = SideEffect.symptoms.through
    links, phrases, citations = set(), set(), set()
    for one in effects:
        pk = rows[one.slug].pk
        links |= {(pk, ids[slug]) for slug in one.symptoms}
        spoken = {names[slug].lower(): (names[slug], False) for slug in one.symptoms}
        spoken |= {words.lower(): (words, True) for words in (one.name, *one.words)}
        phrases |= {(pk, words, own) for words, own in spoken.values()}
        citations |= {(pk, statement, sources[key], section) for statement, key, section in one.citations}
    touched = _replace(through, ("sideeffect_id", "symptom_id"), links)
    touched |= _replace(Synonym, ("side_effect_id", "words", "is_own"), phrases)
    touched |= _replace(Citation, ("side_effect_id", "statement", "source_id", "section"), citations)
    slugs = {row.pk: slug for slug, row in rows.items()}
    loaded.changed += sorted({slugs[pk] for pk in touched} - {*loaded.added, *loaded.changed})


def _replace(model: Any, fields: tuple[str, ...], wanted: set[tuple[Any, ...]]) -> set[int]:
    """Make the rows of `model` be exactly `wanted`; return the ids of the effects that they hang on."""
    standing = {tuple(row[1:]): row[0] for row in model.objects.values_list("pk", *fields)}
    gone = standing.keys() - wanted
    new = wanted - standing.keys()
    model.objects.filter(pk__in=[standing[row] for row in gone]).delete()
    model.objects.bulk_create(model(**dict(zip(fields, row, strict=True))) for row in sorted(new))
    return {row[0] for row in gone | new}
