"""Conditions about numbers and words: temperature, time since the shot, blood results, the note."""

import re
from dataclasses import dataclass
from typing import Any, Final

from symptoms.triage.engine.facts import Because, ResultFacts
from symptoms.triage.engine.parsing import (
    NOTE,
    READING,
    RESULT,
    Condition,
    Evidence,
    Place,
    Vocabulary,
    number,
    only_true,
    read,
    texts,
)
from symptoms.triage.engine.units import UNITS
from symptoms.triage.engine.view import View

NOTHING: frozenset[str] = frozenset()
# How near before the word a "no" or "not" may stand to take it back, in characters of the same clause.
NEGATION: Final = r"(?:\b(?:no|not|never|without|isn't|wasn't|didn't|don't|nobody|negative)\b[^.,;!?]{0,24})"


@dataclass(frozen=True, slots=True)
class Temperature:
    """A reading of today lies between the limits; `fever` asks for the patient's own fever threshold."""

    at_least: float = 0.0
    below: float = 100.0
    fever: bool = False

    def evaluate(self, view: View) -> Evidence | None:
        least = view.settings.fever_c if self.fever else self.at_least
        found = [seen for seen, celsius in view.readings_today() if least <= celsius < self.below]
        return tuple(view.because(seen, "") for seen in found) or None

    def listens(self) -> frozenset[str]:
        return frozenset({READING})


@dataclass(frozen=True, slots=True)
class NoReading:
    """Nobody took a temperature today."""

    def evaluate(self, view: View) -> Evidence | None:
        return None if view.readings_today() else ()

    def listens(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True)
class SinceShot:
    """The last shot lies so many hours or days back; with no shot logged the time is endless.

    The day of the shot is day 0. An unknown number is not above `number_at_most`, but may reach
    `number_at_least`: neither lets a missing answer lower a tier.
    """

    hours_at_most: float | None = None
    hours_over: float | None = None
    days_at_least: int | None = None
    days_over: int | None = None
    number_at_least: int | None = None
    number_at_most: int | None = None
    or_none_logged: bool = False
    logged: bool = False

    def evaluate(self, view: View) -> Evidence | None:
        last = view.shots.last
        if last is None and (self.or_none_logged or self.logged):
            return () if self.or_none_logged else None
        if not (self._hours_fit(view) and self._number_fits(view.shots.number)):
            return None
        if last is None:
            return ()
        return (Because("injection", None, None, f"{view.shots.hours:.1f} h", today=False),)

    def _hours_fit(self, view: View) -> bool:
        hours, days = view.shots.hours, view.shots.days
        return (
            (self.hours_at_most is None or hours <= self.hours_at_most)
            and (self.hours_over is None or hours > self.hours_over)
            and (self.days_at_least is None or days >= self.days_at_least)
            and (self.days_over is None or days > self.days_over)
        )

    def _number_fits(self, shot: int | None) -> bool:
        if shot is None:
            return self.number_at_most is None
        return (self.number_at_least is None or shot >= self.number_at_least) and (
            self.number_at_most is None or shot <= self.number_at_most
        )

    def listens(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True)
class Result:
    """The newest result of one of `tests` passes a limit: a fixed one, or the lab's own."""

    tests: tuple[str, ...]
    below: float | None = None
    times_upper_over: float | None = None
    below_lower: bool = False
    outside: bool = False
    within_days: int = 14

    def evaluate(self, view: View) -> Evidence | None:
        found = []
        for test in self.tests:
            result = view.result(test, self.within_days)
            if result is not None and self._passes(result):
                value = f"{test} {result.value:g} {result.unit}"
                found.append(Because("result", None, None, value))
        return tuple(found) or None

    def _passes(self, result: ResultFacts) -> bool:
        if self.below is not None and result.value < self.below:
            return True
        too_low = result.lower_limit is not None and result.value < result.lower_limit
        return ((self.below_lower or self.outside) and too_low) or self._is_high(result)

    def _is_high(self, result: ResultFacts) -> bool:
        """Tell whether the result passes the upper limit, or so many times it; no limit, no answer."""
        times = 1.0 if self.outside else self.times_upper_over
        limit = result.upper_limit
        if times is None or limit is None or (limit == 0 and not self.outside):
            return False
        return result.value > times * limit

    def listens(self) -> frozenset[str]:
        return frozenset({RESULT})


@dataclass(frozen=True, slots=True)
class NoteSays:
    """A note of today has one of the words, and no "no" or "not" shortly before it."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def evaluate(self, view: View) -> Evidence | None:
        found = [index for index, note in view.notes_today() if note and self._says(note)]
        return tuple(Because("note", None, index) for index in found) or None

    def _says(self, note: str) -> bool:
        return any(match.group("no") is None for match in self.pattern.finditer(note.replace("\u2019", "'")))

    def listens(self) -> frozenset[str]:
        return frozenset({NOTE})


@Vocabulary.kind("temperature_at_least", "temperature_below", "temperature_of_fever")
def _temperature(table: Any, place: Place) -> Condition:
    for key in table:
        if key not in {"temperature_at_least", "temperature_below", "temperature_of_fever"}:
            raise place.error(f"unknown key {key!r}")
    if "temperature_of_fever" in table:
        only_true(table["temperature_of_fever"], place.at("temperature_of_fever"))
        return Temperature(fever=True)
    if "temperature_at_least" in table:
        return Temperature(at_least=number(table["temperature_at_least"], place))
    return Temperature(below=number(table["temperature_below"], place))


@Vocabulary.kind("no_reading_today")
def _no_reading(table: Any, place: Place) -> Condition:
    only_true(table["no_reading_today"], place.at("no_reading_today"))
    return NoReading()


@Vocabulary.kind("shot")
def _shot(table: Any, place: Place) -> Condition:
    inner = table["shot"]
    if not isinstance(inner, dict) or len(table) > 1:
        raise place.error("is written shot = { hours_at_most = 24 }")
    return read(SinceShot, inner, place.at("shot"))


@Vocabulary.kind("result")
def _result(table: Any, place: Place) -> Condition:
    rest = dict(table)
    tests = texts(rest.pop("result"), place.at("result"))
    unknown = sorted(set(tests) - UNITS.keys())
    if unknown:
        raise place.at("result").error(f"unknown test {', '.join(unknown)}")
    return read(Result, rest, place, tests=tests)


@Vocabulary.kind("note_says")
def _note(table: Any, place: Place) -> Condition:
    if len(table) > 1:
        raise place.error("note_says stands alone")
    words = texts(table["note_says"], place.at("note_says"))
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    pattern = re.compile(rf"(?P<no>{NEGATION})?\b(?:{either})\b", re.IGNORECASE)
    return NoteSays(words, pattern)
