"""What is news for the clinic: one flag for one run of a symptom, and never a word less about an emergency."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symptoms.triage.engine import Because, EntryFacts, Held, Tick
from symptoms.triage.engine.tiers import RANK
from symptoms.triage.episodes import (
    REACH_DAYS,
    REMINDER_DAYS,
    Alarm,
    Known,
    alarms_of,
    days_logged,
    grades_of,
    held_of,
    is_news,
    raises,
    run_of,
)

DAY = date(2026, 3, 2)
TIERS = ("same-day", "prompt")


def alarm(rule: str = "P01-infection-any", symptom: str = "cough", tier: str = "prompt", grade: int = 2) -> Alarm:
    return Alarm(rule, symptom, tier, grade)


def known(ago: int, *alarms: Alarm, told: int | None = None, emergency: bool = False) -> Known:
    """An entry of `ago` days before, in a flag that was told `told` days before."""
    last = DAY - timedelta(days=ago if told is None else told)
    return Known(DAY - timedelta(days=ago), frozenset(alarms), last, emergency)


def test_the_first_time_is_news_and_the_day_after_is_not() -> None:
    assert is_news(DAY, [alarm()], [])
    assert not is_news(DAY, [alarm()], [known(1, alarm())])


@pytest.mark.parametrize(
    ("tier", "ago", "news"),
    [
        ("same-day", 0, False),
        ("same-day", 2, False),
        ("same-day", 3, True),
        ("prompt", 3, False),
        ("prompt", 13, False),
        ("prompt", 14, True),
    ],
)
def test_a_run_goes_on_over_a_gap_of_its_tier_and_no_more(tier: str, ago: int, news: bool) -> None:
    same = alarm(tier=tier)
    assert is_news(DAY, [same], [known(ago, same)]) is news


def test_a_run_hangs_together_by_its_own_symptom_only() -> None:
    urgent = alarm(tier="same-day")
    bridge = known(2, alarm(symptom="fever", tier="same-day"))
    assert is_news(DAY, [urgent], [bridge, known(4, urgent)])
    assert not is_news(DAY, [urgent], [known(2, urgent), known(4, urgent)])


def test_days_on_which_it_was_milder_carry_a_run_on() -> None:
    urgent, before = alarm(tier="same-day", grade=3), [known(6, alarm(tier="same-day", grade=3))]
    mild = days_logged((DAY - timedelta(days=ago), {"cough": 1, "fever": 0}) for ago in (2, 4))
    assert mild == {"cough": {DAY - timedelta(days=2), DAY - timedelta(days=4)}}
    assert is_news(DAY, [urgent], before)
    assert not is_news(DAY, [urgent], before, mild)
    assert is_news(DAY, [alarm(tier="same-day", grade=4)], before, mild)
    assert is_news(DAY, [urgent], before, {"fever": mild["cough"]})


def test_an_earlier_day_that_is_filled_in_later_belongs_to_the_run_after_it() -> None:
    assert not is_news(DAY, [alarm()], [known(-1, alarm())])
    assert is_news(DAY, [alarm(tier="same-day")], [known(-3, alarm(tier="same-day"))])


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (alarm(grade=2), alarm(grade=3)),
        (alarm(tier="prompt"), alarm(tier="same-day")),
        (alarm("P01-infection-any"), alarm("P02-cough-persistent")),
        (alarm("B00-own-tier"), alarm("P02-cough-persistent")),
        (alarm("S03-fever", tier="same-day"), alarm("S05-fever-persists", tier="same-day")),
        (alarm(symptom="cough"), alarm(symptom="fever")),
        (alarm("P20-test-overdue", ""), alarm("P18-missed-dose", "")),
        # Severe, but at a lower tier: the two never came together.
        (alarm(tier="prompt", grade=3), alarm(tier="same-day", grade=1)),
    ],
)
def test_worse_or_another_rule_is_news(before: Alarm, now: Alarm) -> None:
    assert is_news(DAY, [now], [known(1, before)])


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (alarm(grade=3), alarm(grade=1)),
        (alarm(tier="same-day"), alarm(tier="prompt")),
        (alarm("P02-cough-persistent"), alarm("PRO1-severe-or-jump")),
        (alarm("P02-cough-persistent"), alarm("B00-own-tier")),
        (alarm("P20-test-overdue", "", grade=0), alarm("P20-test-overdue", "", grade=0)),
    ],
)
def test_the_same_or_milder_is_no_news(before: Alarm, now: Alarm) -> None:
    assert not is_news(DAY, [now], [known(1, before)])


def test_worst_of_the_run_counts_not_the_last() -> None:
    run = [known(1, alarm(grade=1)), known(2, alarm(grade=3))]
    assert not is_news(DAY, [alarm(grade=3)], run)


def test_grade_and_tier_must_have_come_together() -> None:
    run = [known(1, alarm(tier="same-day", grade=1)), known(2, alarm(tier="prompt", grade=3))]
    assert is_news(DAY, [alarm(tier="same-day", grade=3)], run)


@pytest.mark.parametrize(
    ("tier", "told", "news"),
    [("same-day", 6, False), ("same-day", 7, True), ("prompt", 27, False), ("prompt", 28, True)],
)
def test_a_run_that_goes_on_for_long_is_told_again(tier: str, told: int, news: bool) -> None:
    same = alarm(tier=tier)
    run = [known(1, same, told=told), known(3, same, told=told)]
    assert is_news(DAY, [same], run) is news


def test_after_an_emergency_everything_is_news_again() -> None:
    emergency = known(1, alarm("E01", "swelling-face", "emergency"), emergency=True)
    assert is_news(DAY, [alarm()], [emergency, known(2, alarm())])
    assert is_news(DAY, [alarm()], [known(-2, alarm()), known(-1, alarm("E01", tier="emergency"), emergency=True)])
    assert run_of(DAY, [alarm()], [emergency, known(2, alarm())]) == []


def test_nothing_of_the_day_of_an_emergency_is_known() -> None:
    emergency = known(0, alarm("E01", "swelling-face", "emergency"), emergency=True)
    assert is_news(DAY, [alarm()], [known(0, alarm()), emergency])


@pytest.mark.parametrize(("tier", "news"), [("same-day", True), ("prompt", False)])
def test_each_yes_to_the_question_is_news(tier: str, news: bool) -> None:
    said = alarm("PRO1-severe-or-jump", "joint-pain", tier, 3)
    assert is_news(DAY, [said], [known(1, said)]) is news


def test_what_could_not_be_checked_is_always_news() -> None:
    unchecked = alarms_of([], {}, checked=False)
    assert {one.tier for one in unchecked} == {"same-day"}
    assert is_news(DAY, unchecked, [known(0, *unchecked), known(1, *unchecked)])


def test_a_call_without_a_reason_is_news() -> None:
    assert is_news(DAY, [], [known(1, alarm())])


def test_further_back_than_a_month_nobody_looks() -> None:
    every_second_day = [known(ago, alarm(grade=1), told=0) for ago in range(2, 2 * REACH_DAYS, 2)]
    assert is_news(DAY, [alarm(grade=3)], [*every_second_day, known(REACH_DAYS + 2, alarm(grade=3), told=0)])
    assert not is_news(DAY, [alarm(grade=3)], [*every_second_day, known(REACH_DAYS, alarm(grade=3), told=0)])


def test_alarms_name_the_symptoms_of_the_day_with_their_grades() -> None:
    held = [
        Held(
            "P02-cough-persistent",
            "prompt",
            (Because("tick", "cough", 2), Because("tick", "cough", 1, today=False), Because("note", "chills", 2)),
        ),
        Held("S21", "same-day", (Because("tick", "sweats", 2), Because("tick", "fatigue", 1))),
        Held("V01-any-new", "visit", (Because("tick", "sweats", 2),)),
        Held("P18-missed-dose", "prompt", (Because("injection", None, None, "due 2026-03-01"),)),
        Held("P09", "prompt", (Because("tick", "fatigue", 0, today=False),)),
    ]
    entry = EntryFacts(at=None, day=DAY, ticks=(Tick("cough", 2), Tick("sweats")))  # type: ignore[arg-type]
    assert alarms_of(held, grades_of(entry)) == {
        Alarm("P02-cough-persistent", "cough", "prompt", 2),
        Alarm("P02-cough-persistent", "chills", "prompt", 2),
        Alarm("S21", "sweats", "same-day", 3),
        Alarm("S21", "fatigue", "same-day", 0),
        Alarm("P18-missed-dose", "", "prompt", 0),
        Alarm("P09", "", "prompt", 0),
    }


@pytest.mark.parametrize(
    ("value", "symptom", "grade"),
    [
        ("38", "fever", 1),
        ("39", "fever", 1),
        ("39.1", "fever", 2),
        ("40.1", "fever", 4),
        ("35.9", "low-temp", 1),
        ("35", "low-temp", 2),
        ("32", "low-temp", 3),
    ],
)
def test_a_reading_counts_by_its_degrees(value: str, symptom: str, grade: int) -> None:
    held = Held("S03-fever", "same-day", (Because("temperature", None, 0, value),))
    assert alarms_of([held], {}) == {Alarm("S03-fever", symptom, "same-day", grade)}


def test_another_result_is_another_alarm() -> None:
    first, second = (
        alarms_of([Held("S22", "same-day", (Because("result", None, None, value),))], {})
        for value in ("ALT 200 U/L", "ALT 400 U/L")
    )
    assert is_news(DAY, second, [known(1, *first)])
    assert not is_news(DAY, first, [known(1, *first)])


def test_stored_results_say_the_same_as_fresh_ones() -> None:
    stored = {"held": [{"rule_id": "P02", "tier": "prompt", "because": [{"kind": "tick", "symptom": "cough"}]}]}
    assert held_of(stored) == (Held("P02", "prompt", (Because("tick", "cough"),)),)
    assert held_of({}) == ()


# -- properties ---------------------------------------------------------------------------------------------

alarms = st.builds(
    Alarm,
    st.sampled_from(["P01", "P02", "S03", "S05", "B00", "PRO1"]),
    st.sampled_from(["cough", "fever", ""]),
    st.sampled_from(TIERS),
    st.integers(0, 4),
)
spoken = st.frozensets(alarms, min_size=1, max_size=4)
others = st.lists(
    st.builds(lambda ago, said, told: known(ago, *said, told=told), st.integers(-3, 12), spoken, st.integers(0, 12)),
    max_size=6,
)


@given(spoken, others)
def test_an_emergency_is_always_news(said: frozenset[Alarm], before: list[Known]) -> None:
    urgent = alarm("E01", "cough", "emergency")
    again = [*before, known(0, urgent), known(0, urgent, emergency=True)]
    assert is_news(DAY, {*said, urgent}, again)


@given(spoken, others, st.randoms(use_true_random=False))
def test_no_order_plays_a_part(said: frozenset[Alarm], before: list[Known], random: object) -> None:
    mixed, shuffled = list(said), list(before)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert is_news(DAY, mixed, shuffled) is is_news(DAY, sorted(said), before)


@given(spoken, others, alarms)
def test_one_more_alarm_never_makes_news_old(said: frozenset[Alarm], before: list[Known], more: Alarm) -> None:
    if is_news(DAY, said, before):
        assert is_news(DAY, said | {more}, before)


@given(spoken, others, alarms)
def test_a_more_urgent_alarm_than_ever_is_news(said: frozenset[Alarm], before: list[Known], more: Alarm) -> None:
    highest = min((RANK[one.tier] for entry in before for one in entry.alarms), default=len(RANK))
    if RANK[more.tier] < highest:
        assert is_news(DAY, said | {more}, before)


@given(spoken, st.integers(1, 40))
def test_days_of_the_same_raise_once_until_the_reminder(said: frozenset[Alarm], days: int) -> None:
    every = min(REMINDER_DAYS[one.tier] for one in said)
    told = raises((DAY + timedelta(days=n), said) for n in range(days))
    assert told == [n % every == 0 for n in range(days)]
