"""Named conditions about reactions to a shot: expected, stronger than before, persisting, rising, settled."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from symptoms.triage.engine.facts import Because
from symptoms.triage.engine.parsing import (
    ANYTHING,
    NOTE,
    READING,
    Condition,
    Evidence,
    Place,
    Vocabulary,
    read,
    symptom_ids,
)
from symptoms.triage.engine.shots import Shot
from symptoms.triage.engine.view import Seen, View

FEVER: Final = "fever"
# An entry this long after a shot tells of the reaction to it (readings, S02).
TELLING_HOURS: Final = 48
SYSTEMIC_HOURS: Final = 24
SITE_HOURS: Final = 72


def seen_after(view: View, symptom: str, shot: Shot, hours: float) -> list[Seen]:
    """Return the logs of `symptom` from the shot to `hours` after it."""
    end = shot.seconds + hours * 3600
    return [seen for seen in view.seen(symptom, shot.ordinal) if shot.seconds <= view.at(seen.entry) <= end]


def peak_after(view: View, symptom: str, shot: Shot, hours: float = TELLING_HOURS) -> int | None:
    """Return the worst grade after a shot, 0 where it was not mentioned, None where there is no entry.

    An ungraded log counts as mild: it neither proves that a shot was worse nor that it was as bad.
    """
    entries = view.entries_after(shot, hours)
    if not entries:
        return None
    return max(view.grade_in(symptom, index) for index in entries)


@dataclass(frozen=True, slots=True)
class StrongerReaction:
    """One of `symptoms` is higher today than after every earlier dose that has entries near it."""

    symptoms: tuple[str, ...]
    at_least: int

    def evaluate(self, view: View) -> Evidence | None:
        found: list[Because] = []
        for symptom in self.symptoms:
            grade = view.grade_today(symptom)
            if grade >= self.at_least:
                peaks = [peak_after(view, symptom, shot) for shot in view.shots.earlier()]
                known = [peak for peak in peaks if peak is not None]
                if known and grade > max(known):
                    found.extend(view.because(seen, symptom) for seen in view.seen_today(symptom))
        return tuple(found) or None

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)


@dataclass(frozen=True, slots=True)
class ExpectedReaction:
    """Everything logged today is a common reaction, mild or moderate, within 24 h of a shot.

    Either the shot is one of the first, or each symptom was as bad after an earlier dose. Mild ticks at the
    spot and what is usual for the patient do not end it. Fever needs a reading, below `below_c`.
    """

    symptoms: tuple[str, ...]
    besides: tuple[str, ...]
    below_c: float
    at_most: int = 2
    hours: int = SYSTEMIC_HOURS
    number_at_most: int = 2

    def evaluate(self, view: View) -> Evidence | None:
        last = view.shots.last
        core = [symptom for symptom in self.symptoms if symptom in view.present]
        if last is None or view.shots.hours > self.hours or not core:
            return None
        if not (self._nothing_else(view) and self._fever_fits(view, last) and self._is_known(view, core)):
            return None
        logs = [view.because(seen, symptom) for symptom in core for seen in view.seen_today(symptom)]
        shot = Because("injection", None, None, f"{view.shots.hours:.1f} h", today=False)
        return (*dict.fromkeys(logs), shot)

    def _nothing_else(self, view: View) -> bool:
        return all(
            view.is_usual_today(symptom)
            or (symptom in {*self.symptoms, *self.besides} and view.grade_today(symptom) <= self.at_most)
            for symptom in view.present
        )

    def _fever_fits(self, view: View, last: Shot) -> bool:
        """Tell whether fever, if any, began after the shot and stayed below the limit."""
        readings = [celsius for _, celsius in view.readings_today()]
        if any(celsius >= self.below_c for celsius in readings):
            return False
        if FEVER in view.present and not readings:
            return False
        before = last.seconds - self.hours * 3600
        fevers = (view.at(seen.entry) for seen in view.seen(FEVER, last.ordinal - 1))
        return not any(before <= at < last.seconds for at in fevers)

    def _is_known(self, view: View, core: list[str]) -> bool:
        number = view.shots.number
        if number is not None and number <= self.number_at_most:
            return True
        return all(view.is_usual_today(symptom) or self._was_as_bad(view, symptom) for symptom in core)

    def _was_as_bad(self, view: View, symptom: str) -> bool:
        today = view.grade_today(symptom)
        return any((peak_after(view, symptom, shot) or 0) >= today for shot in reversed(view.shots.earlier()))

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)


@dataclass(frozen=True, slots=True)
class FeverPersists:
    """Fever that began within `hours` after the last shot is still there later than that."""

    hours: int

    def evaluate(self, view: View) -> Evidence | None:
        last = view.shots.last
        if last is None or view.shots.hours <= self.hours or not self._is_there(view):
            return None
        logs = view.seen(FEVER, view.episode_start(FEVER, view.today))
        starts = [view.at(seen.entry) - 60 * (seen.tick.minutes or 0) for seen in logs]
        if not last.seconds <= min(starts) <= last.seconds + self.hours * 3600:
            return None
        return tuple(dict.fromkeys(view.because(seen, FEVER) for seen in logs))

    def _is_there(self, view: View) -> bool:
        """Tell whether there is fever today: by a reading, or ticked without one."""
        today = view.seen_today(FEVER)
        return any(seen.kind == "temperature" for seen in today) or bool(today and not view.readings_today())

    def listens(self) -> frozenset[str]:
        return frozenset({FEVER})


@dataclass(frozen=True, slots=True)
class RisingAcrossDoses:
    """The worst grade of one of `symptoms` rose from dose to dose over the last `doses`, up to today."""

    symptoms: tuple[str, ...]
    doses: int
    days: int

    def evaluate(self, view: View) -> Evidence | None:
        shots = view.shots.given[-self.doses :]
        if len(shots) < self.doses:
            return None
        rising = (one for one in self.symptoms if one in view.present and self._rises(view, one, shots))
        seen = (view.because(seen, symptom) for symptom in rising for seen in view.seen_today(symptom))
        return tuple(dict.fromkeys(seen)) or None

    def _rises(self, view: View, symptom: str, shots: list[Shot]) -> bool:
        peaks = [peak_after(view, symptom, shot, self.days * 24) or 0 for shot in shots]
        return peaks[0] > 0 and all(low < high for low, high in pairwise(peaks))

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)


@dataclass(frozen=True, slots=True)
class ReactionSettled:
    """A mild reaction to the last shot is over: told once, on the first entry without it after 24 h."""

    symptoms: tuple[str, ...]
    site: tuple[str, ...]
    at_most: int = 2
    days: int = 7

    def evaluate(self, view: View) -> Evidence | None:
        last = view.shots.last
        if last is None or not self._is_time(view):
            return None
        logs = self._logs(view, last)
        names = {symptom for symptom, _ in logs}
        mild = all(seen.grade <= self.at_most for _, seen in logs)
        if not (names and mild) or names & view.present or self._was_told(view, last, names):
            return None
        settled = Because("injection", None, None, f"{view.shots.hours:.1f} h")
        return (settled, *dict.fromkeys(view.because(seen, symptom) for symptom, seen in logs))

    def _is_time(self, view: View) -> bool:
        return view.logged and view.shots.hours >= SYSTEMIC_HOURS and view.shots.days <= self.days

    def _logs(self, view: View, last: Shot) -> list[tuple[str, Seen]]:
        spans = [(one, SYSTEMIC_HOURS) for one in self.symptoms] + [(one, SITE_HOURS) for one in self.site]
        return [
            (symptom, seen)
            for symptom, hours in spans
            if symptom not in view.usual
            for seen in seen_after(view, symptom, last, hours)
        ]

    def _was_told(self, view: View, last: Shot, names: set[str]) -> bool:
        """Tell whether an earlier entry after 24 h was already without the reaction."""
        after = last.seconds + SYSTEMIC_HOURS * 3600
        assessed = len(view.facts.entries) - 1
        with_it = {seen.entry for name in names for seen in view.seen(name, last.ordinal)}
        return any(
            index != assessed and view.at(index) >= after and index not in with_it and view.says_anything(index)
            for index, _ in view.days_with_entries(last.ordinal)
        )

    def listens(self) -> frozenset[str]:
        return frozenset({ANYTHING, READING, NOTE})


def _ids(rest: dict[str, Any], key: str, place: Place) -> tuple[str, ...]:
    return symptom_ids({"symptoms": rest.pop(key, None)}, place.at(key))


@Vocabulary.kind("stronger_reaction")
def _stronger(table: Any, place: Place) -> Condition:
    rest = dict(table)
    return read(StrongerReaction, rest, place, symptoms=_ids(rest, "stronger_reaction", place))


@Vocabulary.kind("expected_reaction")
def _expected(table: Any, place: Place) -> Condition:
    rest = dict(table)
    ids, besides = _ids(rest, "expected_reaction", place), _ids(rest, "besides", place)
    return read(ExpectedReaction, rest, place, symptoms=ids, besides=besides)


@Vocabulary.kind("fever_persists_after_hours")
def _persists(table: Any, place: Place) -> Condition:
    rest = dict(table)
    return read(FeverPersists, {"hours": rest.pop("fever_persists_after_hours"), **rest}, place)


@Vocabulary.kind("rising_across_doses")
def _rising(table: Any, place: Place) -> Condition:
    rest = dict(table)
    return read(RisingAcrossDoses, rest, place, symptoms=_ids(rest, "rising_across_doses", place))


@Vocabulary.kind("reaction_settled")
def _settled(table: Any, place: Place) -> Condition:
    rest = dict(table)
    ids, site = _ids(rest, "reaction_settled", place), _ids(rest, "site", place)
    return read(ReactionSettled, rest, place, symptoms=ids, site=site)
