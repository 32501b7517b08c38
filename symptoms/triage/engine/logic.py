"""Conditions about conditions: any, all, none, count, other rules, settings, the patient."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from symptoms.triage.engine.facts import Because
from symptoms.triage.engine.onset import YES
from symptoms.triage.engine.parsing import (
    ANYTHING,
    Condition,
    Evidence,
    Place,
    Table,
    Vocabulary,
    only_true,
    parse_condition,
    read,
    text,
    texts,
    whole,
)
from symptoms.triage.engine.view import View

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]
    at_least: int = 1

    def evaluate(self, view: View) -> Evidence | None:
        """Hold where enough parts hold. All are asked: the reader wants to see everything that counted."""
        found = [seen for part in self.parts if (seen := part.evaluate(view)) is not None]
        if len(found) < self.at_least:
            return None
        return tuple(dict.fromkeys(one for seen in found for one in seen))

    def listens(self) -> frozenset[str]:
        return NOTHING.union(*(part.listens() for part in self.parts))


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]

    def evaluate(self, view: View) -> Evidence | None:
        found: list[Because] = []
        for part in self.parts:
            seen = part.evaluate(view)
            if seen is None:
                return None
            found.extend(seen)
        return tuple(dict.fromkeys(found))

    def listens(self) -> frozenset[str]:
        return NOTHING.union(*(part.listens() for part in self.parts))


@dataclass(frozen=True, slots=True)
class NoneOf:
    parts: tuple[Condition, ...]

    def evaluate(self, view: View) -> Evidence | None:
        return () if all(part.evaluate(view) is None for part in self.parts) else None

    def listens(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True)
class RulesHold:
    """Any of the named rules holds; what it saw is what this saw."""

    rules: tuple[str, ...]

    def evaluate(self, view: View) -> Evidence | None:
        held = [view.held[rule] for rule in self.rules if rule in view.held]
        return tuple(one for rule in held for one in rule.because) if held else None

    def listens(self) -> frozenset[str]:
        return frozenset({ANYTHING})


@dataclass(frozen=True, slots=True)
class NoRule:
    rules: tuple[str, ...]

    def evaluate(self, view: View) -> Evidence | None:
        return () if view.held.keys().isdisjoint(self.rules) else None

    def listens(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True)
class StrictMode:
    """The clinic set strict mode for this patient."""

    def evaluate(self, view: View) -> Evidence | None:
        return () if view.settings.strict_mode else None

    def listens(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True)
class UrgentForPatient:
    """The patient answered "yes" to "is it urgent for you?"."""

    def evaluate(self, view: View) -> Evidence | None:
        return () if view.facts.entries[-1].urgent == YES else None

    def listens(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True)
class HepatitisB:
    status: str

    def evaluate(self, view: View) -> Evidence | None:
        return () if view.facts.patient.hepatitis_b == self.status else None

    def listens(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True)
class NoRelapse:
    """No relapse on record in the last `days` days."""

    days: int

    def evaluate(self, view: View) -> Evidence | None:
        ages = (view.today - relapse.toordinal() for relapse in view.facts.patient.relapses)
        return None if any(0 <= age < self.days for age in ages) else ()

    def listens(self) -> frozenset[str]:
        return NOTHING


def rule_ids(patterns: tuple[str, ...], place: Place) -> tuple[str, ...]:
    """Return the ids that `patterns` such as "E*" name; a pattern that names none is refused."""
    found: list[str] = []
    for pattern in patterns:
        matching = sorted(rule for rule in place.words.rules if fnmatchcase(rule, pattern))
        if not matching:
            raise place.error(f"no rule is called {pattern!r}")
        found.extend(matching)
    return tuple(dict.fromkeys(found))


def _parts(table: Table, key: str, place: Place) -> tuple[Condition, ...]:
    if not isinstance(table[key], list) or not table[key]:
        raise place.at(key).error("must be a list of conditions that is not empty")
    return tuple(parse_condition(one, place.at(f"{key}[{n}]")) for n, one in enumerate(table[key]))


def _only(table: Table, place: Place, *keys: str) -> None:
    for key in table:
        if key not in keys:
            raise place.error(f"unknown key {key!r}")


@Vocabulary.kind("any", "all", "none")
def _logic(table: Any, place: Place) -> Condition:
    [kind] = {"any", "all", "none"} & table.keys()
    _only(table, place, kind)
    parts = _parts(table, kind, place)
    if kind == "any":
        return AnyOf(parts)
    return AllOf(parts) if kind == "all" else NoneOf(parts)


@Vocabulary.kind("count_of")
def _count(table: Any, place: Place) -> Condition:
    _only(table, place, "count_of", "at_least")
    return AnyOf(_parts(table, "count_of", place), whole(table.get("at_least"), place.at("at_least")))


@Vocabulary.kind("rule_holds", "no_rule")
def _rules(table: Any, place: Place) -> Condition:
    [kind] = {"rule_holds", "no_rule"} & table.keys()
    _only(table, place, kind)
    ids = rule_ids(texts(table[kind], place.at(kind)), place.at(kind))
    return RulesHold(ids) if kind == "rule_holds" else NoRule(ids)


@Vocabulary.kind("setting")
def _setting(table: Any, place: Place) -> Condition:
    _only(table, place, "setting")
    if table["setting"] != "strict_mode":
        raise place.at("setting").error("the only setting to ask for is strict_mode")
    return StrictMode()


@Vocabulary.kind("urgent_for_patient")
def _urgent(table: Any, place: Place) -> Condition:
    _only(table, place, "urgent_for_patient")
    only_true(table["urgent_for_patient"], place.at("urgent_for_patient"))
    return UrgentForPatient()


@Vocabulary.kind("hepatitis_b")
def _hepatitis(table: Any, place: Place) -> Condition:
    _only(table, place, "hepatitis_b")
    return HepatitisB(text(table["hepatitis_b"], place.at("hepatitis_b")))


@Vocabulary.kind("no_relapse_for_days")
def _relapse(table: Any, place: Place) -> Condition:
    return read(NoRelapse, {"days": table.pop("no_relapse_for_days"), **table}, place)
