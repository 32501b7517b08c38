"""A case as JSON (see `manage.py assess --help`) to Facts; whatever is wrong is named with its place."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from symptoms.triage.engine.facts import (
    BaselineSymptom,
    DueTest,
    EntryFacts,
    ExpectedLevel,
    Facts,
    InjectionFacts,
    PatientFacts,
    ResultFacts,
    Schedule,
    Settings,
    Tick,
)
from symptoms.triage.engine.units import UNITS

NoteReader = Callable[[str], Iterable[str]]

WHEN: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# A level is expected for so many days at most (clinical.md 2.7, UAB).
EXPECTED_DAYS: Final = 30
HUGE: Final = 1e12
YEARS: Final = range(1900, 2201)
SITES: Final = ("thigh-left", "thigh-right", "abdomen-left", "abdomen-right", "arm-left", "arm-right")
SIDES: Final = ("left", "right", "both")
ANSWERS: Final = ("yes", "no", "unsure")
QUESTIONS: Final = ("sudden", "heat", "spreading", "curtain", "bleeding")


class CaseError(ValueError):
    """A case that cannot be answered: what is wrong, and where."""


def case_from_json(obj: Any, symptoms: Collection[str], read_note: NoteReader | None = None) -> Facts:
    """Return the facts of one case. `symptoms` are the known ids; `read_note` finds symptoms in a note."""
    case = _table(obj, "case")
    patient = _table(case.get("patient"), "patient") if case.get("patient") is not None else {}
    zone = _zone(patient.get("time_zone"))
    return Facts(
        patient=_patient(patient, symptoms),
        entries=_entries(case.get("entries"), zone, symptoms, read_note),
        injections=tuple(_injection(one, at, zone) for one, at in _list(case, "injections")),
        results=tuple(_result(one, at) for one, at in _list(case, "results")),
        schedule=_schedule(case["schedule"]) if case.get("schedule") is not None else None,
    )


def with_note_ticks(ticks: tuple[Tick, ...], found: Iterable[str]) -> tuple[Tick, ...]:
    """Add what was found in a note to the ticks of its entry. A note only adds: it changes no tick."""
    ticked = {tick.symptom for tick in ticks if tick.severity != 0}
    new = (symptom for symptom in dict.fromkeys(found) if symptom not in ticked)
    return ticks + tuple(Tick(symptom, source="note") for symptom in new)


def _patient(patient: dict[str, Any], symptoms: Collection[str]) -> PatientFacts:
    keys = ("country", "time_zone", "baseline", "settings", "hepatitis_b", "relapses", "expected")
    _only(patient, "patient", keys)
    country = patient.get("country")
    if country is not None and not (isinstance(country, str) and re.fullmatch(r"[A-Za-z]{2}", country)):
        raise CaseError("patient.country: must be a country code of two letters")
    return PatientFacts(
        country=(country or "").upper(),
        baseline=tuple(_usual(one, at, symptoms) for one, at in _list(patient, "baseline", "patient.")),
        settings=_settings(patient.get("settings")),
        hepatitis_b=_one_of(patient, "hepatitis_b", "patient", ("core-positive", "negative")),
        relapses=tuple(_date(one, at) for one, at in _list(patient, "relapses", "patient.")),
        expected=tuple(_expected(one, at, symptoms) for one, at in _list(patient, "expected", "patient.")),
    )


def _usual(value: Any, at: str, symptoms: Collection[str]) -> BaselineSymptom:
    if isinstance(value, str):
        return BaselineSymptom(_symptom(value, at, symptoms))
    table = _table(value, at)
    _only(table, at, ("id", "severity"))
    severity = _whole(table, "severity", at, 0, 4)
    return BaselineSymptom(_symptom(table.get("id"), f"{at}.id", symptoms), severity)


def _expected(value: Any, at: str, symptoms: Collection[str]) -> ExpectedLevel:
    table = _table(value, at)
    _only(table, at, ("id", "severity", "first", "last"))
    severity = _whole(table, "severity", at, 1, 4)
    if severity is None:
        raise CaseError(f"{at}.severity: is missing")
    first, last = (_date(table.get(key), f"{at}.{key}") for key in ("first", "last"))
    if not first <= last <= first + timedelta(days=EXPECTED_DAYS):
        raise CaseError(f"{at}.last: must be at most {EXPECTED_DAYS} days after the first")
    return ExpectedLevel(_symptom(table.get("id"), f"{at}.id", symptoms), severity, first, last)


def _settings(value: Any) -> Settings:
    if value is None:
        return Settings()
    table, at = _table(value, "patient.settings"), "patient.settings"
    _only(table, at, ("strict_mode", "fever_c", "cough_days"))
    strict = table.get("strict_mode")
    if strict is not None and not isinstance(strict, bool):
        raise CaseError(f"{at}.strict_mode: must be true or false")
    fever = _number(table, "fever_c", at, 37.5, 38.0)
    days = _whole(table, "cough_days", at, 1, 21)
    usual = Settings()
    return Settings(
        strict_mode=bool(strict),
        fever_c=usual.fever_c if fever is None else fever,
        cough_days=usual.cough_days if days is None else days,
    )


def _entries(
    value: Any, zone: ZoneInfo, symptoms: Collection[str], read_note: NoteReader | None
) -> tuple[EntryFacts, ...]:
    if not isinstance(value, list) or not value:
        raise CaseError("entries: must be a list with at least one entry")
    entries = tuple(_entry(one, f"entries[{n}]", zone, symptoms, read_note) for n, one in enumerate(value))
    for number in range(1, len(entries)):
        if max(_readings(entries[number].at)) < min(_readings(entries[number - 1].at)):
            raise CaseError(f"entries[{number}].at: is earlier than the entry before it")
    return entries


def _readings(when: datetime) -> tuple[float, float]:
    """Return both instants that a local time can mean; around a clock change neither order is wrong."""
    return when.timestamp(), when.replace(fold=1).timestamp()


def _entry(value: Any, at: str, zone: ZoneInfo, symptoms: Collection[str], read_note: NoteReader | None) -> EntryFacts:
    table = _table(value, at)
    _only(table, at, ("at", "temperature_c", "note", "symptoms", "urgent"))
    when = _when(table.get("at"), f"{at}.at", zone)
    note = table.get("note")
    if note is not None and not isinstance(note, str):
        raise CaseError(f"{at}.note: must be a text")
    ticks = tuple(_tick(one, where, symptoms) for one, where in _list(table, "symptoms", f"{at}."))
    if note and read_note is not None:
        ticks = with_note_ticks(ticks, read_note(note))
    celsius = _number(table, "temperature_c", at, 30, 45)
    return EntryFacts(when, when.date(), ticks, celsius, note or "", _answer(table, "urgent", at))


def _tick(value: Any, at: str, symptoms: Collection[str]) -> Tick:
    table = _table(value, at)
    _only(table, at, ("id", "severity", "minutes", "side", *QUESTIONS))
    return Tick(
        symptom=_symptom(table.get("id"), f"{at}.id", symptoms),
        severity=_whole(table, "severity", at, 0, 4),
        minutes=_whole(table, "minutes", at, 0, 100_000),
        side=_one_of(table, "side", at, SIDES),
        **{question: _answer(table, question, at) for question in QUESTIONS},
    )


def _answer(table: dict[str, Any], key: str, at: str) -> Any:
    value = table.get(key)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _one_of(table, key, at, ANSWERS)


def _injection(value: Any, at: str, zone: ZoneInfo) -> InjectionFacts:
    table = _table(value, at)
    _only(table, at, ("at", "number", "site"))
    when = _when(table.get("at"), f"{at}.at", zone)
    number = _whole(table, "number", at, 1, 999)
    return InjectionFacts(when, when.date(), number, _one_of(table, "site", at, SITES))


def _result(value: Any, at: str) -> ResultFacts:
    table = _table(value, at)
    _only(table, at, ("on", "test", "value", "unit", "lower_limit", "upper_limit"))
    test = _test(table, at)
    measured = _number(table, "value", at, 0, HUGE)
    if measured is None:
        raise CaseError(f"{at}.value: is missing")
    low, high = (_number(table, key, at, 0, HUGE) for key in ("lower_limit", "upper_limit"))
    if low is not None and high is not None and low > high:
        raise CaseError(f"{at}.lower_limit: is above the upper limit")
    unit = _one_of(table, "unit", at, tuple(UNITS[test])) or ""
    return ResultFacts(_date(table.get("on"), f"{at}.on"), test, measured, unit, low, high)


def _schedule(value: Any) -> Schedule:
    table = _table(value, "schedule")
    _only(table, "schedule", ("interval", "tests"))
    tests = []
    for one, at in _list(table, "tests", "schedule."):
        due = _table(one, at)
        _only(due, at, ("test", "due"))
        tests.append(DueTest(_test(due, at), _date(due.get("due"), f"{at}.due")))
    return Schedule(_one_of(table, "interval", "schedule", ("month", "28d")) or "month", tuple(tests))


def _test(table: dict[str, Any], at: str) -> str:
    test = _one_of(table, "test", at, tuple(UNITS))
    if test is None:
        raise CaseError(f"{at}.test: is missing")
    return test


def _table(value: Any, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CaseError(f"{at}: must be an object")
    return value


def _only(table: dict[str, Any], at: str, keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            raise CaseError(f"{at}.{key}: unknown key")


def _list(table: dict[str, Any], key: str, at: str = "") -> list[tuple[Any, str]]:
    value = table.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise CaseError(f"{at}{key}: must be a list")
    return [(one, f"{at}{key}[{number}]") for number, one in enumerate(value)]


def _symptom(value: Any, at: str, symptoms: Collection[str]) -> str:
    if not isinstance(value, str) or value not in symptoms:
        raise CaseError(f"{at}: unknown symptom {value!r}")
    return value


def _one_of(table: dict[str, Any], key: str, at: str, allowed: tuple[str, ...]) -> str | None:
    value = table.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or value not in allowed:
        raise CaseError(f"{at}.{key}: must be one of {', '.join(allowed)}")
    return value


def _whole(table: dict[str, Any], key: str, at: str, least: int, most: int) -> int | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise CaseError(f"{at}.{key}: must be a whole number from {least} to {most}")
    return value


def _number(table: dict[str, Any], key: str, at: str, least: float, most: float) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise CaseError(f"{at}.{key}: must be a number from {least:g} to {most:g}")
    return float(value)


def _when(value: Any, at: str, zone: ZoneInfo) -> datetime:
    """Read a local time. Of a pair the first, of a gap the later reading: both are what fold=0 means."""
    if not isinstance(value, str) or not WHEN.fullmatch(value):
        raise CaseError(f"{at}: must be a local time such as 2026-10-20T18:00, without a zone")
    try:
        when = datetime.fromisoformat(value)
    except ValueError as wrong:
        raise CaseError(f"{at}: {wrong}") from wrong
    if when.year not in YEARS:
        raise CaseError(f"{at}: the year is out of range")
    return when.replace(tzinfo=zone)


def _date(value: Any, at: str) -> date:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise CaseError(f"{at}: must be a date such as 2026-10-20")
    try:
        return date.fromisoformat(value)
    except ValueError as wrong:
        raise CaseError(f"{at}: {wrong}") from wrong


def _zone(value: Any) -> ZoneInfo:
    if value is not None and not isinstance(value, str):
        raise CaseError("patient.time_zone: must be a name such as Europe/London")
    try:
        return _zone_called(value or "UTC")
    except (KeyError, ValueError, OSError) as wrong:
        raise CaseError(f"patient.time_zone: unknown time zone {value!r}") from wrong


@lru_cache(maxsize=64)
def _zone_called(name: str) -> ZoneInfo:
    return ZoneInfo(name)
