"""What must be true of every diary, tried on many made-up ones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symptoms.triage.engine import (
    TIERS,
    Assessment,
    BaselineSymptom,
    EntryFacts,
    Facts,
    InjectionFacts,
    PatientFacts,
    ResultFacts,
    Settings,
    Tick,
    assess,
)
from symptoms.triage.engine.tiers import RANK
from tests.triage.engine.rules_under_test import rule_set

# The same diaries at every run: a failure is one that a colleague sees too.
tried = settings(deadline=None, max_examples=60, derandomize=True)

SYMPTOMS = sorted(rule_set().home_tiers)
# One symptom of these is an emergency in whatever company.
RED = ["swelling-lips-tongue", "swelling-throat", "breathless-severe", "collapse", "face-droop", "vomit-blood"]
FIRST = datetime(2026, 6, 1, 10, tzinfo=UTC)

answers = st.sampled_from([None, "yes", "no", "unsure"])
ticks = st.builds(
    Tick,
    symptom=st.sampled_from(SYMPTOMS),
    severity=st.sampled_from([None, 0, 1, 2, 3, 4]),
    sudden=answers,
    minutes=st.sampled_from([None, 3, 20, 90, 1500]),
    heat=answers,
    curtain=answers,
    bleeding=answers,
    source=st.sampled_from(["tick", "note"]),
)


@st.composite
def diaries(draw: st.DrawFn) -> Facts:
    """Draw a diary of at most eight entries within a month, with shots and results."""
    minutes = sorted(draw(st.lists(st.integers(0, 40 * 24 * 60), min_size=1, max_size=8)))
    entries = tuple(
        EntryFacts(
            at=(at := FIRST + timedelta(minutes=minute)),
            day=at.date(),
            ticks=tuple(draw(st.lists(ticks, max_size=5))),
            temperature_c=draw(st.sampled_from([None, 35.5, 36.8, 37.9, 38.0, 39.2])),
            note=draw(st.sampled_from(["", "so so", "suddenly", "a lot of blood"])),
        )
        for minute in minutes
    )
    shots = draw(st.lists(st.tuples(st.integers(-900, 960), st.sampled_from([None, 1, 2, 3, 9])), max_size=4))
    results = st.builds(
        ResultFacts,
        on=st.dates(date(2026, 5, 20), date(2026, 7, 12)),
        test=st.sampled_from(["neutrophils", "platelets", "igg", "igm"]),
        value=st.sampled_from([0.3, 0.9, 4.0, 45.0, 300.0]),
        lower_limit=st.sampled_from([None, 0.5, 150.0]),
    )
    usual = st.builds(BaselineSymptom, st.sampled_from(SYMPTOMS), st.sampled_from([None, 1, 2]))
    return Facts(
        patient=PatientFacts(
            "GB",
            tuple(draw(st.lists(usual, max_size=3))),
            Settings(strict_mode=draw(st.booleans()), fever_c=draw(st.sampled_from([37.8, 38.0]))),
            draw(st.sampled_from([None, "core-positive"])),
        ),
        entries=entries,
        injections=tuple(
            InjectionFacts(at=(at := FIRST + timedelta(hours=hour)), day=at.date(), number=number)
            for hour, number in shots
        ),
        results=tuple(draw(st.lists(results, max_size=3))),
    )


def ask(facts: Facts) -> Assessment:
    return assess(facts, rule_set())


def told(said: Assessment) -> tuple[str, frozenset[tuple[str, str]]]:
    """Return what the answer says, without the order in which it was seen."""
    return said.tier, frozenset((held.rule_id, held.tier) for held in said.held)


@tried
@given(diaries())
def test_no_rule_ever_fails(facts: Facts) -> None:
    said = ask(facts)
    assert said.checked
    assert said.tier in (*TIERS, "none")
    assert all(any(one.today for one in held.because) for held in said.held)


@tried
@given(diaries(), st.sampled_from(RED), st.sampled_from([None, 1, 2, 3, 4]))
def test_adding_a_red_tick_never_lowers_the_tier(facts: Facts, red: str, grade: int | None) -> None:
    last = facts.entries[-1]
    more = replace(last, ticks=(*last.ticks, Tick(red, grade)))
    assert ask(replace(facts, entries=(*facts.entries[:-1], more))).tier == "emergency"


@tried
@given(diaries(), st.sampled_from(SYMPTOMS), st.sampled_from([None, 1, 2, 3, 4]))
def test_a_tick_never_shows_less_than_its_own_tier(facts: Facts, symptom: str, grade: int | None) -> None:
    """Unless it is usual, or C01 or P06 speak of it, which may say less."""
    last = facts.entries[-1]
    more = replace(last, ticks=(*last.ticks, Tick(symptom, grade)))
    said = ask(replace(facts, entries=(*facts.entries[:-1], more)))
    usual = {one.symptom for one in facts.patient.baseline}
    lowered = {held.rule_id for held in said.held} & {"C01-expected-reaction", "P06-vision-heat"}
    if symptom not in usual and not lowered:
        assert RANK[said.tier] <= RANK[rule_set().home_tiers[symptom]]


@tried
@given(diaries(), st.randoms(use_true_random=False))
def test_the_order_of_symptoms_plays_no_part(facts: Facts, random: Random) -> None:
    entries = tuple(
        replace(entry, ticks=tuple(random.sample(entry.ticks, len(entry.ticks)))) for entry in facts.entries
    )
    assert told(ask(replace(facts, entries=entries))) == told(ask(facts))


@tried
@given(diaries(), st.randoms(use_true_random=False))
def test_the_order_of_shots_results_and_usual_symptoms_plays_no_part(facts: Facts, random: Random) -> None:
    patient = facts.patient
    usual = {one.symptom: one for one in patient.baseline}
    days = {(one.test, one.on): one for one in facts.results}
    facts = replace(facts, patient=replace(patient, baseline=tuple(usual.values())), results=tuple(days.values()))
    other = replace(
        facts,
        patient=replace(patient, baseline=tuple(random.sample(facts.patient.baseline, len(usual)))),
        results=tuple(random.sample(facts.results, len(facts.results))),
    )
    assert told(ask(other)) == told(ask(facts))


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


@tried
@given(diaries())
def test_a_rule_set_in_another_sound_order_answers_the_same(facts: Facts) -> None:
    """Reverse the order, then let each rule wait for those it asks about, as the loader does."""
    rules = rule_set()
    emergencies = [one for one in rules.rules if one.startswith("E") and one != "E03-stroke"]
    moved = [*reversed(emergencies), *(one for one in rules.rules if one not in emergencies)]
    moved.remove("E03-stroke")
    other = replace(rules, rules={one: rules.rules[one] for one in ["E03-stroke", *moved]})
    assert assess(facts, other) == ask(facts)


@tried
@given(diaries())
def test_what_comes_after_the_entry_is_ignored(facts: Facts) -> None:
    last = facts.entries[-1]
    shot = InjectionFacts(last.at + timedelta(minutes=1), last.day, 2)
    result = ResultFacts(last.day + timedelta(days=1), "platelets", 10.0)
    later = replace(facts, injections=(*facts.injections, shot), results=(*facts.results, result))
    assert ask(later) == ask(facts)


# Both nights of the year with a clock change, in three zones: a shot in the evening before, and the wheeze
# 24 hours and then 24 hours and a minute later, by real time.
NIGHTS = [
    datetime(2026, 3, 7, 20, tzinfo=ZoneInfo("America/New_York")),
    datetime(2026, 10, 31, 20, tzinfo=ZoneInfo("America/New_York")),
    datetime(2026, 3, 28, 20, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 10, 24, 20, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 4, 4, 20, tzinfo=ZoneInfo("Australia/Lord_Howe")),
    datetime(2026, 10, 3, 20, tzinfo=ZoneInfo("Australia/Lord_Howe")),
]


@pytest.mark.parametrize("shot", NIGHTS)
@pytest.mark.parametrize(("minutes", "emergency"), [(1440, True), (1441, False)])
def test_24_hours_are_real_hours_over_a_clock_change(shot: datetime, minutes: int, emergency: bool) -> None:
    at = (shot.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(shot.tzinfo)
    facts = Facts(
        PatientFacts("US"),
        (EntryFacts(at, at.date(), (Tick("wheeze", 1),)),),
        (InjectionFacts(shot, shot.date(), 9),),
    )
    held = {one.rule_id for one in ask(facts).held}
    assert ("E13-allergy-sign-after-shot" in held) is emergency
    assert ("S23-single-red-flag" in held) is not emergency


@pytest.mark.parametrize("shot", NIGHTS)
@pytest.mark.parametrize(("minutes", "emergency"), [(72 * 60, True), (72 * 60 + 1, False)])
def test_72_hours_are_real_hours_over_a_clock_change(shot: datetime, minutes: int, emergency: bool) -> None:
    at = (shot.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(shot.tzinfo)
    entries = (
        EntryFacts(shot, shot.date(), (Tick("fever", 1),)),
        EntryFacts(at, at.date(), (Tick("pale-clammy", 1),)),
    )
    held = {one.rule_id for one in ask(Facts(PatientFacts("US"), entries)).held}
    assert ("E04-sepsis" in held) is emergency
