"""The reviewed phrases and cues, read and checked. Pure: files in, a Vocabulary out, or a CatalogueError.

phrase_sets.toml    [sets] name = [alternatives]; fillers = [small words]; urgent = [symptom ids]
phrases_*.toml      [[symptom]] id, phrases, unsure (worth a question), needs (a set that the note must hold)
                    [[not_a_symptom]] phrases: idioms that look like one
cues.toml, cues_*   [[cue]] kind, phrases
ordinary_words.txt  words that are no slips, one a line
first_names.txt     names of people, one a line; one with a capital is a name only where it is written with one
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from symptoms.catalogue.curated import CatalogueError
from symptoms.catalogue.finder.matching import Rule
from symptoms.catalogue.finder.pattern import Atom, PatternError, Variant, Words, variants

SETS: Final = "phrase_sets.toml"
CUES: Final = "cues.toml"
ORDINARY: Final = "ordinary_words.txt"
NAMES: Final = "first_names.txt"
SUBJECT_KINDS: Final = ("self", "pronoun", "relative", "stranger", "child", "of-other", "name")
CUE_KINDS: Final = frozenset({
    "negated", "negated-after", "affirmed", "affirmed-after", "neutral", "end", "past", "past-before", "again", "now",
    "hypothetical", "hypothetical-after", "question", "fact", "mine", "returned",
    "asked", "wakes", "contrary", "mistaken", "in-truth", "answer-yes", "answer-no", "over", "worsens", "nearly",
    *SUBJECT_KINDS,
})  # fmt: skip
SEARCHED: Final = 300  # characters of search words for one symptom
KEYS: Final = {
    "symptom": {"id", "phrases", "unsure", "needs"},
    "not_a_symptom": {"phrases"},
    "cue": {"kind", "phrases"},
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that the finder knows. `urgent` are the words around which it reads past the reading limit."""

    rules: tuple[Rule, ...]
    fillers: frozenset[str]
    urgent: frozenset[str]
    parts: frozenset[str]
    ordinary: frozenset[str]
    misspelt: Mapping[str, str]
    names: frozenset[str]

    @property
    def symptoms(self) -> frozenset[str]:
        return frozenset(rule.meaning for rule in self.rules if rule.kind == "symptom")

    def search_words(self) -> dict[str, str]:
        """Return for each symptom its plain phrases, parted by commas, for a search that looks for parts of words.

        A phrase that stands in a longer one is left out, as is what is vague, or a symptom only beside other words.
        """
        phrases: dict[str, dict[str, None]] = {}
        for rule in self.rules:
            if rule.kind == "symptom" and rule.sure and rule.needs is None:
                phrases.setdefault(rule.meaning, {}).update(dict.fromkeys(_plain(rule)))
        return {symptom: _joined(list(found)) for symptom, found in phrases.items()}


def _plain(rule: Rule) -> Iterator[str]:
    """Yield the phrases of a rule that is nothing but words that follow one another."""
    if len(rule.variants) == 1 and len(rule.variants[0]) == 1:
        yield from (" ".join(words) for words in sorted(rule.variants[0][0].atom) if all(map(str.isalnum, words)))


