"""Conditions over whatever is logged: a symptom's own tier (B00), any symptom at all (S21, PRO1, V01)."""

from dataclasses import dataclass
from typing import Any

from symptoms.triage.engine.facts import Because
from symptoms.triage.engine.logic import rule_ids
from symptoms.triage.engine.parsing import (
    ANYTHING,
    Condition,
    Evidence,
    Place,
    Vocabulary,
    only_true,
    read,
    symptom_ids,
    texts,
)
from symptoms.triage.engine.tiers import RANK
from symptoms.triage.engine.view import View


def is_seen_by(view: View, symptom: str, rules: tuple[str, ...], worst: int = len(RANK)) -> bool:
    """Tell whether one of `rules` holds, at the rank `worst` or above, because of `symptom` today."""
    return any(
        RANK[held.tier] <= worst and any(one.symptom == symptom and one.today for one in held.because)
        for rule in rules
        if (held := view.held.get(rule)) is not None
    )


def _ticks(view: View, symptom: str) -> Evidence:
    return tuple(
        dict.fromkeys(view.because(seen, symptom) for seen in view.seen_today(symptom) if seen.kind != "temperature")
    )


@dataclass(frozen=True, slots=True)
class AnySymptom:
    """Some symptom of today has the grade or the jump above its baseline, and no other rule speaks of it."""

    at_least: int = 1
    at_most: int = 4
    or_jump: int | None = None
    new: bool = False
    days_at_most: int | None = None
    above_usual: bool = False
    above_expected: bool = False
    unseen_by: tuple[str, ...] = ()

    def evaluate(self, view: View) -> Evidence | None:
        found: list[Because] = []
        for symptom in sorted(view.present):
            seen = _ticks(view, symptom)
            if seen and self._fits(view, symptom) and not is_seen_by(view, symptom, self.unseen_by):
                found.extend(seen)
        return tuple(found) or None

    def _fits(self, view: View, symptom: str) -> bool:
        grade = view.grade_today(symptom)
        if self.above_usual and grade <= (view.usual.get(symptom) or 0):
            return False
        if self.above_expected and grade <= view.expected.get(symptom, 0):
            return False
        return self._is_bad(view, symptom, grade) and self._is_recent(view, symptom)

    def _is_bad(self, view: View, symptom: str, grade: int) -> bool:
        if self.at_least <= grade <= self.at_most:
            return True
        return self.or_jump is not None and grade >= self.or_jump and view.jump(symptom) >= self.or_jump

    def _is_recent(self, view: View, symptom: str) -> bool:
        if self.new and not view.is_new(symptom):
            return False
        return self.days_at_most is None or self._days(view, symptom) <= self.days_at_most

    def _days(self, view: View, symptom: str) -> int:
        return view.today - view.episode_start(symptom, view.today) + 1

    def listens(self) -> frozenset[str]:
        return frozenset({ANYTHING})


@dataclass(frozen=True, slots=True)
class OwnTier:
    """A symptom of today whose own tier is `tier`, and that no rule of that tier or above speaks of.

    Symptoms that are as usual do not count, but for `always`. Where one of `yields_to` speaks of the
    symptom, that rule decides.
    """

    tier: str
    symptoms: frozenset[str]
    others: tuple[str, ...]
    yields_to: tuple[str, ...]
    always: tuple[str, ...]

    def evaluate(self, view: View) -> Evidence | None:
        found: list[Because] = []
        for symptom in sorted(view.present & self.symptoms):
            if symptom in self.always or not view.is_usual_today(symptom):
                found.extend(self._unseen(view, symptom))
        return tuple(found) or None

    def _unseen(self, view: View, symptom: str) -> Evidence:
        if is_seen_by(view, symptom, self.others, RANK[self.tier]) or is_seen_by(view, symptom, self.yields_to):
            return ()
        return _ticks(view, symptom)

    def listens(self) -> frozenset[str]:
        return self.symptoms


@Vocabulary.kind("any_symptom")
def _any_symptom(table: Any, place: Place) -> Condition:
    rest = dict(table)
    only_true(rest.pop("any_symptom"), place.at("any_symptom"))
    unseen = rule_ids(texts(rest.pop("unseen_by", []), place.at("unseen_by")), place.at("unseen_by"))
    return read(AnySymptom, rest, place, unseen_by=unseen)


@Vocabulary.kind("own_tier")
def _own_tier(table: Any, place: Place) -> Condition:
    rest = dict(table)
    names = {key: texts(rest.pop(key, []), place.at(key)) for key in ("others", "yields_to")}
    named = {key: rule_ids(value, place.at(key)) for key, value in names.items()}
    always = symptom_ids({"symptoms": rest.pop("always", [])}, place)
    tier = rest.pop("own_tier")
    ids = frozenset(symptom for symptom, home in place.words.home.items() if home == tier)
    if not ids:
        raise place.at("own_tier").error("no symptom has this own tier")
    return read(OwnTier, rest, place, tier=tier, symptoms=ids, always=always, **named)
