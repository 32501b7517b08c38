"""What the view answers: how far it looks, where it stops, and what it compares with."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from symptoms.triage.engine import EntryFacts, Facts, InjectionFacts, PatientFacts, ResultFacts, Tick, case_from_json
from symptoms.triage.engine.example import case_of
from symptoms.triage.engine.rules import Example
from symptoms.triage.engine.view import View
from tests.triage.engine.rules_under_test import rule_set

NOW = datetime(2026, 10, 12, 10, tzinfo=UTC)
# Ten seconds, in hours.
MOMENT = 0.003


def view(today: dict[str, Any] | None = None, before: dict[str, Any] | None = None, **told: Any) -> View:
    """Return the view of a diary in the short form."""
    diary = {"today": {"joint-pain": 1} if today is None else today, "before": before or {}, **told}
    return View(case_from_json(case_of(Example("a diary", diary)), rule_set().home_tiers))


def entry(hours_ago: float, *ticks: Tick, **told: Any) -> EntryFacts:
    at = NOW - timedelta(hours=hours_ago)
    return EntryFacts(at, at.date(), ticks, **told)


@pytest.mark.parametrize(
    ("hours_ago", "hours", "seen"),
    [
        (24, 24, True),
        (24 + MOMENT, 24, False),
        (20, 20, True),
        (48, 48, True),
        (72, 72, True),
        (72 + MOMENT, 72, False),
        (9, 1, True),
        (11, 1, False),
    ],
)
def test_hours_count_both_ends_and_today_always(hours_ago: float, hours: float, seen: bool) -> None:
    found = view(before={f"{hours_ago} h": {"cough": 1}}).seen_within("cough", hours)
    assert bool(found) is seen


def test_hours_ago_are_real_hours() -> None:
    assert view(before={"30 h": {"cough": 1}}).hours_ago(0) == 30
    assert view(before={"30 h": {"cough": 1}}).hours_ago(1) == 0


@pytest.mark.parametrize(
    ("shot", "hours", "after"),
    [(30, 20, True), (10, 20, True), (30 + MOMENT, 20, False), (10 - 1 / 3600, 20, False), (20, 20, True)],
)
def test_an_entry_is_after_a_shot_from_its_minute_on(shot: float, hours: float, after: bool) -> None:
    """The entry was made ten hours ago."""
    facts = Facts(
        PatientFacts(),
        (entry(10, Tick("cough", 1)), entry(0, Tick("cough", 1))),
        (InjectionFacts(at := NOW - timedelta(hours=shot), at.date()),),
    )
    assert View(facts).is_after_shot(0, hours) is after


@pytest.mark.parametrize(
    ("hours_ago", "hours", "found"),
    [
        (40, 30, True),
        (10, 30, True),
        (10 - MOMENT, 30, False),
        (40 + MOMENT, 30, False),
        (16, 24, True),
        (16 - MOMENT, 24, False),
    ],
)
def test_entries_after_a_shot_are_those_up_to_so_many_hours(hours_ago: float, hours: float, found: bool) -> None:
    """The shot was given forty hours ago."""
    seen = view(before={f"{hours_ago} h": {"cough": 1}, "41 h": {}, "39 h": {}, "1 h": {}}, shots=[{"hours": 40}])
    assert seen.shots.last is not None
    entries = [seen.facts.entries[index].ticks for index in seen.entries_after(seen.shots.last, hours)]
    assert ((Tick("cough", 1),) in entries) is found
    assert seen.entries_after(seen.shots.last, hours) == seen.entries_after(seen.shots.last, hours)


@pytest.mark.parametrize(("days", "found"), [(370, True), (371, False)])
def test_nothing_further_back_than_a_year_is_looked_at(days: int, found: bool) -> None:
    seen = view(before={f"{days} days": {"cough": 1}})
    assert bool(seen.seen("cough", seen.today - 1000)) is found


@pytest.mark.parametrize(("days", "found"), [(7, True), (8, False)])
def test_since_a_day_counts_that_day(days: int, found: bool) -> None:
    seen = view(before={f"{days} days": {"cough": 1}, "20 days": {"cough": 1}})
    assert seen.seen("cough", seen.today - 25)
    assert bool(seen.seen("cough", seen.today - 7)) is found
    assert (days in [seen.today - day for _, day in seen.days_with_entries(seen.today - 7)]) is found


def test_each_tick_and_reading_is_seen_once_newest_first_however_it_is_asked_for() -> None:
    entries = (
        entry(50, Tick("fever", 2), Tick("cough", 1), temperature_c=38.5),
        entry(26, Tick("fever", None), Tick("fever", None, source="note"), Tick("fever", 0)),
        entry(2, temperature_c=39.0),
        entry(0, Tick("fever", 4)),
    )
    seen = View(Facts(PatientFacts(), entries))
    today = [(3, "tick", 4), (2, "temperature", 1)]
    yesterday = [(1, "tick", 3), (1, "note", 2)]
    before = [(0, "tick", 2), (0, "temperature", 1)]
    for days, told in ((0, today), (1, today + yesterday), (2, today + yesterday + before), (0, today)):
        assert [(one.entry, one.kind, one.grade) for one in seen.seen("fever", seen.today - days)] == told
    assert [value for _, value in seen.readings(seen.today - 2)] == [39.0, 38.5]
    assert seen.days_of("fever", seen.today - 2, at_least=3) == [seen.today, seen.today - 1]
    assert seen.days_of("fever", seen.today - 2) == [seen.today, seen.today - 1, seen.today - 2]


@pytest.mark.parametrize(
    ("celsius", "symptom"),
    [(35.9, "low-temp"), (36.0, ""), (37.9, ""), (38.0, "fever"), (None, "")],
)
def test_a_reading_stands_for_a_symptom(celsius: float | None, symptom: str) -> None:
    seen = View(Facts(PatientFacts(), (entry(0, temperature_c=celsius),)))
    assert seen.present == ({symptom} if symptom else set())
    for one in ("low-temp", "fever"):
        assert seen.grade_in(one, 0) == (1 if one == symptom else 0)


@pytest.mark.parametrize(("note", "logged"), [("", False), ("  \n", False), ("so so", True)])
def test_an_entry_that_says_nothing_is_not_logged(note: str, logged: bool) -> None:
    entries = (entry(2, Tick("cough", 2), temperature_c=39.0, note="hot"), entry(0, Tick("fever", 0), note=note))
    seen = View(Facts(PatientFacts(), entries))
    assert seen.logged is logged
    assert seen.present == ({"cough", "fever"} if logged else set())
    assert bool(seen.seen_today("cough")) is logged
    assert bool(seen.readings_today()) is logged
    assert [text for _, text in seen.notes_today()] == ([note, "hot"] if logged else [])
    assert seen.because(seen.seen("cough", seen.today)[0], "cough").today is logged


@pytest.mark.parametrize(
    ("days", "start"),
    [([2], 2), ([3], 0), ([1, 3, 5, 7], 7), ([1, 3, 6], 3), ([2, 4, 40], 4)],
)
def test_an_episode_goes_on_over_one_quiet_day(days: list[int], start: int) -> None:
    seen = view({"cough": 1}, {f"{day} days": {"cough": 1} for day in days})
    assert seen.today - seen.episode_start("cough", seen.today) == start
    assert seen.today - seen.episode_start("cough", seen.today - start) == start


def test_an_episode_may_have_had_its_last_log_yesterday() -> None:
    seen = view(before={"1 day": {"cough": 1}, "2 days": {"cough": 1}})
    assert seen.episode_start("cough", seen.today) == seen.today - 2
    assert view(before={"1 day": {"cough": 1}}).episode_start("cough", seen.today) == seen.today - 1


@pytest.mark.parametrize(
    ("days", "new"),
    [([], True), ([28], False), ([29], True), ([1, 29], False), ([1, 30], True), ([2, 31], True), ([2, 30], False)],
)
def test_new_is_after_28_quiet_days_before_the_episode(days: list[int], new: bool) -> None:
    before = {f"{day} days": {"cough": 1} for day in days}
    assert view({"cough": 1}, before).is_new("cough") is new
    assert not view({"cough": 1}, before, usual={"cough": 1}).is_new("cough")


def test_new_may_be_asked_of_an_earlier_day() -> None:
    seen = view({"cough": 1}, {"10 days": {"cough": 1}, "50 days": {"cough": 1}})
    assert [seen.is_new("cough", seen.today - days) for days in (0, 10, 50)] == [False, True, True]


@pytest.mark.parametrize(
    ("before", "usual", "base"),
    [
        ({}, {}, 0),
        ({}, {"cough": 1}, 1),
        ({}, {"cough": "?"}, 2),
        ({"7 days": {"cough": 3}, "8 days": {"cough": 1}}, {}, 3),
        ({"8 days": {"cough": 3}, "9 days": {"cough": 1}, "10 days": {"cough": 1}}, {}, 1),
        ({"8 days": {"cough": 3}, "14 days": {"cough": 1}}, {}, 2),
        ({"8 days": {"cough": 3}, "15 days": {"cough": 1}}, {}, 3),
        ({"15 days": {"cough": 3}}, {}, 0),
        ({"7 days": {"cough": 1}}, {"cough": 2}, 2),
        ({"8 days": {"cough": 1}}, {"cough": 2}, 2),
        ({"8 days": {"headache": 1}}, {"cough": "?"}, 0),
        ({"2 h": {"cough": 3}, "1 day": {"cough": 1}}, {}, 1),
        ({"33 h": {"cough": 3}, "32 h": {"cough": 1}}, {}, 1),
        ({"1 day": {"cough": "?"}}, {}, 1),
        ({"1 day": {"cough": 0}}, {}, 0),
    ],
)
def test_baseline_is_the_last_entry_of_a_week_else_the_median_else_the_usual(
    before: dict[str, Any], usual: dict[str, Any], base: float
) -> None:
    seen = view({"cough": 2}, before, usual=usual)
    assert seen.baseline("cough", seen.today) == base


def test_the_median_takes_each_day_by_its_worst() -> None:
    before = {"49 h": {"cough": 1}, "48 h": {"cough": 3}, "1 day": {"cough": 1}, "2 h": {"cough": 4}}
    seen = view({"cough": 4}, before)
    assert seen.median("cough", seen.today, 14) == 2
    assert seen.median("cough", seen.today, 1) == 1
    assert seen.median("rash", seen.today, 14) == 0
    ungraded = view({"cough": 1}, {"1 day": {"cough": "?"}})
    assert ungraded.median("cough", ungraded.today, 14) == 1
    assert view().median("cough", view().today, 14) == 0


@pytest.mark.parametrize(
    ("today", "before", "jump"),
    [
        ({"cough": 3}, {"1 day": {"cough": 1}}, 2),
        ({"cough": "?"}, {"1 day": {"cough": 1}}, 2),
        ({"cough": "?"}, {"1 day": {"cough": "?"}}, 0),
        ({"cough": 2}, {"1 day": {"cough": "?"}}, 1),
        ({}, {"1 day": {"cough": 1}}, -1),
    ],
)
def test_a_jump_is_told_from_the_baseline(today: dict[str, Any], before: dict[str, Any], jump: float) -> None:
    assert view({"joint-pain": 1, **today}, before).jump("cough") == jump


@pytest.mark.parametrize(
    ("grade", "usual", "same"),
    [(1, {}, False), (1, {"cough": 1}, True), (2, {"cough": 1}, False), (2, {"cough": "?"}, True)],
)
def test_usual_is_up_to_the_usual_grade(grade: int, usual: dict[str, Any], same: bool) -> None:
    assert view({"cough": grade}, usual=usual).is_usual_today("cough") is same


def test_usual_without_a_grade_is_up_to_moderate() -> None:
    assert not view({"cough": 3}, usual={"cough": "?"}).is_usual_today("cough")


def test_of_two_results_of_a_day_the_later_in_the_list_counts() -> None:
    results = tuple(ResultFacts(date(2026, 10, day), "igg", value) for day, value in ((12, 4.0), (12, 5.0), (3, 9.0)))
    seen = View(Facts(PatientFacts(), (entry(0, Tick("cough", 1)),), results=results))
    found = seen.result("igg", 0)
    assert found is not None
    assert found.value == 5.0
    assert seen.result("igm", 100) is None


def test_evidence_tells_what_was_seen_and_whether_it_is_of_today() -> None:
    entries = (entry(24, temperature_c=38.25), entry(0, Tick("cough", 1), temperature_c=38.0))
    seen = View(Facts(PatientFacts(), entries))
    new, old = (seen.because(one, "fever") for one in seen.seen("fever", seen.today - 1))
    assert (new.kind, new.symptom, new.entry, new.value, new.today) == ("temperature", "fever", 1, "38", True)
    assert (old.entry, old.value, old.today) == (0, "38.25", False)
    assert seen.because(seen.readings_today()[0][0], "").symptom is None
    tick = seen.because(seen.seen_today("cough")[0], "cough")
    assert (tick.kind, tick.symptom, tick.entry, tick.value, tick.today) == ("tick", "cough", 1, None, True)


def test_only_logs_that_tell_of_the_start_are_looked_up_for_it() -> None:
    entries = (
        entry(72, Tick("unsteady", 1, sudden="no"), Tick("cough", 1)),
        entry(48, Tick("unsteady", 1), note="It came all at once."),
        entry(24, Tick("unsteady", 1), note="so so"),
        entry(1, Tick("unsteady", 1)),
        entry(0, Tick("unsteady", 1, sudden="unsure")),
    )
    seen = View(Facts(PatientFacts(), entries))
    assert [one.entry for one in seen.telling("unsteady", seen.today - 3)] == [4, 1, 0]
    assert [one.entry for one in seen.telling("unsteady", seen.today - 2)] == [4, 1]
    assert seen.telling("rash", seen.today - 3) == []


@pytest.mark.parametrize(
    ("note", "suddenly"),
    [
        ("Suddenly", True),
        ("out of the blue", True),
        ("not sudden", False),
        ("it wasn\u2019t sudden", False),
        ("no sudden start", False),
        ("suddenness", False),
        ("", False),
    ],
)
def test_a_note_may_say_suddenly(note: str, suddenly: bool) -> None:
    seen = View(Facts(PatientFacts(), (entry(0, Tick("unsteady", 1), note=note),)))
    assert seen.says_suddenly(0) is suddenly
    assert seen.says_suddenly(0) is suddenly
