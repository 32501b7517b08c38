"""One assessment's view of the facts: an index that reaches back only as far as the rules look."""

from bisect import bisect_left
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
# A symptom's episode goes on while it is logged at least every second day; 28 quiet days before make it new.
EPISODE_GAP: Final = 2
QUIET_DAYS: Final = 28
DAY: Final = 24.0


class Seen(NamedTuple):
    """One symptom of one entry; `grade` is what it counts as, `tick` the answers that came with it."""

    entry: int
    ordinal: int
    kind: Kind
    grade: int
    tick: Tick


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
        self._seen: Final[defaultdict[str, list[Seen]]] = defaultdict(list)
        self._days: Final[list[tuple[int, int]]] = []
        self._readings: Final[list[Seen]] = []
        self._next = len(facts.entries) - 1
        self._reached = self.today + 1
        self._hours: Final[dict[int, float]] = {}
        self._after: Final[dict[tuple[Shot, float], tuple[int, ...]]] = {}
        self._episodes: Final[defaultdict[str, list[tuple[int, int]]]] = defaultdict(list)
        self._new: Final[dict[tuple[str, int], bool]] = {}
        self._newest: dict[str, ResultFacts] | None = None
        self.logged: Final = self.says_anything(self._next)
        self.reach(self.today)
        self.present: Final = frozenset(self._seen) if self.logged else frozenset()

    def says_anything(self, index: int) -> bool:
        entry = self.facts.entries[index]
        return (
            any(tick.severity != 0 for tick in entry.ticks)
            or entry.temperature_c is not None
            or bool(entry.note.strip())
        )

    # -- the index ------------------------------------------------------------------------------------

    def reach(self, ordinal: int) -> None:
        """Take every entry of `ordinal` or later into the index."""
        if ordinal >= self._reached:
            return
        entries, index = self.facts.entries, self._next
        while index >= 0:
            day = entries[index].day.toordinal()
            if day < ordinal:
                break
            self._take(index, day)
            index -= 1
        self._next, self._reached = index, ordinal

    def _take(self, index: int, ordinal: int) -> None:
        entry, logs, new = self.facts.entries[index], self._seen, tuple.__new__
        self._days.append((index, ordinal))
        for tick in entry.ticks:
            if tick.severity != 0:
                grade = UNGRADED[tick.source] if tick.severity is None else tick.severity
                # Past the checks of a named tuple: this line runs for every tick of the window.
                logs[tick.symptom].append(new(Seen, (index, ordinal, tick.source, grade, tick)))
        if entry.temperature_c is not None:
            reading = Seen(index, ordinal, "temperature", 1, READING)
            self._readings.append(reading)
            name = self._reading(entry.temperature_c)
            if name:
                logs[name].append(reading)

    def seen(self, symptom: str, since: int) -> list[Seen]:
        """Return where `symptom` was logged on the day `since` or later, newest first."""
        self.reach(since)
        return list(takewhile(lambda seen: seen.ordinal >= since, self._seen.get(symptom, ())))

    def seen_today(self, symptom: str) -> list[Seen]:
        """Return what today's entries say of `symptom`: nothing, where this entry itself says nothing."""
        if symptom not in self.present:
            return []
        return list(takewhile(lambda seen: seen.ordinal == self.today, self._seen[symptom]))

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

    def days_with_entries(self, since: int) -> Iterator[tuple[int, int]]:
        """Yield (index, ordinal) of the entries of the day `since` or later, newest first."""
        self.reach(since)
        return ((index, ordinal) for index, ordinal in self._days if ordinal >= since)

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
        self.reach(since)
        found = []
        for seen in self._readings:
            celsius = self.facts.entries[seen.entry].temperature_c
            if seen.ordinal >= since and celsius is not None:
                found.append((seen, celsius))
        return found

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
        for start, end in self._episodes[symptom]:
            if start <= day <= end:
                return start
        start, place, moved = day, 0, True
        while moved:
            # Further than one step, for is_new asks about those days anyway.
            self.reach(start - QUIET_DAYS)
            logs, moved = self._seen.get(symptom, []), False
            while place < len(logs) and (ordinal := logs[place].ordinal) >= start - EPISODE_GAP:
                place, moved = place + 1, True
                if ordinal < start:
                    start = ordinal
        self._episodes[symptom].append((start, day))
        return start

    def is_new(self, symptom: str, day: int | None = None) -> bool:
        """Tell whether the episode that reaches `day` began after 28 quiet days, and is not usual."""
        if symptom in self.usual:
            return False
        start = self.episode_start(symptom, self.today if day is None else day)
        if (symptom, start) not in self._new:
            self.reach(start - QUIET_DAYS)
            before = (log.ordinal for log in reversed(self._seen.get(symptom, [])) if log.ordinal < start)
            self._new[symptom, start] = not any(start - QUIET_DAYS <= ordinal for ordinal in before)
        return self._new[symptom, start]

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
