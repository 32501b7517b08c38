"""Conditions about symptoms: which, how bad, since when, how often, how they began."""

from dataclasses import dataclass
from typing import Any, Final

from symptoms.triage.engine.onset import ASSUMED, NO, UNKNOWN, YES, onset
from symptoms.triage.engine.parsing import Condition, Evidence, Place, Vocabulary, read, symptom_ids, whole
from symptoms.triage.engine.view import DAY, Seen, View

# What an answer to the onset question must be, by the word a rule uses.
ONSETS: Final = {
    "sudden": frozenset({YES}),
    "sudden-or-unanswered": frozenset({YES, ASSUMED}),
    "not-sudden": frozenset({NO, UNKNOWN}),
}
QUESTIONS: Final = ("heat", "spreading", "curtain", "bleeding")


@dataclass(frozen=True, slots=True)
class Logged:
    """Any of `symptoms` is logged: today, or within `within_hours` or `within_days`.

    `new` and `worse` may be asked for together: then one of them is enough. `lasts_hours` is met by the
    minutes given, or by `or_days` days of the last 7. A grade or a length that was not given counts as
    the threshold, unless `unanswered_counts` is false.
    """

    symptoms: tuple[str, ...]
    at_least: int = 1
    at_most: int = 4
    within_hours: int | None = None
    within_days: int | None = None
    new: bool = False
    worse: bool = False
    worse_than_before_episode: bool = False
    usual: bool = False
    unless_usual: bool = False
    first_day: bool = False
    onset: str | None = None
    minutes_over: int | None = None
    minutes_under: int | None = None
    minutes_at_least: int | None = None
    unanswered_counts: bool = True
    lasts_hours: int | None = None
    or_days: int = 2
    in_a_row: bool = False
    episode_days_over: int | None = None
    jump_at_most: int | None = None
    yes_to: str | None = None
    not_no_to: str | None = None

    def evaluate(self, view: View) -> Evidence | None:
        found: list[Seen] = []
        names: list[str] = []
        for symptom in self.symptoms:
            seen = self._seen(view, symptom)
            if seen and self._fits(view, symptom, seen):
                newest = [one for one in seen if one.entry == seen[0].entry]
                found.extend(newest)
                names.extend([symptom] * len(newest))
        if not found:
            return None
        return tuple(dict.fromkeys(view.because(seen, name) for seen, name in zip(found, names, strict=True)))

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)

    def _seen(self, view: View, symptom: str) -> list[Seen]:
        if self.within_hours is not None:
            seen = view.seen_within(symptom, self.within_hours)
        elif self.within_days is not None:
            seen = view.seen(symptom, view.today - self.within_days)
        elif symptom in view.present:
            seen = view.seen_today(symptom)
        else:
            return []
        if any(one.grade > self.at_most for one in seen):
            return []
        return [one for one in seen if one.grade >= self.at_least]

    def _fits(self, view: View, symptom: str, seen: list[Seen]) -> bool:
        return (
            self._is_change(view, symptom, seen[0].ordinal)
            and self._fits_usual(view, symptom)
            and self._fits_start(view, symptom)
            and self._fits_minutes(seen)
            and self._fits_length(view, symptom, seen)
            and self._fits_answers(seen)
        )

    def _fits_start(self, view: View, symptom: str) -> bool:
        if self.first_day and any(day < view.today for day in view.days_of(symptom, view.today - 1)):
            return False
        return self.onset is None or onset(view, symptom) in ONSETS[self.onset]

    def _fits_length(self, view: View, symptom: str, seen: list[Seen]) -> bool:
        if self.episode_days_over is not None and self._episode_days(view, symptom) <= self.episode_days_over:
            return False
        return self.lasts_hours is None or self._lasts(view, symptom, seen)

    def _is_change(self, view: View, symptom: str, day: int) -> bool:
        if not (self.new or self.worse or self.worse_than_before_episode):
            return True
        return (
            (self.new and view.is_new(symptom, day))
            or (self.worse and view.jump(symptom) >= 1)
            or (self.worse_than_before_episode and view.jump(symptom, view.episode_start(symptom, view.today)) >= 1)
        )

    def _fits_usual(self, view: View, symptom: str) -> bool:
        if self.usual and symptom not in view.usual:
            return False
        if self.jump_at_most is not None and abs(view.jump(symptom)) > self.jump_at_most:
            return False
        return not (self.unless_usual and symptom in view.usual and not self._above_usual(view, symptom))

    def _above_usual(self, view: View, symptom: str) -> bool:
        level = view.usual_grade(symptom)
        since = view.today - (self.within_days or 0)
        return any(one.grade > level for one in view.seen(symptom, since))

    def _fits_minutes(self, seen: list[Seen]) -> bool:
        limits = (self.minutes_over, self.minutes_under, self.minutes_at_least)
        if limits == (None, None, None):
            return True
        longest = max((one.tick.minutes for one in seen if one.tick.minutes is not None), default=None)
        if longest is None:
            return self.unanswered_counts
        return (
            (self.minutes_over is None or longest > self.minutes_over)
            and (self.minutes_under is None or longest < self.minutes_under)
            and (self.minutes_at_least is None or longest >= self.minutes_at_least)
        )

    def _lasts(self, view: View, symptom: str, seen: list[Seen]) -> bool:
        minutes = (self.lasts_hours or 0) * 60
        if any((one.tick.minutes or 0) >= minutes for one in seen):
            return True
        window = self.or_days - 1 if self.in_a_row else 7
        return len(view.days_of(symptom, view.today - window)) >= self.or_days

    def _episode_days(self, view: View, symptom: str) -> int:
        return view.today - view.episode_start(symptom, view.today) + 1

    def _fits_answers(self, seen: list[Seen]) -> bool:
        if self.yes_to and not any(getattr(one.tick, self.yes_to) == YES for one in seen):
            return False
        if self.not_no_to is None:
            return True
        answers = {getattr(one.tick, self.not_no_to) for one in seen}
        return NO not in answers or YES in answers


