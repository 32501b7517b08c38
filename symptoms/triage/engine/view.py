"""One assessment's view of the facts: an index that reaches back only as far as the rules look.

The index holds little: for each symptom, in which entries it was logged. What was said there is looked up where
a rule asks. An entry's place is how many entries it lies back: 0 is the one assessed. Its age is in days.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from statistics import median
from typing import Final, NamedTuple

from symptoms.triage.engine.facts import Because, EntryFacts, Facts, Held, Kind, ResultFacts, Tick
from symptoms.triage.engine.shots import Shot, Shots
from symptoms.triage.engine.units import in_own_unit

# What an ungraded tick counts as, and an ungraded finding in a note ("counts as the threshold", up to these).
UNGRADED: Final = {"tick": 3, "note": 2}
LOW_C: Final = 36.0
# The level of a usual symptom whose grade nobody gave, where the diary does not tell it either.
USUAL_UNGRADED: Final = 2
# A reading has no answers of its own, and stands for a mild tick.
READING: Final = Tick("", 1)
SUDDENLY: Final = re.compile(
    r"(?<!not )(?<!n't )(?<!no )\b(sudden(ly)?|all at once|out of nowhere|out of the blue)\b", re.IGNORECASE
)
NOWHERE: Final[list[int]] = []
# A symptom's episode goes on while it is logged at least every second day; 28 quiet days before make it new.
EPISODE_GAP: Final = 2
QUIET_DAYS: Final = 28
DAY: Final = 24.0
# Nothing further back is looked at, so that an episode of many years costs no more than one of a year.
# A little more than the year of history that an assessment is given (`diary.actions.REACH`).
LOOK_BACK: Final = 370


class Seen(NamedTuple):
    """One symptom of one entry; `grade` is what it counts as, `tick` the answers that came with it."""

    entry: int
    ordinal: int
    kind: Kind
    grade: int
    tick: Tick


class Episode(NamedTuple):
    """A run of logs from one day to another (ordinals), and whether 28 quiet days were before it."""

    start: int
    end: int
    fresh: bool


def _day(entry: EntryFacts) -> date:
    return entry.day


class View:
    """Facts as the rules ask for them. Days are ordinals of local dates, hours are real hours."""

    def __init__(self, facts: Facts) -> None:
        now = facts.entries[-1]
        self.facts: Final = facts
        self.settings: Final = facts.patient.settings
        self.now: Final = now.at.timestamp()
        self.today: Final = now.day.toordinal()
        self.usual: Final = {usual.symptom: usual.severity for usual in facts.patient.baseline}
        self.expected: Final = {
            level.symptom: level.severity for level in facts.patient.expected if level.first <= now.day <= level.last
        }
        self.held: dict[str, Held] = {}
        self.shots: Final = Shots(facts.injections, self.now, self.today)
        self._places: Final[defaultdict[str, list[int]]] = defaultdict(list)
        self._ages: Final[list[int]] = []
        self._noted: Final[set[int]] = set()
        self._answered: Final[set[int]] = set()
        self._sudden: Final[dict[int, bool]] = {}
        self._seen: Final[defaultdict[str, list[Seen]]] = defaultdict(list)
        self._newest_entry: Final = len(facts.entries) - 1
        self._reached = -1
        self._hours: Final[dict[int, float]] = {}
        self._after: Final[dict[tuple[Shot, float], tuple[int, ...]]] = {}
        self._episodes: Final[defaultdict[str, list[Episode]]] = defaultdict(list)
        self._newest: dict[str, ResultFacts] | None = None
        self.logged: Final = self.says_anything(self._newest_entry)
        self.reach(0)
        self.present: Final = frozenset(self._places) if self.logged else frozenset()

    def says_anything(self, index: int) -> bool:
        entry = self.facts.entries[index]
        return (
            any(tick.severity != 0 for tick in entry.ticks)
            or entry.temperature_c is not None
            or bool(entry.note.strip())
        )

    # -- the index ------------------------------------------------------------------------------------

    def reach(self, age: int) -> None:
        """Take every entry of `age` days or less into the index."""
        age = min(age, LOOK_BACK)
        if age <= self._reached:
            return
        entries = self.facts.entries
        for index in range(self._newest_entry - len(self._ages), -1, -1):
            days = self.today - entries[index].day.toordinal()
            if days > age:
                break
            self._take(entries[index], days)
        self._reached = age

    def _take(self, entry: EntryFacts, age: int) -> None:
        """Write down where which symptom is. These lines run for every tick of the window: no object is made."""
        places, place = self._places, len(self._ages)
        self._ages.append(age)
        for tick in entry.ticks:
            if tick.severity != 0:
                places[tick.symptom].append(place)
                if tick.sudden:
                    self._answered.add(place)
        if entry.note:
            self._noted.add(place)
        if entry.temperature_c is not None and (name := self._reading(entry.temperature_c)):
            places[name].append(place)

    def _places_of(self, symptom: str, since: int) -> list[int]:
        """Return where `symptom` is since then; a place comes once for every tick and reading."""
        age = self.today - since
        if age > self._reached:
            self.reach(age)
        places = self._places.get(symptom)
        return places[: bisect_left(places, bisect_right(self._ages, age))] if places else NOWHERE

    def seen(self, symptom: str, since: int) -> list[Seen]:
        """Return where `symptom` was logged on the day `since` or later, newest first."""
        places = self._places_of(symptom, since)
        if not places:
            return []
        seen = self._seen[symptom]
        if len(seen) < len(places):
            for place in dict.fromkeys(places[len(seen) :]):
                seen.extend(self._look(place, symptom))
        return seen[: len(places)]

    def _look(self, place: int, symptom: str) -> Iterator[Seen]:
        index, ordinal = self._newest_entry - place, self.today - self._ages[place]
        entry = self.facts.entries[index]
        for tick in entry.ticks:
            if tick.symptom == symptom and tick.severity != 0:
                grade = UNGRADED[tick.source] if tick.severity is None else tick.severity
                yield Seen(index, ordinal, tick.source, grade, tick)
        if entry.temperature_c is not None and self._reading(entry.temperature_c) == symptom:
            yield Seen(index, ordinal, "temperature", 1, READING)

    def telling(self, symptom: str, since: int) -> list[Seen]:
        """Return the logs of `symptom` since then that tell how it began: by an answer, or in the note."""
        places = self._places_of(symptom, since)
        told = dict.fromkeys(place for place in places if place in self._answered or self._is_noted_sudden(place))
        return [seen for place in told for seen in self._look(place, symptom)]

    def _is_noted_sudden(self, place: int) -> bool:
        return place in self._noted and self.says_suddenly(self._newest_entry - place)

    def says_suddenly(self, index: int) -> bool:
        """Tell whether the note of an entry says that it began suddenly."""
        if index not in self._sudden:
            note = self.facts.entries[index].note
            self._sudden[index] = bool(note) and SUDDENLY.search(note.replace("\u2019", "'")) is not None
        return self._sudden[index]

    def seen_today(self, symptom: str) -> list[Seen]:
        """Return what today's entries say of `symptom`: nothing, where this entry itself says nothing."""
        if symptom not in self.present:
            return []
        return self.seen(symptom, self.today)

    def seen_within(self, symptom: str, hours: float) -> list[Seen]:
        """Return where `symptom` was logged today or in the last `hours`, both ends counted."""
        since = self.today - int(hours / DAY) - 1
        return [
            seen
            for seen in self.seen(symptom, since)
            if seen.ordinal == self.today or self.hours_ago(seen.entry) <= hours
        ]

    def hours_ago(self, index: int) -> float:
        """Return how many real hours before this entry the entry `index` was made."""
        if index not in self._hours:
            self._hours[index] = (self.now - self.at(index)) / 3600
        return self._hours[index]

    def at(self, index: int) -> float:
        return self.facts.entries[index].at.timestamp()

    def is_after_shot(self, index: int, hours: float) -> bool:
        """Tell whether the entry `index` was made within `hours` after some shot."""
        at, span = self.at(index), hours * 3600
        return any(0 <= at - shot.seconds <= span for shot in self.shots.given)

    def days_with_entries(self, since: int) -> list[tuple[int, int]]:
        """Return (index, ordinal) of the entries of the day `since` or later, newest first."""
        self.reach(self.today - since)
        count = bisect_right(self._ages, self.today - since)
        return [(self._newest_entry - place, self.today - self._ages[place]) for place in range(count)]

    def entries_after(self, shot: Shot, hours: float) -> tuple[int, ...]:
        """Return the entries from a shot to `hours` after it, without indexing what lies in between."""
        found = self._after.get((shot, hours))
        if found is None:
            entries, end = self.facts.entries, shot.seconds + hours * 3600
            last = date.fromordinal(shot.ordinal + int(hours / DAY) + 1)
            start = bisect_left(entries, date.fromordinal(shot.ordinal), key=_day)
            days = takewhile(lambda index: entries[index].day <= last, range(start, len(entries)))
            found = tuple(index for index in days if shot.seconds <= self.at(index) <= end)
            self._after[shot, hours] = found
        return found

    def readings(self, since: int) -> list[tuple[Seen, float]]:
        """Return the temperature readings of the day `since` or later, newest first."""
        return [
            (Seen(index, ordinal, "temperature", 1, READING), celsius)
            for index, ordinal in self.days_with_entries(since)
            if (celsius := self.facts.entries[index].temperature_c) is not None
        ]

    def readings_today(self) -> list[tuple[Seen, float]]:
        return self.readings(self.today) if self.logged else []

    def notes_today(self) -> list[tuple[int, str]]:
        if not self.logged:
            return []
        return [(index, self.facts.entries[index].note) for index, _ in self.days_with_entries(self.today)]

    # -- new, worse, usual ----------------------------------------------------------------------------

    def days_of(self, symptom: str, since: int, at_least: int = 1) -> list[int]:
        """Return the days since `since` with `symptom` at that grade or above, newest first, each once."""
        return list(dict.fromkeys(seen.ordinal for seen in self.seen(symptom, since) if seen.grade >= at_least))

    def episode_start(self, symptom: str, day: int) -> int:
        """Return the first day of the run of logs that reaches `day`, with gaps of at most one day."""
        return self._episode(symptom, day).start

    def is_new(self, symptom: str, day: int | None = None) -> bool:
        """Tell whether the episode that reaches `day` began after 28 quiet days, and is not usual."""
        return symptom not in self.usual and self._episode(symptom, self.today if day is None else day).fresh

    def _episode(self, symptom: str, day: int) -> Episode:
        for known in self._episodes[symptom]:
            if known.start <= day <= known.end:
                return known
        oldest, ages, position, moved = self.today - day, self._ages, 0, True
        while moved:
            self.reach(oldest + QUIET_DAYS)
            places, moved = self._places.get(symptom, []), False
            while position < len(places) and (age := ages[places[position]]) <= oldest + EPISODE_GAP:
                position, moved = position + 1, True
                if age > oldest:
                    oldest = age
        # What stands at `position` is the newest log before the run.
        fresh = position == len(places) or ages[places[position]] > oldest + QUIET_DAYS
        found = Episode(self.today - oldest, day, fresh)
        self._episodes[symptom].append(found)
        return found

    def grade_today(self, symptom: str) -> int:
        return max((seen.grade for seen in self.seen_today(symptom)), default=0)

    def grade_in(self, symptom: str, index: int, unknown: int = 1) -> int:
        """Return the grade in one entry: 0 where it does not mention the symptom, `unknown` if ungraded."""
        entry = self.facts.entries[index]
        grade = 1 if self._reading(entry.temperature_c) == symptom else 0
        for tick in entry.ticks:
            if tick.symptom == symptom:
                grade = max(grade, unknown if tick.severity is None else tick.severity)
        return grade

    def _reading(self, celsius: float | None) -> str:
        """Return the symptom that a temperature stands for, or nothing."""
        if celsius is None or LOW_C <= celsius < self.settings.fever_c:
            return ""
        return "low-temp" if celsius < LOW_C else "fever"

    def baseline(self, symptom: str, before: int, unknown: int = 1) -> float:
        """Return the grade to compare with on the day `before` (see 0.3 and the readings on it).

        The usual grade is the least, and stands where there is no history; moderate, where it was not given.
        """
        least = self.usual.get(symptom) or 0
        newest = next((day for day in self.days_with_entries(before - 14) if day[1] < before), None)
        if newest is None:
            return self.usual_grade(symptom)
        if before - newest[1] <= 7:
            return max(least, self.grade_in(symptom, newest[0], unknown))
        return max(least, self.median(symptom, before, 14, unknown))

    def usual_grade(self, symptom: str) -> int:
        """Return what is usual with no history to tell: 0 where the symptom is not."""
        level = self.usual.get(symptom, 0)
        return USUAL_UNGRADED if level is None else level

    def median(self, symptom: str, before: int, days: int, unknown: int = 1) -> float:
        """Return the median grade of the logged days; days without an entry are left out."""
        grades: dict[int, int] = {}
        for index, ordinal in self.days_with_entries(before - days):
            if ordinal < before:
                grade = self.grade_in(symptom, index, unknown)
                grades[ordinal] = max(grades.get(ordinal, 0), grade)
        return median(grades.values()) if grades else 0

    def jump(self, symptom: str, before: int | None = None) -> float:
        """Return by how many grades today is above the baseline; two ungraded logs are the same."""
        seen = self.seen_today(symptom)
        today = max((one.grade for one in seen), default=0)
        ungraded = all(one.tick.severity is None for one in seen)
        base = self.baseline(symptom, self.today if before is None else before, today if ungraded else 1)
        return today - base

    def is_usual_today(self, symptom: str) -> bool:
        """Tell whether a symptom of the baseline list is no worse today than is usual for the patient."""
        if symptom not in self.usual:
            return False
        level = self.usual[symptom]
        return self.jump(symptom) <= 0 if level is None else self.grade_today(symptom) <= level

    # -- results --------------------------------------------------------------------------------------

    def result(self, test: str, days: int) -> ResultFacts | None:
        """Return the newest result of `test` in its own unit, if it is at most `days` old."""
        if self._newest is None:
            self._newest = {}
            for result in sorted(self.facts.results, key=lambda result: result.on):
                if result.on.toordinal() <= self.today:
                    self._newest[result.test] = result
        newest = self._newest.get(test)
        if newest is None or self.today - newest.on.toordinal() > days:
            return None
        return in_own_unit(newest)

    # -- what was seen --------------------------------------------------------------------------------

    def because(self, seen: Seen, symptom: str) -> Because:
        """Return `seen` as evidence; a reading tells its value."""
        fresh = self.logged and seen.ordinal == self.today
        if seen.kind == "temperature":
            celsius = self.facts.entries[seen.entry].temperature_c
            return Because("temperature", symptom or None, seen.entry, f"{celsius:g}", fresh)
        return Because(seen.kind, symptom, seen.entry, None, fresh)
