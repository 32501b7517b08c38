"""Named conditions about patterns over days: PML signs, worsening, above one's own median, episodes."""

from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from symptoms.triage.engine.facts import Because
from symptoms.triage.engine.onset import YES, onset
from symptoms.triage.engine.parsing import Condition, Evidence, Place, Vocabulary, read, symptom_ids, text
from symptoms.triage.engine.view import Seen, View

FEVER: Final = "fever"
# A fever this soon after a shot, and below this, is taken for a reaction and not for an infection.
REACTION_HOURS: Final = 24
REACTION_BELOW_C: Final = 39.0


@dataclass(frozen=True, slots=True)
class SignsOverDays:
    """At least `at_least` different signs, new or worse, on as many different days of the last `days`.

    Each of `signs` is one sign, or several that count as one. A sign that began suddenly does not count.
    """

    signs: tuple[tuple[str, ...], ...]
    at_least: int
    days: int

    def evaluate(self, view: View) -> Evidence | None:
        logs = [self._logs(view, sign) for sign in self.signs]
        counted = [one for one in logs if one]
        if len(counted) < self.at_least:
            return None
        flat = [one for sign in counted for one in sign]
        if len({seen.ordinal for seen, _ in flat}) < self.at_least:
            return None
        return tuple(dict.fromkeys(view.because(seen, symptom) for seen, symptom in flat))

    def _logs(self, view: View, sign: tuple[str, ...]) -> list[tuple[Seen, str]]:
        found: list[tuple[Seen, str]] = []
        for symptom in sign:
            seen = view.seen(symptom, view.today - self.days)
            if seen and self._is_change(view, symptom, seen):
                found.extend((one, symptom) for one in seen)
        return found

    def _is_change(self, view: View, symptom: str, seen: list[Seen]) -> bool:
        if symptom in view.present and onset(view, symptom) == YES:
            return False
        days = dict.fromkeys(one.ordinal for one in seen)
        return any(view.is_new(symptom, day) for day in days) or view.jump(symptom) >= 1

    def listens(self) -> frozenset[str]:
        return frozenset(symptom for sign in self.signs for symptom in sign)


@dataclass(frozen=True, slots=True)
class Worsening:
    """`symptom` is `by` grades or more above its lowest grade in the entries of the last `days`."""

    symptom: str
    by: int
    days: int

    def evaluate(self, view: View) -> Evidence | None:
        today = view.grade_today(self.symptom)
        if not today:
            return None
        grades = [
            view.grade_in(self.symptom, index, today)
            for index, ordinal in view.days_with_entries(view.today - self.days)
            if ordinal < view.today
        ]
        if today - min(grades, default=view.usual_grade(self.symptom)) < self.by:
            return None
        return tuple(view.because(seen, self.symptom) for seen in view.seen_today(self.symptom))

    def listens(self) -> frozenset[str]:
        return frozenset({self.symptom})


@dataclass(frozen=True, slots=True)
class AboveMedian:
    """`symptom` is `by` grades or more above the median of the logged days, days after a shot left out."""

    symptom: str
    by: int
    days: int
    skip_hours_after_shot: int

    def evaluate(self, view: View) -> Evidence | None:
        seen = [one for one in view.seen_today(self.symptom) if not self._skips(view, one.entry)]
        grade = max((one.grade for one in seen), default=0)
        if not grade or grade - self._median(view) < self.by:
            return None
        return tuple(view.because(one, self.symptom) for one in seen)

    def _median(self, view: View) -> float:
        grades: dict[int, int] = {}
        for index, ordinal in view.days_with_entries(view.today - self.days):
            if ordinal < view.today and not self._skips(view, index):
                grade = view.grade_in(self.symptom, index)
                grades[ordinal] = max(grades.get(ordinal, 0), grade)
        if not grades:
            return view.usual_grade(self.symptom)
        return max(median(grades.values()), view.usual.get(self.symptom) or 0)

    def _skips(self, view: View, index: int) -> bool:
        return view.is_after_shot(index, self.skip_hours_after_shot)

    def listens(self) -> frozenset[str]:
        return frozenset({self.symptom})


@dataclass(frozen=True, slots=True)
class Episodes:
    """At least so many episodes of `symptoms` in the last `within_days`, one of them going on today.

    Logs less than `gap_days` apart belong to one episode.
    """

    symptoms: tuple[str, ...]
    at_least: int
    within_days: int
    gap_days: int = 14

    def evaluate(self, view: View) -> Evidence | None:
        if view.present.isdisjoint(self.symptoms):
            return None
        since = view.today - self.within_days
        logs = sorted(
            ((seen, symptom) for symptom in self.symptoms for seen in view.seen(symptom, since)),
            key=lambda log: log[0].entry,
        )
        episodes: list[tuple[Seen, str]] = []
        last = since - self.gap_days
        for seen, symptom in logs:
            if seen.ordinal - last >= self.gap_days:
                episodes.append((seen, symptom))
            last = seen.ordinal
        if len(episodes) < self.at_least:
            return None
        today = [(seen, symptom) for seen, symptom in logs if seen.ordinal == view.today]
        return tuple(dict.fromkeys(view.because(seen, symptom) for seen, symptom in [*episodes, *today]))

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)


@dataclass(frozen=True, slots=True)
class InfectionLately:
    """An infection tick, or a fever that is no reaction to a shot, in the last `within_days`."""

    symptoms: tuple[str, ...]
    within_days: int

    def evaluate(self, view: View) -> Evidence | None:
        since = view.today - self.within_days
        found: list[Because] = []
        for symptom in self.symptoms:
            for seen in view.seen(symptom, since):
                if symptom != FEVER or not self._is_reaction(view, seen.entry):
                    found.append(view.because(seen, symptom))
        return tuple(dict.fromkeys(found)) or None

    def _is_reaction(self, view: View, index: int) -> bool:
        celsius = view.facts.entries[index].temperature_c
        return celsius is not None and celsius < REACTION_BELOW_C and view.is_after_shot(index, REACTION_HOURS)

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)


@Vocabulary.kind("signs_over_days")
def _signs(table: Any, place: Place) -> Condition:
    rest = dict(table)
    signs, here = rest.pop("signs_over_days"), place.at("signs_over_days")
    if not isinstance(signs, list):
        raise here.error("must be a list of lists of symptoms")
    return read(SignsOverDays, rest, place, signs=tuple(symptom_ids({"symptoms": sign}, here) for sign in signs))


@Vocabulary.kind("worsening")
def _worsening(table: Any, place: Place) -> Condition:
    return read(Worsening, *_one_symptom(table, "worsening", place))


@Vocabulary.kind("above_median")
def _above_median(table: Any, place: Place) -> Condition:
    return read(AboveMedian, *_one_symptom(table, "above_median", place))


def _one_symptom(table: Any, key: str, place: Place) -> tuple[dict[str, Any], Place]:
    rest = dict(table)
    [symptom] = symptom_ids({"symptom": text(rest.pop(key), place.at(key))}, place.at(key))
    return {"symptom": symptom, **rest}, place


@Vocabulary.kind("episodes_of")
def _episodes(table: Any, place: Place) -> Condition:
    rest = dict(table)
    ids = symptom_ids({"symptoms": rest.pop("episodes_of")}, place.at("episodes_of"))
    return read(Episodes, rest, place, symptoms=ids)


@Vocabulary.kind("infection_lately")
def _lately(table: Any, place: Place) -> Condition:
    rest = dict(table)
    ids = symptom_ids({"symptoms": rest.pop("infection_lately")}, place.at("infection_lately"))
    return read(InfectionLately, rest, place, symptoms=ids)
