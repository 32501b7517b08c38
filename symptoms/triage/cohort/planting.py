"""Red flags planted into the diaries: the examples of the rules, moved to a day of a made-up patient."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from symptoms.triage.cohort.dice import Dice
from symptoms.triage.cohort.frequencies import Frequencies
from symptoms.triage.cohort.people import DAY, FIRST, days_after, on_schedule
from symptoms.triage.engine import EntryFacts, Facts, InjectionFacts, RuleSet, assess, case_from_json
from symptoms.triage.engine.example import NOW, case_of

RED: Final = ("emergency", "same-day")
# So many days before the diary shots are kept; the rules compare a shot with the three before it at most.
SHOTS_BACK: Final = 100


@dataclass(frozen=True, slots=True)
class Pattern:
    """One example for which a rule holds at a red tier; the last of `facts` is the entry to be caught."""

    rule_id: str
    tier: str
    why: str
    facts: Facts

    @property
    def symptoms(self) -> frozenset[str]:
        return frozenset(tick.symptom for entry in self.facts.entries for tick in entry.ticks)

    @property
    def days(self) -> int:
        """Return how many days lie between its first entry and its last."""
        return (self.facts.entries[-1].day - self.facts.entries[0].day).days


def patterns(rules: RuleSet) -> dict[str, list[Pattern]]:
    """Return, for each rule that has an example at emergency or same-day, all those examples."""
    found: dict[str, list[Pattern]] = {}
    for rule in rules.rules.values():
        for example in rule.holds:
            facts = case_from_json(case_of(example) | {"id": None}, rules.home_tiers)
            tier = next(one.tier for one in assess(facts, rules).held if one.rule_id == rule.id)
            if tier in RED:
                found.setdefault(rule.id, []).append(Pattern(rule.id, tier, example.why, facts))
    return dict(sorted(found.items()))


def to_plant(dice: Dice, rules: RuleSet, patients: int, copies: int) -> list[Pattern | None]:
    """Return for each patient a pattern or None: every rule `copies` times, once at least, one a patient at most.

    ValueError where there are fewer patients than rules.
    """
    known = patterns(rules)
    if patients < len(known):
        raise ValueError(f"{len(known)} rules have red flags to plant: {len(known)} patients are needed at least")
    copies = min(copies, patients // len(known))
    chosen: list[Pattern | None] = []
    for of_rule in known.values():
        first = dice.whole(0, len(of_rule) - 1)
        chosen += [of_rule[(first + copy) % len(of_rule)] for copy in range(copies)]
    hosts: list[Pattern | None] = [None] * patients
    free = list(range(patients))
    for pattern in chosen:
        hosts[free.pop(dice.whole(0, len(free) - 1))] = pattern
    return hosts


def moved(dice: Dice, pattern: Pattern, days: int) -> Facts:
    """Return the facts of a pattern moved to a day of the diary, late enough for its history where there is room."""
    day = dice.whole(min(pattern.days + 1, days - 1), days - 1)
    by = (FIRST.date() - NOW.date()) + day * DAY
    facts = pattern.facts
    return replace(
        facts,
        patient=replace(
            facts.patient,
            relapses=tuple(one + by for one in facts.patient.relapses),
            expected=tuple(replace(one, first=one.first + by, last=one.last + by) for one in facts.patient.expected),
        ),
        entries=tuple(_entry(one, by) for one in facts.entries),
        injections=tuple(_shot(one, by) for one in facts.injections),
        results=tuple(replace(one, on=one.on + by) for one in facts.results),
    )


def shots_around(planted: Facts, days: int, told: Frequencies) -> list[InjectionFacts] | None:
    """Return the shots of a pattern with those before and after them on schedule; None where it has none."""
    if not planted.injections:
        return None
    own = sorted(planted.injections, key=lambda shot: shot.at)
    before, first = [], own[0]
    while first.number is not None and first.number > 1 and first.at > FIRST - SHOTS_BACK * DAY:
        at = first.at - days_after(first.number - 1, told) * DAY
        first = InjectionFacts(at, at.date(), first.number - 1)
        before.append(first)
    last, after = own[-1], []
    if last.number is not None:
        at = last.at + days_after(last.number, told) * DAY
        after = list(on_schedule(at, last.number + 1, days, told))
    return [*reversed(before), *own, *after]


def _entry(entry: EntryFacts, by: timedelta) -> EntryFacts:
    return replace(entry, at=entry.at + by, day=entry.day + by)


def _shot(shot: InjectionFacts, by: timedelta) -> InjectionFacts:
    return replace(shot, at=shot.at + by, day=shot.day + by)
