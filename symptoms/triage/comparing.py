"""What two sets of rules, or a set and what stands, say of the same entry. Pure: nothing is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from symptoms.triage.engine import Assessment, EntryFacts
from symptoms.triage.engine.facts import Held
from symptoms.triage.engine.tiers import RANK
from symptoms.triage.episodes import LOUDEST_QUIET, Alarm, Logged, alarms_of, days_logged, grades_of, held_of, raises

Grades = Mapping[str, int | None]
QUIET: frozenset[Alarm] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one entry: tier, rules that hold with their tiers, whether all were asked, what alarms."""

    tier: str
    rules: frozenset[tuple[str, str]]
    checked: bool = True
    alarms: frozenset[Alarm] = field(default=QUIET, compare=False)

    @property
    def flagged(self) -> bool:
        """Say whether it is a tier of which the clinic hears."""
        return RANK[self.tier] < LOUDEST_QUIET


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry of which something else is said. `gained` and `lost` are rule ids; a rule that moved is in both."""

    entry: UUID
    before: str
    after: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two verdicts on one entry of a day (the patient's own calendar), and the grades of what it logs."""

    entry: UUID
    day: date
    before: Verdict
    after: Verdict
    grades: Grades = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """How many entries were looked at, where they move ("before > after"), and how many flags they would raise."""

    looked_at: int = 0
    changed: int = 0
    flags_before: int = 0
    flags_after: int = 0
    moves: Counter[str] = field(default_factory=Counter)

    def count(self, pairs: Sequence[Pair]) -> None:
        """Count entries."""
        self.looked_at += len(pairs)
        self.changed += sum(pair.before != pair.after for pair in pairs)
        self.moves.update(f"{pair.before.tier} > {pair.after.tier}" for pair in pairs)

    def count_flags(self, diary: Sequence[Pair]) -> None:
        """Count the flags of one patient's entries, in order of time. More of the same run raises none."""
        logged = days_logged((pair.day, pair.grades) for pair in diary)
        self.flags_before += _raised([(pair.day, pair.before) for pair in diary], logged)
        self.flags_after += _raised([(pair.day, pair.after) for pair in diary], logged)

    def add(self, other: "Tally") -> None:
        self.looked_at += other.looked_at
        self.changed += other.changed
        self.flags_before += other.flags_before
        self.flags_after += other.flags_after
        self.moves.update(other.moves)


def _raised(diary: Sequence[tuple[date, Verdict]], logged: Logged) -> int:
    return sum(raises(((day, verdict.alarms) for day, verdict in diary if verdict.flagged), logged))


def verdict(said: Assessment, entry: EntryFacts) -> Verdict:
    """Return what the engine said of `entry`, as far as it is compared."""
    return _verdict(said.tier, said.held, said.checked, grades_of(entry))


def verdict_of_row(tier: str, result: Mapping[str, Any], checked: bool, grades: Grades) -> Verdict:
    """Return what a stored assessment says of an entry with these grades, as far as it is compared."""
    return _verdict(tier, held_of(result), checked, grades)


def _verdict(tier: str, held: Sequence[Held], checked: bool, grades: Grades) -> Verdict:
    alarms = alarms_of(held, grades, checked=checked) if RANK[tier] < LOUDEST_QUIET else QUIET
    return Verdict(tier, frozenset((one.rule_id, one.tier) for one in held), checked, alarms)


def difference(pair: Pair) -> Difference | None:
    """Return how two verdicts on an entry differ, None where they do not."""
    if pair.before == pair.after:
        return None
    gained, lost = pair.after.rules - pair.before.rules, pair.before.rules - pair.after.rules
    return Difference(pair.entry, pair.before.tier, pair.after.tier, _ids(gained), _ids(lost))


def _ids(rules: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({rule for rule, _ in rules}))