def _joined(phrases: list[str]) -> str:
    kept: list[str] = []
    for phrase in phrases:
        is_told = any(phrase != other and phrase in other for other in phrases)
        if not is_told and len(", ".join([*kept, phrase])) <= SEARCHED:
            kept.append(phrase)
    return ", ".join(kept)


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of a file, with what is needed to say where something is wrong."""

    file: str
    name: str
    data: Mapping[str, Any]

    def wrong(self, key: str, why: str) -> CatalogueError:
        return CatalogueError(f"{self.file}: {self.name}: {key}: {why}")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.wrong(key, "must be a list of texts.")
        return tuple(value)

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or value not in allowed:
            raise self.wrong(key, f"{value!r} is unknown.")
        return value


def read(directory: Path, symptoms: Collection[str]) -> Vocabulary:
    """Return the vocabulary in `directory`, or raise CatalogueError. Each of `symptoms` must have a phrase."""
    told = _Table(SETS, "sets", _toml(directory / SETS))
    sets = _sets(told)
    rules = [rule for path in sorted(directory.glob("phrases_*.toml")) for rule in _phrases(path, sets, symptoms)]
    rules += [rule for path in (directory / CUES, *sorted(directory.glob("cues_*.toml"))) for rule in _cues(path, sets)]
    vocabulary = Vocabulary(
        rules=tuple(rules),
        fillers=frozenset(told.texts("fillers")),
        urgent=frozenset(told.texts("urgent")),
        parts=frozenset(told.texts("parts")),
        ordinary=frozenset(_text(directory / ORDINARY).split()),
        misspelt=_misspelt(told),
        names=frozenset(_text(directory / NAMES).split()),
    )
    if missing := sorted(set(symptoms) - vocabulary.symptoms):
        raise CatalogueError(f"phrases_*.toml: no phrase for {', '.join(missing)}.")
    return vocabulary


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CatalogueError(f"{path.name}: the file is missing.") from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{path.name}: {error}") from error


def _sets(told: _Table) -> dict[str, Atom]:
    """Return the named sets. A set may hold those above it."""
    tables = told.data.get("sets", {})
    if not isinstance(tables, dict):
        raise told.wrong("sets", "must be a table of lists.")
    sets: dict[str, Atom] = {}
    table = _Table(told.file, "sets", tables)
    for name in tables:
        words: set[Words] = set()
        for phrase in table.texts(name):
            if ".." in phrase or "&" in phrase.split():
                raise table.wrong(name, f"{phrase!r} must be words that follow one another.")
            words |= _variants(table, name, f"({phrase})", sets)[0][0].atom
        sets[name] = frozenset(words)
    return sets


def _misspelt(told: _Table) -> dict[str, str]:
    """Return the respelling of each slip that no rule finds: [misspelt] word = [slips]."""
    tables = told.data.get("misspelt", {})
    if not isinstance(tables, dict):
        raise told.wrong("misspelt", "must be a table of lists.")
    table = _Table(told.file, "misspelt", tables)
    return {slip: word for word in tables for slip in table.texts(word)}


def _variants(table: _Table, key: str, phrase: str, sets: Mapping[str, Atom]) -> tuple[Variant, ...]:
    """Return the variants of a phrase; plain words without a gap are one piece."""
    simple = not set(phrase) & set("@[](){}&") and ".." not in phrase
    try:
        return variants(f"({phrase})" if simple else phrase, sets)
    except PatternError as error:
        raise table.wrong(key, str(error)) from error


def _tables(path: Path, kinds: tuple[str, ...]) -> Iterator[tuple[str, _Table]]:
    data = _toml(path)
    if unknown := sorted(set(data) - set(kinds)):
        raise CatalogueError(f"{path.name}: unknown table {unknown[0]!r}.")
    for kind in kinds:
        rows = data.get(kind, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CatalogueError(f"{path.name}: {kind}: must be written [[{kind}]].")
        for number, row in enumerate(rows, start=1):
            table = _Table(path.name, str(row.get("id") or row.get("kind") or f"{kind} {number}"), row)
            if strange := sorted(set(row) - KEYS[kind]):
                raise table.wrong(strange[0], "unknown key.")
            yield kind, table


def _phrases(path: Path, sets: Mapping[str, Atom], symptoms: Collection[str]) -> Iterator[Rule]:
    for kind, table in _tables(path, ("symptom", "not_a_symptom")):
        if kind == "not_a_symptom":
            yield from _rules(table, "phrases", "block", "", sets)
            continue
        symptom = table.one_of("id", symptoms)
        yield from _rules(table, "phrases", "symptom", symptom, sets)
        yield from _rules(table, "unsure", "symptom", symptom, sets)


def _rules(table: _Table, key: str, kind: str, meaning: str, sets: Mapping[str, Atom]) -> Iterator[Rule]:
    needs = table.data.get("needs")
    if needs is not None and str(needs)[1:] not in sets:
        raise table.wrong("needs", f"unknown set {needs!r}.")
    for phrase in table.texts(key):
        found = _variants(table, key, phrase, sets)
        yield Rule(kind, meaning, found, key != "unsure", sets[needs[1:]] if needs else None)


def _cues(path: Path, sets: Mapping[str, Atom]) -> Iterator[Rule]:
    for _, table in _tables(path, ("cue",)):
        yield from _rules(table, "phrases", "cue", table.one_of("kind", CUE_KINDS), sets)
