"""What must be true of every diary, tried on many made-up ones and on the rules' own examples."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symptoms.triage.engine import (
    TIERS,
    Assessment,
    ExpectedLevel,
    Facts,
    InjectionFacts,
    ResultFacts,
    RuleSet,
    Tick,
    assess,
)
from symptoms.triage.engine.tiers import RANK
from tests.triage.engine.made_up import EXAMPLES, RED, SYMPTOMS, ask, diaries, examples, facts_of, told, tried
from tests.triage.engine.rules_under_test import rule_set

PRO1 = "PRO1-severe-or-jump"
B00 = "B00-own-tier"


def with_last(facts: Facts, **changed: Any) -> Facts:
    """Return the facts with something else in the entry that is assessed."""
    return replace(facts, entries=(*facts.entries[:-1], replace(facts.entries[-1], **changed)))


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


def asks_about(condition: Any, rules: RuleSet) -> Iterator[str]:
    """Yield the ids of the rules that a condition names, at any depth."""
    if isinstance(condition, str):
        yield from [condition] if condition in rules.rules else []
    elif isinstance(condition, tuple | list):
        for one in condition:
            yield from asks_about(one, rules)
    elif is_dataclass(condition):
        for field in fields(condition):
            yield from asks_about(getattr(condition, field.name), rules)


def shuffled(rules: RuleSet, random: Random) -> RuleSet:
    """Return the rules in another order, where still each comes after those it asks about."""
    waits = {one.id: {*asks_about([branch.when for branch in one.branches], rules)} for one in rules.rules.values()}
    order: list[str] = []
    while waits:
        one = random.choice(sorted(rule for rule, others in waits.items() if others.isdisjoint(waits)))
        order.append(one)
        del waits[one]
    return replace(rules, rules={one: rules.rules[one] for one in order})


def test_the_order_of_rules_can_be_another() -> None:
    orders = {tuple(shuffled(rule_set(), Random(seed)).rules) for seed in range(5)}  # noqa: S311
    assert len(orders) == 5


@tried
@given(st.one_of(diaries(), examples), st.randoms(use_true_random=False))
def test_the_order_of_rules_plays_no_part(facts: Facts, random: Random) -> None:
    assert assess(facts, shuffled(rule_set(), random)) == ask(facts)


@tried
@given(diaries())
def test_what_comes_after_the_entry_is_ignored(facts: Facts) -> None:
    last = facts.entries[-1]
    shot = InjectionFacts(last.at + timedelta(minutes=1), last.day, 2)
    result = ResultFacts(last.day + timedelta(days=1), "platelets", 10.0)
    later = replace(facts, injections=(*facts.injections, shot), results=(*facts.results, result))
    assert ask(later) == ask(facts)


@tried
@given(st.one_of(diaries(), examples), st.sampled_from(SYMPTOMS), st.sampled_from([None, 1, 2, 3, 4]))
def test_adding_any_tick_never_lowers_what_is_above_a_visit(facts: Facts, symptom: str, grade: int | None) -> None:
    """A tick without answers. V03, at a visit, may end: it tells once that a reaction settled, and here it is."""
    ticks = (*facts.entries[-1].ticks, Tick(symptom, grade))
    before = ask(facts)
    if RANK[before.tier] <= RANK["prompt"]:
        assert RANK[ask(with_last(facts, ticks=ticks)).tier] <= RANK[before.tier]


@tried
@given(st.one_of(diaries(), examples))
def test_no_or_not_sure_whether_it_is_urgent_is_the_same_as_no_answer(facts: Facts) -> None:
    said = [ask(with_last(facts, urgent=answer)) for answer in (None, "no", "unsure")]
    assert said[0] == said[1] == said[2]


@tried
@given(st.one_of(diaries(), examples))
def test_urgent_never_lowers_a_tier_and_speaks_only_through_pro1(facts: Facts) -> None:
    """And through B00, which is still where PRO1 says as much."""
    plain, urgent = (ask(with_last(facts, urgent=answer)) for answer in (None, "yes"))
    assert RANK[urgent.tier] <= RANK[plain.tier]
    pairs = {(held.rule_id, held.tier) for held in urgent.held} ^ {(held.rule_id, held.tier) for held in plain.held}
    assert {rule for rule, _ in pairs} <= {PRO1, B00}


@pytest.mark.parametrize("answer", ["sudden", "heat", "spreading", "curtain", "bleeding"])
def test_a_missing_answer_never_says_less_than_no_and_not_sure_says_the_same(answer: str) -> None:
    """Tried on every tick of today in every example of the rules."""
    for facts in map(facts_of, EXAMPLES):
        for place in range(len(facts.entries[-1].ticks)):
            no, unsure, missing = (ask(answered(facts, place, answer, told)) for told in ("no", "unsure", None))
            assert RANK[missing.tier] <= RANK[no.tier]
            assert missing == unsure


def answered(facts: Facts, place: int, question: str, answer: str | None) -> Facts:
    """Return the facts with another answer to a question about one tick of today."""
    ticks: list[Any] = list(facts.entries[-1].ticks)
    ticks[place] = replace(ticks[place], **{question: answer})
    return with_last(facts, ticks=tuple(ticks))


@pytest.mark.parametrize("grade", [1, 2, 3, 4])
def test_what_is_expected_hides_nothing_but_pro1(grade: int) -> None:
    """Expect every symptom at once, in every example of the rules. B00 may speak where PRO1 fell silent."""
    for facts in map(facts_of, EXAMPLES):
        day = facts.entries[-1].day
        expected = tuple(ExpectedLevel(one, grade, day, day) for one in SYMPTOMS)
        calm = ask(replace(facts, patient=replace(facts.patient, expected=expected)))
        plain = ask(replace(facts, patient=replace(facts.patient, expected=())))
        assert specific(calm) == specific(plain)
        if any(held.tier in ("emergency", "same-day") and held.rule_id != PRO1 for held in plain.held):
            assert RANK[calm.tier] <= RANK["same-day"]
        if plain.tier == "emergency":
            assert calm.tier == "emergency"


def specific(said: Assessment) -> set[tuple[str, str]]:
    return {(held.rule_id, held.tier) for held in said.held if held.rule_id not in (PRO1, B00)}
