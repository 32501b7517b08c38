"""One flag for one run of a symptom: what is news for the clinic, and what is more of the same.

Pure: assessments in, yes or no out; no Django, no clock. The worker asks it with rows of the database,
a simulation with facts of its own (see `raises`). An emergency is always news and never part of a run.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from symptoms.triage.engine.facts import Because, EntryFacts, Held
from symptoms.triage.engine.tiers import RANK
from symptoms.triage.engine.view import EPISODE_GAP, UNGRADED

EMERGENCY: Final = "emergency"
# The tiers of which the clinic hears.
LOUDEST_QUIET: Final = RANK["visit"]
# Rules about any symptom at all: beside a rule that knows the symptom they tell nothing new.
GENERAL: Final = ("B00", "PRO1", "V01")
# Stands for what could not be checked. Nobody knows what it would have said, so it is always news.
UNCHECKED: Final = "unchecked"
UNCHECKED_TIER: Final = "same-day"
# It reaches same-day only where the patient says "yes, it is urgent": that is heard each time.
ASKS_THE_PATIENT: Final = "PRO1-severe-or-jump"
# Over how many days a run goes on without its symptom. Same-day: as an episode does (triage-readings, "new").
# Prompt: gaps under 14 days are one episode (triage-readings, P10).
RUN_GAP: Final = {"same-day": EPISODE_GAP, "prompt": 13}
# A run that goes on is told again so many days after it was last raised or answered. Basis: our own judgement;
# most trials of symptom alerts asked weekly (PRO-TECT, Moovcare), and nurses may let one rest for a month (UAB).
REMINDER_DAYS: Final = {"same-day": 7, "prompt": 28}
# How far to each side a run is followed, as far as "new" looks back in 0.3. What is further off is news.
REACH_DAYS: Final = 28
# Fever by thermometer: CTCAE v5.0 grades it 1 from 38.0, 2 above 39.0, 3 or 4 above 40.0 by its length, which
# one reading does not tell: the higher is taken.
FEVER_GRADES: Final = ((40.0, 4), (39.0, 2))
# Too cold: CTCAE v5.0 "hypothermia" is grade 2 from 35 down, 3 from 32 down.
COLD_GRADES: Final = ((32.0, 3), (35.0, 2))
NEITHER_C: Final = 37.0

# By symptom the days on which it was logged at any grade: a run goes on over days on which it is milder.
Logged = Mapping[str, Collection[date]]
NEVER: Final[Logged] = {}


@dataclass(frozen=True, slots=True, order=True)
class Alarm:
    """What speaks in one assessment: a rule about a symptom of that day ("" where it names none).

    `grade` is that of the symptom in the entry itself, 0 to 4; 0 where another entry of the day told it.
    """

    rule_id: str
    symptom: str
    tier: str
    grade: int


@dataclass(frozen=True, slots=True)
class Known:
    """Another entry of the patient of which the clinic has heard: its local day and its alarms.

    `told` is the day on which its flag was last raised or answered; `emergency` says that it stands in a flag
    of an emergency; `key` is the caller's own.
    """

    day: date
    alarms: frozenset[Alarm]
    told: date
    emergency: bool = False
    key: Hashable = None


def alarms_of(held: Iterable[Held], grades: Mapping[str, int | None], *, checked: bool = True) -> frozenset[Alarm]:
    """Return what speaks to the clinic: the rules that hold at emergency, same-day or prompt, symptom by symptom.

    `grades` are those of the assessed entry (None: not graded, counts as 3 as in the engine).
    """
    found = {
        Alarm(one.rule_id, symptom, one.tier, grade)
        for one in held
        if RANK[one.tier] < LOUDEST_QUIET
        for symptom, grade in _spoken_of(one, grades)
    }
    if not checked:
        found.add(Alarm(UNCHECKED, "", UNCHECKED_TIER, 0))
    return frozenset(found)


def held_of(result: Mapping[str, Any]) -> tuple[Held, ...]:
    """Return the rules that held from the stored `result` of an assessment."""
    return tuple(
        Held(one["rule_id"], one["tier"], tuple(Because(**because) for because in one["because"]))
        for one in result.get("held", ())
    )


def grades_of(entry: EntryFacts) -> dict[str, int | None]:
    """Return the grades of an entry's ticks, for `alarms_of`."""
    return {tick.symptom: tick.severity for tick in entry.ticks}


def days_logged(diary: Iterable[tuple[date, Mapping[str, int | None]]]) -> dict[str, set[date]]:
    """Return for each symptom the days on which it was logged, from the grades of each entry; 0 is not logged."""
    days: defaultdict[str, set[date]] = defaultdict(set)
    for day, grades in diary:
        for symptom, grade in grades.items():
            if grade != 0:
                days[symptom].add(day)
    return dict(days)


