"""Published frequencies as data, read and checked: `frequencies.toml` to frozen figures, or an error with its key."""

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent / "frequencies.toml"
TOLD: Final = {"basis", "source", "why"}
PERCENT: Final = 100.0


class FrequencyError(ValueError):
    """A frequency that cannot be used: the key, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A symptom of an illness: the chance that an episode has it, and for how much of the episode (0 to 1)."""

    symptom: str
    chance: float
    part: float


@dataclass(frozen=True, slots=True)
class Illness:
    """Something that comes and goes. `a_day` is its chance on one day; `grades` are weights of 1, 2, 3."""

    id: str
    a_day: float
    days: tuple[int, int]
    grades: tuple[float, ...]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class AfterShot:
    """What follows a shot: the chance by its number (0 for all later ones), hours to its onset, hours it lasts."""

    by_number: Mapping[int, float]
    hours: tuple[int, int]
    lasts_hours: tuple[int, int]
    grades: tuple[float, ...]
    signs: tuple[Sign, ...]

    def chance(self, number: int) -> float:
        return self.by_number.get(number, self.by_number[0])


@dataclass(frozen=True, slots=True)
class Chronic:
    symptom: str
    chance: float
    grades: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """All figures. Numbers of the plain tables stand in `of`, by "table.key", as they stand in the file."""

    illnesses: tuple[Illness, ...]
    reaction: AfterShot
    site: AfterShot
    chronic: tuple[Chronic, ...]
    headache_grades: tuple[float, ...]
    spell_days: tuple[int, int]
    of: Mapping[str, float]

    def share(self, key: str) -> float:
        """Return a percentage of a plain table as a chance from 0 to 1: "table.name", or "table" for its own."""
        return self.of[f"{key}_percent" if "." in key else f"{key}.percent"] / PERCENT


PLAIN: Final = {
    "trial": ("days",),
    "logging": ("least_percent", "most_percent"),
    "answers": (
        "twice_percent",
        "no_grade_percent",
        "sudden_answered_percent",
        "reading_percent",
        "reading_in_fever_percent",
    ),
    "treatment": ("starting_percent", "first_day_most", "every_days", "most_doses"),
    "headache": ("percent", "often_percent", "day_percent", "often_day_percent"),
    "fluctuation": ("absent_percent", "single_worse_percent", "spell_every_days", "spell_share_percent"),
    "clinic": ("usual_above", "usual_most", "expected_days"),
}
MORE: Final = {"headache": {"grades"}, "fluctuation": {"spell_days"}}
TABLES: Final = {*PLAIN, "reaction", "site", "illness", "chronic"}
AFTER_SHOT: Final = {"percent", "hours", "lasts_hours", "grades", "symptoms"}
ILLNESS: Final = {"id", "percent", "days", "grades", "symptoms"}
CHRONIC: Final = {"symptom", "percent", "grades"}


def read_frequencies(symptoms: Collection[str], text: str | None = None) -> Frequencies:
    """Return the figures of the file (or of `text`). `symptoms` are the known ids. FrequencyError names the key."""
    try:
        tables = tomllib.loads(FILE.read_text("utf-8") if text is None else text)
    except tomllib.TOMLDecodeError as wrong:
        raise FrequencyError(f"{FILE.name}: {wrong}") from wrong
    _keys(tables, TABLES, "")
    of: dict[str, float] = {}
    for name, keys in PLAIN.items():
        _told(tables[name], {*keys, *MORE.get(name, ())}, name)
        of |= {f"{name}.{key}": _number(tables[name][key], f"{name}.{key}") for key in keys}
    if not of["trial.days"]:
        raise _error("trial.days", "must be more than 0")
    chronic = [_chronic(one, f"chronic[{n}]", symptoms) for n, one in enumerate(tables["chronic"])]
    illnesses = [_illness(one, f"illness[{n}]", symptoms, of["trial.days"]) for n, one in enumerate(tables["illness"])]
    return Frequencies(
        illnesses=tuple(illnesses),
        reaction=_after_shot(tables["reaction"], "reaction", symptoms),
        site=_after_shot(tables["site"], "site", symptoms),
        chronic=tuple(chronic),
        headache_grades=_grades(tables["headache"]["grades"], "headache.grades"),
        spell_days=_span(tables["fluctuation"]["spell_days"], "fluctuation.spell_days"),
        of=of,
    )


