"""The diaries that made-up patients keep: entries as the engine reads them, with the planted red flags among them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from symptoms.triage.cohort.dice import Dice
from symptoms.triage.cohort.frequencies import Frequencies
from symptoms.triage.cohort.people import DAY, FIRST, Life, make_life
from symptoms.triage.cohort.planting import Pattern, moved, shots_around, to_plant
from symptoms.triage.engine import BaselineSymptom, EntryFacts, Facts, PatientFacts, RuleSet, Tick

# The symptoms at which the log page asks "did it start suddenly?" and that come without being a red flag.
ONSET: Final = frozenset(
    ("thinking-trouble", "muscle-weakness", "numbness", "tingling", "unsteady", "dizzy", "spinning", "vision-blurred")
)
# A fever by its grade, in Celsius: 38.0 is a fever, CTCAE v5.0 has grade 2 above 39.0 and 3 above 40.0.
FEVER_C: Final = {1: (38.0, 38.9), 2: (38.4, 39.4), 3: (39.2, 40.4)}
NORMAL_C: Final = (36.2, 37.4)
MORNING, EVENING = (7, 10), (17, 22)
# How many of 100 write in the evening, and how many of the answers to the onset question are "not sure": judgement.
IN_THE_EVENING: Final = 0.7
UNSURE: Final = 0.1
COPIES: Final = 2


@dataclass(frozen=True, slots=True)
class Diary:
    """One made-up patient's diary. `facts` holds all entries in order; `planted` the places of the pattern's own.

    `expected_days`: for how long the clinic expects a level of a usual symptom once it was called for it.
    """

    number: int
    facts: Facts
    expected_days: int = 0
    pattern: Pattern | None = None
    planted: tuple[int, ...] = ()


def make_cohort(
    *, seed: int, patients: int, days: int, rules: RuleSet, frequencies: Frequencies, copies: int = COPIES
) -> list[Diary]:
    """Return the diaries of a cohort: the same for the same seed, on any machine. ValueError where it is too small."""
    hosts = to_plant(Dice(seed, patients), rules, patients, copies)
    return [_diary(Dice(seed, number), number, days, hosts[number], frequencies) for number in range(patients)]


def _diary(dice: Dice, number: int, days: int, pattern: Pattern | None, told: Frequencies) -> Diary:
    expected = int(told.of["clinic.expected_days"])
    if pattern is None:
        life = make_life(dice, told, days, None, ())
        return Diary(number, _facts(told, life, PatientFacts(), list(_entries(dice, told, days, life))), expected)
    planted = moved(dice, pattern, days)
    life = make_life(dice, told, days, shots_around(planted, days, told), pattern.symptoms)
    entries = sorted([*_entries(dice, told, days, life), *planted.entries], key=lambda entry: entry.at)
    facts = replace(_facts(told, life, planted.patient, entries), results=planted.results)
    own = {id(entry) for entry in planted.entries}
    return Diary(number, facts, expected, pattern, tuple(n for n, entry in enumerate(entries) if id(entry) in own))


def _facts(told: Frequencies, life: Life, patient: PatientFacts, entries: list[EntryFacts]) -> Facts:
    """Return the facts of a whole diary. What the pattern says is usual stands before what the life says."""
    usual = life.listed(told) | {one.symptom: one.severity for one in patient.baseline}
    baseline = tuple(BaselineSymptom(symptom, grade) for symptom, grade in usual.items())
    return Facts(replace(patient, baseline=baseline), tuple(entries), tuple(life.shots))


def _entries(dice: Dice, told: Frequencies, days: int, life: Life) -> Iterator[EntryFacts]:
    for day in range(days):
        if not dice.chance(life.logs):
            continue
        evening = dice.chance(IN_THE_EVENING)
        both = dice.chance(told.share("answers.twice"))
        if both or not evening:
            yield _entry(dice, told, life, day, MORNING)
        if both or evening:
            yield _entry(dice, told, life, day, EVENING)


def _entry(dice: Dice, told: Frequencies, life: Life, day: int, hours: tuple[int, int]) -> EntryFacts:
    at = FIRST + day * DAY + timedelta(hours=dice.whole(hours[0], hours[1] - 1), minutes=dice.whole(0, 59))
    state = life.state(day, at)
    ticks = tuple(_tick(dice, told, symptom, grade) for symptom, grade in state.items())
    return EntryFacts(at, at.date(), ticks, _reading(dice, told, state.get("fever", 0)))


def _tick(dice: Dice, told: Frequencies, symptom: str, grade: int) -> Tick:
    known = None if dice.chance(told.share("answers.no_grade")) else grade
    sudden = None
    if symptom in ONSET and dice.chance(told.share("answers.sudden_answered")):
        sudden = "unsure" if dice.chance(UNSURE) else "no"
    return Tick(symptom, known, sudden)


def _reading(dice: Dice, told: Frequencies, fever: int) -> float | None:
    if not dice.chance(told.share("answers.reading_in_fever" if fever else "answers.reading")):
        return None
    return round(dice.between(*(FEVER_C[min(fever, 3)] if fever else NORMAL_C)), 1)