def is_news(day: date, alarms: Iterable[Alarm], known: Sequence[Known], logged: Logged = NEVER) -> bool:
    """Say whether the clinic has to hear of an entry of `day`, given the other entries it has heard of.

    The order of `alarms` and of `known` plays no part. Old news is an alarm whose symptom (or rule, where it
    names none) runs on with gaps of at most RUN_GAP days and alarmed in this run before: at that tier or a
    more urgent one with that grade or a higher one, and by that rule, if it is one that knows its symptoms.
    """
    spoken = list(alarms)
    near = _near(day, known)
    # An assessment that asks for a call and names nothing is nothing that anybody knows.
    return not spoken or any(not _is_old(alarm, day, near, logged) for alarm in spoken)


def run_of(day: date, alarms: Iterable[Alarm], known: Sequence[Known], logged: Logged = NEVER) -> list[Known]:
    """Return the known entries that are in one run with an entry of `day`, the one told last first."""
    near = _near(day, known)
    found = {id(one): one for alarm in alarms for one in _run(alarm, day, near, logged)}
    return sorted(found.values(), key=lambda one: (one.told, one.day), reverse=True)


def raises(diary: Iterable[tuple[date, frozenset[Alarm]]], logged: Logged = NEVER) -> list[bool]:
    """Say for each flagged entry of a diary, in order of time, whether it raises a flag (anew or again).

    As the worker does it where the clinic answers nothing in between. `logged` may hold the whole diary.
    """
    known: list[Known] = []
    said: list[bool] = []
    for day, alarms in diary:
        known = [one for one in known if (day - one.day).days <= REACH_DAYS]
        news = is_news(day, alarms, known, logged)
        told = day if news else run_of(day, alarms, known, logged)[0].told
        known.append(Known(day, alarms, told, emergency=any(one.tier == EMERGENCY for one in alarms)))
        said.append(news)
    return said


def _spoken_of(held: Held, grades: Mapping[str, int | None]) -> list[tuple[str, int]]:
    """Return the symptoms of that day that a rule names, with their grades; ("", 0) where it names none."""
    named = [found for because in held.because if because.today and (found := _named(because, grades))]
    return named or [("", 0)]


def _named(because: Because, grades: Mapping[str, int | None]) -> tuple[str, int] | None:
    if because.kind == "temperature":
        return _reading(float(because.value or 0))
    if because.kind == "result":
        return because.value or "", 0  # another value is another alarm
    if not because.symptom:
        return None
    unknown = UNGRADED["note"] if because.kind == "note" else 0
    grade = grades.get(because.symptom, unknown)
    return because.symptom, UNGRADED["tick"] if grade is None else grade


def _reading(celsius: float) -> tuple[str, int]:
    if celsius >= NEITHER_C:
        return "fever", next((grade for above, grade in FEVER_GRADES if celsius > above), 1)
    return "low-temp", next((grade for below, grade in COLD_GRADES if celsius <= below), 1)


def _near(day: date, known: Iterable[Known]) -> list[Known]:
    """Leave out what is too far off, emergencies, and whatever lies beyond one: after it all is news again.

    Its own day counts as before it, whichever came first: only days are known here.
    """
    known = [one for one in known if abs((one.day - day).days) <= REACH_DAYS]
    first = max((one.day for one in known if one.emergency and one.day <= day), default=date.min)
    last = min((one.day for one in known if one.emergency and one.day > day), default=date.max)
    return [one for one in known if not one.emergency and first < one.day < last]


def _name(alarm: Alarm) -> tuple[str, str]:
    return ("symptom", alarm.symptom) if alarm.symptom else ("rule", alarm.rule_id)


def _run(alarm: Alarm, day: date, near: Iterable[Known], logged: Logged) -> list[Known]:
    """Return the entries in which the same alarmed, as far as they hang together with `day` by small gaps."""
    with_it = [one for one in near if any(_name(other) == _name(alarm) for other in one.alarms)]
    days = {one.toordinal() for one in [*(entry.day for entry in with_it), *logged.get(alarm.symptom, ())]}
    gap, today = RUN_GAP.get(alarm.tier, EPISODE_GAP), day.toordinal()
    reached = {today}
    for step in (-1, 1):
        at = quiet = today
        while abs(at - quiet) < gap and abs(at - today) < REACH_DAYS:
            at += step
            if at in days:
                reached.add(at)
                quiet = at
    return [one for one in with_it if one.day.toordinal() in reached]


def _is_old(alarm: Alarm, day: date, near: Iterable[Known], logged: Logged) -> bool:
    if alarm.tier == EMERGENCY or alarm.rule_id == UNCHECKED:
        return False
    if alarm.rule_id == ASKS_THE_PATIENT and alarm.tier == "same-day":
        return False
    run = _run(alarm, day, near, logged)
    if not run or (day - max(one.told for one in run)).days >= REMINDER_DAYS[alarm.tier]:
        return False
    same = _same(alarm, run)
    told = any(one.grade >= alarm.grade for one in same)
    return told and (alarm.rule_id.startswith(GENERAL) or any(one.rule_id == alarm.rule_id for one in same))


def _same(alarm: Alarm, run: Iterable[Known]) -> list[Alarm]:
    """Return what the run told of the same symptom (or rule), at that tier or a more urgent one."""
    told = (one for entry in run for one in entry.alarms if RANK[one.tier] <= RANK[alarm.tier])
    return [one for one in told if _name(one) == _name(alarm)]
