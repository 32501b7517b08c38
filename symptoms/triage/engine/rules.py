"""A rule and a set of rules, as read from the reviewed files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from symptoms.triage.engine.parsing import Condition, Evidence
from symptoms.triage.engine.view import View


@dataclass(frozen=True, slots=True)
class Branch:
    """One tier of a rule and its condition; the first branch that holds wins. Its words may be its own."""

    tier: str
    when: Condition
    headline: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A small diary in the case format, with the reason why the rule holds for it or misses it."""

    why: str
    case: Mapping[str, Any]
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One reviewed rule. `tier` is the highest it can reach; `reading` tells where it rests on a reading."""

    id: str
    version: int
    title: str
    headline: str
    steps: tuple[str, ...]
    rationale: str
    basis: str
    source: str
    reading: str
    tier: str
    branches: tuple[Branch, ...]
    holds: tuple[Example, ...]
    near_misses: tuple[Example, ...]
    listens: frozenset[str]

    def evaluate(self, view: View) -> tuple[str, Evidence] | None:
        """Return the tier reached and what was seen; some of it must be of today."""
        for branch in self.branches:
            seen = branch.when.evaluate(view)
            if seen is not None and any(one.today for one in seen):
                return branch.tier, seen
        return None

    def text_for(self, tier: str) -> tuple[str, tuple[str, ...]]:
        """Return headline and steps for the tier reached."""
        for branch in self.branches:
            if branch.tier == tier:
                return branch.headline, branch.steps
        return self.headline, self.steps


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules by id, each after those it asks about; `elsewhere` are those that judge no entry.

    Those speak on another page: when advice was not confirmed, about a vaccine, about a pen.
    `review_on` is the day by which somebody must look at the set again.
    """

    version: str
    rules: Mapping[str, Rule]
    elsewhere: Mapping[str, Rule]
    home_tiers: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]
    review_on: date | None = None

    def __getitem__(self, rule_id: str) -> Rule:
        return self.rules[rule_id] if rule_id in self.rules else self.elsewhere[rule_id]