def chance_a_day(percent: float, days: float) -> float:
    """Return the chance of a day at which `percent` of 100 patients meet it at least once in `days`."""
    return -math.log(1 - percent / PERCENT) / days


def _illness(table: Any, at: str, symptoms: Collection[str], trial_days: float) -> Illness:
    _told(table, ILLNESS, at)
    percent = _number(table["percent"], f"{at}.percent")
    if percent >= PERCENT:
        raise _error(f"{at}.percent", "must be less than 100")
    return Illness(
        id=str(table["id"]),
        a_day=chance_a_day(percent, trial_days),
        days=_span(table["days"], f"{at}.days"),
        grades=_grades(table["grades"], f"{at}.grades"),
        signs=_signs(table["symptoms"], f"{at}.symptoms", symptoms),
    )


def _after_shot(table: Any, at: str, symptoms: Collection[str]) -> AfterShot:
    _told(table, AFTER_SHOT, at)
    percent = table["percent"]
    _keys(percent, {"1", "2", "3", "later"}, f"{at}.percent")
    return AfterShot(
        by_number={
            0 if number == "later" else int(number): _number(value, f"{at}.percent.{number}_percent") / PERCENT
            for number, value in percent.items()
        },
        hours=_span(table["hours"], f"{at}.hours"),
        lasts_hours=_span(table["lasts_hours"], f"{at}.lasts_hours"),
        grades=_grades(table["grades"], f"{at}.grades"),
        signs=_signs(table["symptoms"], f"{at}.symptoms", symptoms),
    )


def _chronic(table: Any, at: str, symptoms: Collection[str]) -> Chronic:
    _told(table, CHRONIC, at)
    symptom = _symptom(table["symptom"], f"{at}.symptom", symptoms)
    share = _number(table["percent"], f"{at}.percent") / PERCENT
    return Chronic(symptom, share, _grades(table["grades"], f"{at}.grades"))


def _signs(table: Any, at: str, symptoms: Collection[str]) -> tuple[Sign, ...]:
    if not isinstance(table, dict) or not table:
        raise _error(at, "must name symptoms")
    found = []
    for name, pair in table.items():
        if not isinstance(pair, list) or len(pair) != 2:
            raise _error(f"{at}.{name}", "must be two percentages")
        chance, part = (_number(one, f"{at}.{name}_percent") / PERCENT for one in pair)
        found.append(Sign(_symptom(name, f"{at}.{name}", symptoms), chance, part))
    return tuple(found)


def _symptom(value: Any, at: str, symptoms: Collection[str]) -> str:
    if not isinstance(value, str) or value not in symptoms:
        raise _error(at, f"unknown symptom {value!r}")
    return value


def _grades(value: Any, at: str) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != 3:
        raise _error(at, "must be three percentages: mild, moderate, severe")
    found = tuple(_number(one, at) for one in value)
    if not math.isclose(sum(found), PERCENT):
        raise _error(at, "must sum up to 100")
    return found


def _span(value: Any, at: str) -> tuple[int, int]:
    whole = isinstance(value, list) and len(value) == 2 and all(type(one) is int for one in value)
    if not whole or not 0 <= value[0] <= value[1]:
        raise _error(at, "must be two whole numbers, the lower first")
    return value[0], value[1]


def _number(value: Any, at: str) -> float:
    if type(value) not in (int, float) or not value >= 0:
        raise _error(at, "must be a number, 0 or more")
    if at.endswith("percent") and value > PERCENT:
        raise _error(at, "must be at most 100")
    return float(value)


def _told(table: Any, keys: set[str], at: str) -> None:
    """Refuse a table whose keys are not these, or that does not say what it rests on."""
    _keys(table, keys | TOLD, at)
    for key in sorted(TOLD):
        if not isinstance(table[key], str) or not table[key].strip():
            raise _error(f"{at}.{key}", "must be a text")


def _keys(table: Any, keys: set[str], at: str) -> None:
    if not isinstance(table, dict):
        raise _error(at, "must be a table")
    for key in sorted(table.keys() ^ keys):
        raise _error(f"{at}.{key}".lstrip("."), "unknown key" if key in table else "is missing")


def _error(at: str, wrong: str) -> FrequencyError:
    return FrequencyError(f"{FILE.name}: {at}: {wrong}")
