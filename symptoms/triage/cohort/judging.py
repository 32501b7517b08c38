"""The clinic's burden and the red flags caught: each entry of a cohort judged, and its flags raised as in the app."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import Final

from symptoms.triage.cohort.diaries import Diary
from symptoms.triage.engine import Assessment, ExpectedLevel, Facts, RuleSet, assess
from symptoms.triage.engine.tiers import RANK
from symptoms.triage.episodes import LOUDEST_QUIET, alarms_of, days_logged, grades_of, raises

# The clinic hears of at most so many of 100 entries (assurance, alert fatigue; MSK closed loop: 7.82 %, MSK-LOOP).
MOST_PERCENT: Final = 8.0
# As far back as the app reads a diary for one assessment.
REACH: Final = timedelta(days=366)
# The rule that an expected level keeps still, and the grade up to which it does here.
GENERAL_RULE: Final = "PRO1-severe-or-jump"
SEVERE: Final = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """One entry: what was said of it, and whether it raised a flag (anew or again)."""

    said: Assessment
    alarms: bool
    raised: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """A planted red flag of which the clinic did not hear, and what was said instead."""

    patient: int
    rule_id: str
    tier: str
    why: str
    said: str


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a cohort. `untouched` are the patients without a planted red flag.

    The bar on flags is theirs: in the others, far more reds than in life are planted to be caught, not to be few.
    """

    entries: int
    tiers: Counter[str]
    alarming: int
    raised: int
    untouched_entries: int
    untouched_raised: int
    planted: int
    planted_rules: int
    missed: tuple[Missed, ...]
    by_rule: Counter[str]

    @property
    def caught(self) -> int:
        return self.planted - len(self.missed)

    @property
    def raised_percent(self) -> float:
        return percent(self.raised, self.entries)

    @property
    def untouched_percent(self) -> float:
        return percent(self.untouched_raised, self.untouched_entries)

    @property
    def flags_few(self) -> bool:
        return self.untouched_percent <= MOST_PERCENT

    @property
    def holds(self) -> bool:
        return self.flags_few and not self.missed


def percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def judge(diary: Diary, rules: RuleSet) -> list[Judged]:
    """Return what is said of each entry of a diary, and whether a clinic that answers nothing hears of it anew."""
    said = _said(diary, rules)
    speaking = [RANK[one.tier] < LOUDEST_QUIET for one in said]
    flagged = [
        (entry.day, alarms_of(one.held, grades_of(entry), checked=one.checked))
        for entry, one, speaks in zip(diary.facts.entries, said, speaking, strict=True)
        if speaks
    ]
    news = iter(raises(flagged, days_logged((entry.day, grades_of(entry)) for entry in diary.facts.entries)))
    return [Judged(one, speaks, speaks and next(news)) for one, speaks in zip(said, speaking, strict=True)]


def run(cohort: Sequence[Diary], rules: RuleSet) -> Report:
    """Judge a whole cohort by `rules` and count."""
    judged = [judge(diary, rules) for diary in cohort]
    every = list(chain.from_iterable(judged))
    untouched = list(chain.from_iterable(of for diary, of in zip(cohort, judged, strict=True) if not diary.pattern))
    planted = [diary.pattern.rule_id for diary in cohort if diary.pattern]
    missed = filter(None, map(_missed, cohort, judged))
    return Report(
        entries=len(every),
        tiers=Counter(one.said.tier for one in every),
        alarming=sum(one.alarms for one in every),
        raised=sum(one.raised for one in every),
        untouched_entries=len(untouched),
        untouched_raised=sum(one.raised for one in untouched),
        planted=len(planted),
        planted_rules=len(set(planted)),
        missed=tuple(missed),
        by_rule=Counter(rule for one in every if one.raised for rule in _leading(one.said)),
    )


def _said(diary: Diary, rules: RuleSet) -> list[Assessment]:
    """Return what is said of each entry, with the levels that the clinic comes to expect on the way."""
    facts, said = diary.facts, []
    for number in range(len(facts.entries)):
        said.append(assess(_up_to(facts, number), rules))
        if diary.expected_days and (levels := _expected(facts, number, said[-1], diary.expected_days)):
            facts = replace(facts, patient=replace(facts.patient, expected=(*facts.patient.expected, *levels)))
    return said


def _expected(facts: Facts, number: int, said: Assessment, days: int) -> list[ExpectedLevel]:
    """Return the levels that a nurse sets the next day, where the general rule spoke of a usual symptom."""
    usual = {one.symptom for one in facts.patient.baseline}
    spoken = [one for held in said.held if held.rule_id == GENERAL_RULE for one in held.because]
    symptoms = {one.symptom for one in spoken if one.today and one.symptom in usual}
    tomorrow = facts.entries[number].day + timedelta(days=1)
    last = tomorrow + timedelta(days=days - 1)
    return [ExpectedLevel(one, SEVERE, tomorrow, last) for one in sorted(filter(None, symptoms))]


def _up_to(facts: Facts, number: int) -> Facts:
    """Return what is known when the entry `number` is assessed: it and the year before it."""
    since = facts.entries[number].at - REACH
    return replace(facts, entries=tuple(one for one in facts.entries[: number + 1] if one.at >= since))


def _leading(said: Assessment) -> set[str]:
    return {one.rule_id for one in said.held if one.tier == said.tier}


def _missed(diary: Diary, judged: Sequence[Judged]) -> Missed | None:
    """Return a planted red flag that was not caught.

    It is caught where its entry has its tier or a higher one, and a flag was raised at that tier or higher by this
    entry, by another entry of the day, or by an earlier entry of the same pattern whose run it belongs to.
    """
    pattern = diary.pattern
    if pattern is None:
        return None
    entries, last = diary.facts.entries, diary.planted[-1]
    of_day = {number for number, entry in enumerate(entries) if entry.day == entries[last].day}
    loud = [number for number, one in enumerate(judged) if RANK[one.said.tier] <= RANK[pattern.tier]]
    if last in loud and any(judged[number].raised for number in of_day.union(diary.planted).intersection(loud)):
        return None
    return Missed(diary.number, pattern.rule_id, pattern.tier, pattern.why, judged[last].said.tier)
