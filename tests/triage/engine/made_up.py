"""Made-up diaries for the properties, and how to ask about them."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from symptoms.triage.engine import (
    Assessment,
    BaselineSymptom,
    EntryFacts,
    ExpectedLevel,
    Facts,
    InjectionFacts,
    PatientFacts,
    ResultFacts,
    Settings,
    Tick,
    assess,
    case_from_json,
)
from symptoms.triage.engine.example import case_of
from symptoms.triage.engine.rules import Example
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
            urgent=draw(answers),
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
    expected = st.builds(
        ExpectedLevel,
        st.sampled_from(SYMPTOMS),
        st.integers(1, 4),
        st.dates(date(2026, 5, 20), date(2026, 7, 12)),
        st.just(date(2026, 7, 12)),
    )
    usual = st.builds(BaselineSymptom, st.sampled_from(SYMPTOMS), st.sampled_from([None, 1, 2]))
    return Facts(
        patient=PatientFacts(
            "GB",
            tuple(draw(st.lists(usual, max_size=3))),
            Settings(strict_mode=draw(st.booleans()), fever_c=draw(st.sampled_from([37.8, 38.0]))),
            draw(st.sampled_from([None, "core-positive"])),
            expected=tuple(draw(st.lists(expected, max_size=2))),
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


def facts_of(example: Example) -> Facts:
    """Return the facts of a rule's own example."""
    return case_from_json(case_of(example), rule_set().home_tiers)


# Every diary that a rule holds for, or just does not: where one change is most likely to matter.
EXAMPLES = [example for rule in rule_set().rules.values() for example in (*rule.holds, *rule.near_misses)]
examples = st.sampled_from(EXAMPLES).map(facts_of)