@dataclass(frozen=True, slots=True)
class Days:
    """Any of `symptoms` on `at_least` days, counting today: in a row, or among the last `within_days`.

    Days within `skip_hours_after_shot` of a shot neither count nor break the row.
    """

    symptoms: tuple[str, ...]
    at_least: int
    at_least_grade: int = 1
    at_most_grade: int = 4
    within_days: int | None = None
    in_a_row: bool = False
    cough_days: bool = False
    skip_hours_after_shot: int | None = None
    since_shot: bool = False

    def evaluate(self, view: View) -> Evidence | None:
        wanted = max(view.settings.cough_days, 1) if self.cough_days else self.at_least
        if view.present.isdisjoint(self.symptoms):
            return None
        row = self._row(view, wanted) if self.in_a_row else self._among(view)
        if len({one.ordinal for one, _ in row}) < wanted:
            return None
        return tuple(dict.fromkeys(view.because(one, symptom) for one, symptom in row))

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)

    def _logs(self, view: View, since: int) -> list[tuple[Seen, str]]:
        return [
            (one, symptom)
            for symptom in self.symptoms
            for one in view.seen(symptom, since)
            if self.at_least_grade <= one.grade <= self.at_most_grade and not self._skips(view, one.entry)
        ]

    def _skips(self, view: View, index: int) -> bool:
        return self.skip_hours_after_shot is not None and view.is_after_shot(index, self.skip_hours_after_shot)

    def _among(self, view: View) -> list[tuple[Seen, str]]:
        since = view.today - (self.within_days or 0)
        if self.since_shot and view.shots.last is not None:
            since = max(since, view.shots.last.ordinal)
        return self._logs(view, since)

    def _row(self, view: View, wanted: int) -> list[tuple[Seen, str]]:
        """Return the logs of the days in a row that end today."""
        reach = wanted - 1 + (0 if self.skip_hours_after_shot is None else 8)
        logs = self._logs(view, view.today - reach)
        days = {one.ordinal for one, _ in logs}
        day = view.today
        while day in days or self._is_skipped(view, day):
            day -= 1
        return [(one, symptom) for one, symptom in logs if one.ordinal > day] if view.today in days else []

    def _is_skipped(self, view: View, day: int) -> bool:
        """Tell whether `day` lies within those hours after a shot, so that the row goes on over it."""
        if self.skip_hours_after_shot is None:
            return False
        days = int(self.skip_hours_after_shot / DAY)
        return any(shot.ordinal <= day <= shot.ordinal + days for shot in view.shots.given)


@dataclass(frozen=True, slots=True)
class Entries:
    """Any of `symptoms` in `at_least` entries of the last `within_days`, several of one day counted each."""

    symptoms: tuple[str, ...]
    at_least: int
    within_days: int
    new: bool = False

    def evaluate(self, view: View) -> Evidence | None:
        since = view.today - self.within_days
        logs = [(one, symptom) for symptom in self.symptoms for one in view.seen(symptom, since)]
        if len({one.entry for one, _ in logs}) < self.at_least:
            return None
        if self.new and not any(view.is_new(symptom, one.ordinal) for one, symptom in logs):
            return None
        return tuple(dict.fromkeys(view.because(one, symptom) for one, symptom in logs))

    def listens(self) -> frozenset[str]:
        return frozenset(self.symptoms)


@Vocabulary.kind("symptom", "symptoms")
def _logged(table: Any, place: Place) -> Condition:
    rest = dict(table)
    node = read(Logged, rest, place, symptoms=symptom_ids(rest, place))
    if node.onset is not None and node.onset not in ONSETS:
        raise place.at("onset").error(f"must be one of {', '.join(ONSETS)}")
    for key, question in (("yes_to", node.yes_to), ("not_no_to", node.not_no_to)):
        if question is not None and question not in QUESTIONS:
            raise place.at(key).error(f"must be one of {', '.join(QUESTIONS)}")
    return node


@Vocabulary.kind("days_with")
def _days(table: Any, place: Place) -> Condition:
    rest = dict(table)
    ids = symptom_ids({"symptoms": rest.pop("days_with")}, place)
    if rest.get("at_least") == "cough_days":
        rest |= {"at_least": 1, "cough_days": True}
    whole(rest.get("at_least"), place.at("at_least"))
    return read(Days, rest, place, symptoms=ids)


@Vocabulary.kind("entries_with")
def _entries(table: Any, place: Place) -> Condition:
    rest = dict(table)
    ids = symptom_ids({"symptoms": rest.pop("entries_with")}, place)
    return read(Entries, rest, place, symptoms=ids)
