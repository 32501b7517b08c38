"""Made-up patients: what is usual for them, their shots, and what comes and goes, by the published frequencies."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from symptoms.triage.cohort.dice import Dice
from symptoms.triage.cohort.frequencies import AfterShot, Frequencies, Illness
from symptoms.triage.engine import InjectionFacts

# The first day of every diary; any would do. The local time of the made-up patients is UTC.
FIRST: Final = datetime(2026, 1, 5, tzinfo=UTC)
DAY: Final = timedelta(days=1)
SHOT_HOUR: Final = 9
# Days from one shot to the next after the first, the second and the third: weeks 0, 1, 2, 4 (US-PP; EU-PIL 3).
LOADING: Final = (7, 7, 14)


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that is there from one instant to another, at one grade."""

    symptom: str
    start: datetime
    end: datetime
    grade: int


@dataclass(slots=True)
class Life:
    """What happens to one patient, whether it is logged or not. `worse` are (symptom, day) a grade above usual."""

    usual: dict[str, int]
    shots: list[InjectionFacts]
    spells: list[Spell] = field(default_factory=list)
    worse: set[tuple[str, int]] = field(default_factory=set)
    absent: set[tuple[str, int]] = field(default_factory=set)
    logs: float = 1.0

    def listed(self, told: Frequencies) -> dict[str, int]:
        """Return the list of what is usual as the clinic keeps it: a bad day counted, but not up to severe."""
        above, most = int(told.of["clinic.usual_above"]), int(told.of["clinic.usual_most"])
        return {symptom: max(grade, min(grade + above, most)) for symptom, grade in self.usual.items()}

    def state(self, day: int, at: datetime) -> dict[str, int]:
        """Return the symptoms at an instant of a day (counted from 0), with their grades."""
        found = {}
        for symptom, grade in self.usual.items():
            if (symptom, day) in self.worse:
                found[symptom] = min(grade + 1, 4)
            elif (symptom, day) not in self.absent:
                found[symptom] = grade
        for spell in self.spells:
            if spell.start <= at <= spell.end:
                found[spell.symptom] = max(spell.grade, found.get(spell.symptom, 0))
        return found


def make_life(
    dice: Dice, told: Frequencies, days: int, shots: list[InjectionFacts] | None, never: Collection[str]
) -> Life:
    """Return a patient's life of `days` days. `shots` where they are given; `never` are symptoms that are not usual."""
    usual = {
        one.symptom: dice.grade(one.grades)
        for one in told.chronic
        if dice.chance(one.chance) and one.symptom not in never
    }
    life = Life(usual, _shots(dice, told, days) if shots is None else shots)
    life.logs = dice.between(told.share("logging.least"), told.share("logging.most"))
    life.spells = [
        *_illnesses(dice, told, days),
        *(spell for shot in life.shots for spell in _after(dice, shot, told.reaction)),
        *(spell for shot in life.shots for spell in _after(dice, shot, told.site)),
        *_headaches(dice, told, days, life, never),
    ]
    _fluctuate(dice, told, days, life)
    return life


def _shots(dice: Dice, told: Frequencies, days: int) -> list[InjectionFacts]:
    """Return the shots from somewhat before the diary to its end, on schedule."""
    if dice.chance(told.share("treatment.starting")):
        day, number = dice.whole(0, int(told.of["treatment.first_day_most"])), 1
    else:
        day, number = (
            -dice.whole(0, int(told.of["treatment.every_days"]) - 1),
            dice.whole(5, int(told.of["treatment.most_doses"])),
        )
    return list(on_schedule(FIRST + day * DAY + timedelta(hours=SHOT_HOUR), number, days, told))


def on_schedule(at: datetime, number: int, days: int, told: Frequencies) -> Iterator[InjectionFacts]:
    """Yield the shot `number` at an instant, and those that follow it to the end of the diary."""
    while at < FIRST + days * DAY:
        yield InjectionFacts(at, at.date(), number)
        at += days_after(number, told) * DAY
        number += 1


def days_after(number: int, told: Frequencies) -> int:
    """Return after how many days the shot after the one of this number is due."""
    return LOADING[number - 1] if number <= len(LOADING) else int(told.of["treatment.every_days"])


def _illnesses(dice: Dice, told: Frequencies, days: int) -> Iterator[Spell]:
    for day in range(days):
        for illness in told.illnesses:
            if dice.chance(illness.a_day):
                yield from _illness(dice, illness, FIRST + day * DAY)


def _illness(dice: Dice, illness: Illness, start: datetime) -> Iterator[Spell]:
    days = dice.whole(*illness.days)
    for sign in illness.signs:
        if dice.chance(sign.chance):
            end = start + max(1, round(days * sign.part)) * DAY - timedelta(seconds=1)
            yield Spell(sign.symptom, start, end, dice.grade(illness.grades))


def _after(dice: Dice, shot: InjectionFacts, told: AfterShot) -> Iterator[Spell]:
    if shot.number is None or not dice.chance(told.chance(shot.number)):
        return
    start = shot.at + timedelta(hours=dice.between(*told.hours))
    hours = dice.between(*told.lasts_hours)
    for sign in told.signs:
        if dice.chance(sign.chance):
            yield Spell(sign.symptom, start, start + timedelta(hours=hours * sign.part), dice.grade(told.grades))


def _headaches(dice: Dice, told: Frequencies, days: int, life: Life, never: Collection[str]) -> Iterator[Spell]:
    """Yield the headaches of somebody who has them anyway; who has them most days has them in the usual list."""
    if not dice.chance(told.share("headache")) or "headache" in never:
        return
    often = dice.chance(told.share("headache.often") / told.share("headache"))
    share = told.share("headache.often_day" if often else "headache.day")
    grades = [dice.grade(told.headache_grades) if dice.chance(share) else 0 for _ in range(days)]
    if often:
        life.usual["headache"] = sorted(filter(None, grades))[sum(map(bool, grades)) // 2] if any(grades) else 1
        life.absent |= {("headache", day) for day in range(days)}  # told below, day by day
    for day, grade in enumerate(grades):
        if grade:
            start = FIRST + day * DAY
            yield Spell("headache", start, start + DAY - timedelta(seconds=1), grade)


def _fluctuate(dice: Dice, told: Frequencies, days: int, life: Life) -> None:
    """Set on which days what is usual is worse or not there at all."""
    bad = set(_bad_days(dice, told, days)) | {
        day
        for spell in life.spells
        if spell.symptom == "fever"
        for day in range((spell.start - FIRST).days, (spell.end - FIRST).days + 1)
    }
    share, single = told.share("fluctuation.spell_share"), told.share("fluctuation.single_worse")
    for symptom in life.usual:
        for day in range(days):
            if dice.chance(share if day in bad else single):
                life.worse.add((symptom, day))
            elif dice.chance(told.share("fluctuation.absent")):
                life.absent.add((symptom, day))
    life.worse -= {(symptom, day) for symptom, day in life.worse if symptom == "headache"}


def _bad_days(dice: Dice, told: Frequencies, days: int) -> Iterator[int]:
    day = 0
    while day < days:
        if dice.chance(1 / told.of["fluctuation.spell_every_days"]):
            length = dice.whole(*told.spell_days)
            yield from range(day, day + length)
            day += length
        day += 1
