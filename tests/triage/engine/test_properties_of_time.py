"""Time in the rules: only differences count, hours are real hours, days are local dates; and C and F."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symptoms.lib.units import Reading
from symptoms.triage.engine import (
    Assessment,
    EntryFacts,
    Facts,
    InjectionFacts,
    PatientFacts,
    Settings,
    Tick,
    assess,
)
from tests.triage.engine.made_up import ask, diaries, examples, told, tried
from tests.triage.engine.rules_under_test import rule_of_one


@tried
@given(st.one_of(diaries(), examples), st.integers(-14 * 60, 14 * 60))
def test_shifting_everything_by_a_constant_time_changes_nothing(facts: Facts, minutes: int) -> None:
    """The same diary, led so many minutes east or west of Greenwich, at the same times by the clock there."""
    zone = timezone(timedelta(minutes=minutes))
    moved = replace(
        facts,
        entries=tuple(replace(one, at=one.at.replace(tzinfo=zone)) for one in facts.entries),
        injections=tuple(replace(one, at=one.at.replace(tzinfo=zone)) for one in facts.injections),
    )
    assert moved.entries[0].at - facts.entries[0].at == timedelta(minutes=-minutes)
    assert ask(moved) == ask(facts)


@tried
@given(st.one_of(diaries(), examples), st.data())
def test_shifting_everything_within_its_days_changes_nothing(facts: Facts, data: st.DataObject) -> None:
    times = [one.at for one in facts.entries] + [one.at for one in facts.injections]
    since = [timedelta(hours=at.hour, minutes=at.minute) // timedelta(minutes=1) for at in times]
    by = timedelta(minutes=data.draw(st.integers(-min(since), 24 * 60 - 1 - max(since))))
    moved = replace(
        facts,
        entries=tuple(replace(one, at=one.at + by) for one in facts.entries),
        injections=tuple(replace(one, at=one.at + by) for one in facts.injections),
    )
    logs: list[EntryFacts | InjectionFacts] = [*moved.entries, *moved.injections]
    assert all(one.at.date() == one.day for one in logs)
    assert ask(moved) == ask(facts)


@tried
@given(diaries(), st.integers(-60, 60))
def test_shifting_everything_by_whole_days_changes_nothing(facts: Facts, days: int) -> None:
    """Months have different lengths, so P11, which looks at the next monthly dose, is left out."""
    by = timedelta(days=days)
    later = replace(
        facts,
        entries=tuple(replace(one, at=one.at + by, day=one.day + by) for one in facts.entries),
        injections=tuple(replace(one, at=one.at + by, day=one.day + by) for one in facts.injections),
        results=tuple(replace(one, on=one.on + by) for one in facts.results),
    )
    without = [told(ask(one))[1] for one in (facts, later)]
    first, second = ({held for held in one if not held[0].startswith("P11")} for one in without)
    assert first == second


# Nights with a change of the clock: an hour, half an hour (Lord Howe), and forward in autumn (the south).
ZONES = {
    "America/New_York": ((2026, 3, 7), (2026, 10, 31)),
    "Europe/Berlin": ((2026, 3, 28), (2026, 10, 24)),
    "Europe/Dublin": ((2026, 3, 28), (2026, 10, 24)),
    "Australia/Lord_Howe": ((2026, 4, 4), (2026, 10, 3)),
    "America/Santiago": ((2026, 4, 4), (2026, 9, 5)),
}
NIGHTS = [datetime(*day, 20, tzinfo=ZoneInfo(zone)) for zone, days in ZONES.items() for day in days]


def later(start: datetime, minutes: int) -> datetime:
    """Return the time on the clock there, so many real minutes later."""
    return (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)


def diary(start: datetime, minutes: int, shot: bool) -> Facts:
    """Return fever at the start, or a shot, and pain so many real minutes later."""
    at = later(start, minutes)
    entries = [EntryFacts(at, at.date(), (Tick("joint-pain", 1),))]
    if not shot:
        entries.insert(0, EntryFacts(start, start.date(), (Tick("fever", 1),)))
    shots = (InjectionFacts(start, start.date(), 9),) if shot else ()
    return Facts(PatientFacts(), tuple(entries), shots)


@pytest.mark.parametrize("start", NIGHTS, ids=str)
def test_each_of_those_nights_changes_the_clock(start: datetime) -> None:
    assert later(start, 24 * 60).utcoffset() != start.utcoffset()


@pytest.mark.parametrize("start", NIGHTS, ids=str)
@pytest.mark.parametrize("hours", [24, 48, 72])
@pytest.mark.parametrize(
    "window", ['{{ symptom = "fever", within_hours = {} }}', "{{ shot = {{ hours_at_most = {} }} }}"]
)
def test_hours_are_real_hours_to_the_minute(start: datetime, hours: int, window: str) -> None:
    rules = rule_of_one('{ all = [{ symptom = "joint-pain" }, %s] }' % window.format(hours))  # noqa: UP031
    held = [
        bool(assess(diary(start, minutes, "shot" in window), rules).held)
        for minutes in (60, hours * 60 - 1, hours * 60, hours * 60 + 1)
    ]
    assert held == [True, True, True, False]


def of_rule(said: Assessment, number: str) -> bool:
    return any(held.rule_id.startswith(number) for held in said.held)


@pytest.mark.parametrize("start", NIGHTS, ids=str)
@pytest.mark.parametrize(("minutes", "emergency"), [(1440, True), (1441, False)])
def test_an_allergy_sign_is_an_emergency_for_24_real_hours(start: datetime, minutes: int, emergency: bool) -> None:
    at = later(start, minutes)
    entry = EntryFacts(at, at.date(), (Tick("wheeze", 1),))
    said = ask(Facts(PatientFacts(), (entry,), (InjectionFacts(start, start.date(), 9),)))
    assert (of_rule(said, "E13"), of_rule(said, "S23")) == (emergency, not emergency)


@pytest.mark.parametrize("start", NIGHTS, ids=str)
@pytest.mark.parametrize(("minutes", "emergency"), [(72 * 60, True), (72 * 60 + 1, False)])
def test_fever_and_a_sepsis_sign_belong_together_for_72_real_hours(
    start: datetime, minutes: int, emergency: bool
) -> None:
    at = later(start, minutes)
    entries = (
        EntryFacts(start, start.date(), (Tick("fever", 1),)),
        EntryFacts(at, at.date(), (Tick("pale-clammy", 1),)),
    )
    assert of_rule(ask(Facts(PatientFacts(), entries)), "E04") is emergency


@pytest.mark.parametrize("start", NIGHTS, ids=str)
@pytest.mark.parametrize(("clocks", "in_a_row"), [((23, 12, 1), True), ((1, 12, 23), True), ((12, None, 12), False)])
def test_days_are_local_dates_however_long_the_night(
    start: datetime, clocks: tuple[int | None, ...], in_a_row: bool
) -> None:
    """Three days in a row around the night: from 23:00 on the first to 01:00 on the last, or the other way."""
    days = [start.date() + timedelta(days=day) for day in (-1, 0, 1)]
    entries = tuple(
        EntryFacts(datetime(day.year, day.month, day.day, hour, tzinfo=start.tzinfo), day, (Tick("cough", 1),))
        for day, hour in zip(days, clocks, strict=True)
        if hour is not None
    )
    rules = rule_of_one('{ days_with = ["cough"], at_least = 3, in_a_row = true }')
    assert bool(assess(Facts(PatientFacts(), entries), rules).held) is in_a_row


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_is_two_hours(fold: int) -> None:
    """01:30 comes twice in New York that night; a shot at 01:30 the day before is 24 or 25 hours back."""
    zone = ZoneInfo("America/New_York")
    at = datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold)
    shot = datetime(2026, 10, 31, 1, 30, tzinfo=zone)
    entry = EntryFacts(at, at.date(), (Tick("wheeze", 1),))
    said = ask(Facts(PatientFacts(), (entry,), (InjectionFacts(shot, shot.date(), 9),)))
    assert of_rule(said, "E13") is (fold == 0)


def read(celsius: Decimal, threshold: float) -> Assessment:
    at = datetime(2026, 10, 12, 10, tzinfo=UTC)
    patient = PatientFacts(settings=Settings(fever_c=threshold))
    return ask(Facts(patient, (EntryFacts(at, at.date(), temperature_c=float(celsius)),)))


@pytest.mark.parametrize("celsius", ["36.0", "37.5", "37.6", "37.8", "38.0", "39.0"])
def test_a_fahrenheit_reading_is_judged_as_the_same_temperature(celsius: str) -> None:
    """At each hundredth of a degree F around a threshold, against exact fractions."""
    around = int(Decimal(celsius) * 180) + 3200
    for hundredths in range(around - 25, around + 26):
        exact = (Fraction(hundredths, 100) - 32) * 5 / 9
        reading = Reading(Decimal(hundredths) / 100, "F").celsius
        for threshold in (37.5, 37.6, 37.8, 38.0):
            said = read(reading, threshold)
            assert of_rule(said, "S03") is (exact >= Fraction(str(threshold)) or exact < 36)


@pytest.mark.parametrize(
    ("celsius", "fahrenheit"),
    [("36.0", "96.8"), ("37.5", "99.5"), ("37.6", "99.68"), ("37.8", "100.04"), ("38.0", "100.4"), ("39.0", "102.2")],
)
def test_the_thresholds_themselves_agree_in_c_and_f(celsius: str, fahrenheit: str) -> None:
    for threshold in (37.5, 37.6, 37.7, 37.8, 37.9, 38.0):
        in_c = read(Reading(Decimal(celsius), "C").celsius, threshold)
        assert in_c == read(Reading(Decimal(fahrenheit), "F").celsius, threshold)
        assert of_rule(in_c, "S03") is (float(celsius) >= threshold)
