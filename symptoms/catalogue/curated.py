"""The curated files, read and checked. Pure: files in, frozen records out, or a CatalogueError."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from symptoms.lib.text import longest_sentence, reading_grade

GRADE_LIMIT: Final = 7.0
WORDS_LIMIT: Final = 20
TIERS: Final = ("emergency", "same-day", "prompt", "visit", "self-care")
CATEGORIES: Final = frozenset({"common", "less-common", "serious", "rare", "other"})
QUESTIONS: Final = frozenset({"temperature", "sudden", "side", "minutes", "heat", "spreading", "curtain", "bleeding"})
TEXTS: Final = ("what", "frequency", "time_course", "self_care")
STATEMENTS: Final = (*TEXTS, "when_to_call")


class CatalogueError(Exception):
    """A curated file is wrong. The message names the file, the entry and the key."""


@dataclass(frozen=True, slots=True)
class CuratedSymptom:
    slug: str
    name: str
    body_area: str
    home_tier: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CuratedEffect:
    """A side effect as the file tells it.

    `calls` are (tier, when that help is right), the highest tier first; `citations` are (statement,
    source key, section).
    """

    slug: str
    name: str
    term: str
    category: str
    body_area: str
    tier: str
    texts: Mapping[str, str]
    calls: tuple[tuple[str, str], ...]
    symptoms: tuple[str, ...]
    words: tuple[str, ...]
    citations: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Curated:
    sources: Mapping[str, str]
    symptoms: tuple[CuratedSymptom, ...]
    effects: tuple[CuratedEffect, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One table of a file, with what is needed to say where something is wrong."""

    file: str
    name: str
    data: Mapping[str, Any]

    def wrong(self, key: str, why: str) -> CatalogueError:
        return CatalogueError(f"{self.file}: {self.name}: {key}: {why}")

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "is missing. Write a text.")
        return value

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.wrong(key, f"{value!r} is none of {', '.join(sorted(allowed))}.")
        return value

    def many(self, key: str, allowed: Iterable[str] | None = None, kind: str = "value") -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.wrong(key, "must be a list of texts.")
        for one in value:
            if allowed is not None and one not in allowed:
                raise self.wrong(key, f"unknown {kind} {one!r}.")
        return tuple(value)


def read(directory: Path) -> Curated:
    """Return the catalogue in `directory` (sources.toml, symptoms.toml, side_effects.toml), or raise CatalogueError."""
    sources = {row.text("key"): row.text("citation") for row in _rows(directory / "sources.toml", "source", "key")}
    symptoms = tuple(_symptom(row) for row in _rows(directory / "symptoms.toml", "symptom", "slug"))
    known = {symptom.slug for symptom in symptoms}
    rows = _rows(directory / "side_effects.toml", "effect", "slug")
    return Curated(sources, symptoms, tuple(_effect(row, known, sources) for row in rows))


def _rows(path: Path, kind: str, key: str) -> list[_Row]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(f"{path.name}: the file is missing.") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    rows = [_Row(path.name, str(row.get(key, f"{kind} {n}")), row) for n, row in enumerate(data.get(kind, []), start=1)]
    if not rows:
        raise CatalogueError(f"{path.name}: holds no [[{kind}]].")
    seen: set[str] = set()
    for row in rows:
        if (name := row.text(key)) in seen:
            raise row.wrong(key, "stands twice. Each one must be unique.")
        seen.add(name)
    return rows


def _symptom(row: _Row) -> CuratedSymptom:
    return CuratedSymptom(
        slug=row.text("slug"),
        name=row.text("name"),
        body_area=row.text("body_area"),
        home_tier=row.one_of("home_tier", TIERS),
        questions=row.many("questions", QUESTIONS, "question"),
    )


def _effect(row: _Row, symptoms: set[str], sources: Mapping[str, str]) -> CuratedEffect:
    return CuratedEffect(
        slug=row.text("slug"),
        name=row.text("name"),
        term=row.text("term"),
        category=row.one_of("category", CATEGORIES),
        body_area=row.text("body_area"),
        tier=row.one_of("tier", TIERS),
        texts={key: _plain(row, key, row.text(key)) for key in TEXTS},
        calls=_calls(row),
        symptoms=row.many("symptoms", symptoms, "symptom"),
        words=row.many("words"),
        citations=tuple(_citations(row, sources)),
    )


def _plain(row: _Row, key: str, text: str) -> str:
    if (grade := reading_grade(text)) > GRADE_LIMIT:
        raise row.wrong(key, f"reads at grade {grade:.1f}, the limit is {GRADE_LIMIT}. Use shorter words.")
    if (longest := longest_sentence(text)) > WORDS_LIMIT:
        raise row.wrong(key, f"has a sentence of {longest} words, the limit is {WORDS_LIMIT}. Cut it in two.")
    return text


def _calls(row: _Row) -> tuple[tuple[str, str], ...]:
    pairs = row.data.get("when_to_call")
    if not isinstance(pairs, list) or not pairs:
        raise row.wrong("when_to_call", "is missing. Write at least one [tier, when] pair.")
    for pair in pairs:
        _check_call(row, pair)
    ranks = [TIERS.index(tier) for tier, _ in pairs]
    if ranks != sorted(ranks):
        raise row.wrong("when_to_call", "must name the highest tier first.")
    return tuple((tier, _plain(row, "when_to_call", when)) for tier, when in pairs)


def _check_call(row: _Row, pair: Any) -> None:
    if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) and part for part in pair)):
        raise row.wrong("when_to_call", "must be a list of [tier, when] pairs.")
    if pair[0] not in TIERS:
        raise row.wrong("when_to_call", f"{pair[0]!r} is none of {', '.join(TIERS)}.")


def _citations(row: _Row, sources: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    cited = row.data.get("sources", {})
    for statement in STATEMENTS:
        pairs = cited.get(statement)
        if not pairs:
            raise row.wrong(f"sources.{statement}", "is missing. Every statement names its source.")
        for key, section in pairs:
            if key not in sources:
                raise row.wrong(f"sources.{statement}", f"unknown source {key!r}.")
            yield statement, key, section
