"""Results from the first save to the flag: what is kept, what the rules say of it, and that nothing stays unheard."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.followups.actions import blood_tests, results
from symptoms.followups.actions.blood_tests import NotPossible, PlanSaid
from symptoms.followups.models import BloodTest, Result, ResultVersion
from symptoms.followups.selectors.courses import record_of
from symptoms.triage.actions import assess_waiting
from symptoms.triage.actions.assessing import assess_now
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.followups.blood import add, said, today

LIVER = (said("alt", "130", "U/L", "10", "40"), said("bilirubin", "2,7", "mg/dL", "", "1.2"))
PLATELETS = said("platelets", "45", "10*9/L", "150", "400")


def held_by(entry: Entry) -> dict[str, str]:
    said_of = assess_now(Entry.objects.select_related("patient__user").get(pk=entry.pk))
    assert said_of.checked
    return {one.rule_id.split("-")[0]: one.tier for one in said_of.held}


def entry_of(saved: results.Saved) -> Entry:
    assert saved.entry is not None
    found: Entry = Entry.objects.select_related("patient__user").get(pk=saved.entry)
    return found


def sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symptoms.triage.actions.assessing.GRACE", timedelta(0))
    assess_waiting()


# The rules


@pytest.mark.parametrize(
    ("values", "rule", "tier"),
    [
        (LIVER, "S22", "same-day"),
        ((said("ast", "4", "ukat/L", "", "0.7"),), "S22", "same-day"),
        ((PLATELETS,), "S24", "same-day"),
        ((said("platelets", "19000", "/uL"),), "S24", "emergency"),
        ((said("platelets", "<20", "10*9/L"),), "S24", "emergency"),
        ((said("haemoglobin", "4.5", "mmol/L"),), "S24", "same-day"),
        ((said("igm", "30", "mg/dL", "40", "230"),), "V06", "visit"),
        ((said("igg", "<4", "g/L", "7", "16"),), "V06", "visit"),
    ],
)
def test_a_saved_result_alone_is_heard(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, values: Any, rule: str, tier: str
) -> None:
    """Nobody logged an entry: one is made, the advice stands at it, and the sweep flags it as any other."""
    saved = add(cast.ana_log, *values)
    entry = entry_of(saved)
    assert entry.day == today(cast)
    assert held_by(entry)[rule] == tier
    sweep(monkeypatch)
    assert Flag.objects.filter(patient=cast.ana_log).exists() is (tier != "visit")


def test_a_result_inside_the_range_says_nothing_of_itself(cast: Cast) -> None:
    saved = add(cast.ana_log, said("alt", "30", "U/L", "10", "40"), said("igg", "9", "g/L", "7", "16"))
    assert not {"S22", "S24", "V06"} & set(held_by(entry_of(saved)))


def test_the_words_of_the_made_entry_say_no_symptom(cast: Cast) -> None:
    entry = entry_of(add(cast.ana_log, said("alt", "30", "U/L", "10", "40")))
    assert held_by(entry) == {}
    assert not entry.says_no_symptoms


def test_an_entry_of_today_speaks_and_none_is_added(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    sweep(monkeypatch)
    saved = add(cast.ana_log, PLATELETS)
    assert saved.entry == entry.pk
    assert Entry.objects.count() == 1
    assert not Flag.objects.exists()
    sweep(monkeypatch)
    assert Flag.objects.get().tier == "same-day"


def test_a_nosebleed_of_today_and_low_platelets_meet(cast: Cast) -> None:
    make_entry(cast.ana_log, {"nosebleed": 1})
    assert held_by(entry_of(add(cast.ana_log, PLATELETS)))["S24"] == "emergency"


def test_a_result_too_old_for_today_speaks_on_its_own_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for days, spoken in ((14, today(cast)), (15, today(cast) - timedelta(days=15))):
        saved = add(cast.ana_log, said("platelets", "45", "10*9/L"), day=today(cast) - timedelta(days=days))
        assert entry_of(saved).day == spoken
        assert held_by(entry_of(saved))["S24"] == "same-day"
    sweep(monkeypatch)
    assert Flag.objects.exists()


def test_a_changed_and_a_deleted_result_are_heard_again(cast: Cast) -> None:
    saved = add(cast.ana_log, said("platelets", "450", "10*9/L", "150", "400"))
    (result,) = saved.results
    results.change_result(result=result, said=PLATELETS, by=cast.ana)
    assert held_by(entry_of(saved))["S24"] == "same-day"
    before = entry_of(saved).revision
    results.delete_result(result=result, by=cast.ana)
    assert "S24" not in held_by(entry_of(saved))
    assert entry_of(saved).revision == before + 1


def test_no_result_stands_that_the_rules_could_not_be_told_of(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("symptoms.triage.receivers.stir_entries", refuse)
    with pytest.raises(RuntimeError):
        add(cast.ana_log, PLATELETS)
    assert not Result.objects.exists()


# What is kept


def test_what_was_typed_stays_beside_what_was_read(cast: Cast) -> None:
    (result,) = add(cast.ana_log, said("bilirubin", "<0,1", "mg/dL", "0.2", "1.2")).results
    kept = Result.objects.get(pk=result.pk)
    assert (kept.typed, kept.comparator, kept.unit) == ("<0,1", "<", "mg/dL")
    assert kept.value == Decimal("0.1")
    assert kept.loinc == "1975-2"


def test_the_same_again_writes_nothing_and_another_value_is_refused(cast: Cast) -> None:
    add(cast.ana_log, PLATELETS)
    assert add(cast.ana_log, PLATELETS).results == []
    with pytest.raises(NotPossible, match="stands already"):
        add(cast.ana_log, said("platelets", "46", "10*9/L", "150", "400"))
    assert Result.objects.count() == 1
    assert Event.objects.filter(verb="followups.result-in").count() == 1


def test_a_change_keeps_what_stood_and_unsees_it(cast: Cast) -> None:
    (result,) = add(cast.ana_log, PLATELETS).results
    assert blood_tests.mark_seen(step=result.blood_test, by=cast.lindqvist)
    results.change_result(result=result, said=said("platelets", "54", "10*9/L", "150", "400"), by=cast.ana)
    assert ResultVersion.objects.get().said["value"].startswith("45")
    assert BloodTest.objects.get().state == "result-in"


def test_the_audit_holds_no_value(cast: Cast) -> None:
    add(cast.ana_log, PLATELETS)
    data = Event.objects.get(verb="followups.result-in").data
    assert data == {"test": "blood-count"}


def test_a_draw_that_is_still_to_come_is_refused(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        add(cast.ana_log, PLATELETS, day=today(cast) + timedelta(days=1))


# From due to seen


def test_a_test_goes_from_due_to_seen(cast: Cast) -> None:
    say: dict[str, Any] = {"patient": cast.ana_log, "test": "liver", "due_on": today(cast), "by": cast.ana}
    step = blood_tests.book_test(booked_for=today(cast), **say)
    assert step.state == "booked"
    step = blood_tests.mark_taken(taken_on=today(cast), **say)
    assert step.state == "taken"
    add(cast.ana_log, *LIVER)
    step.refresh_from_db()
    assert step.state == "result-in"
    assert blood_tests.mark_seen(step=step, by=cast.lindqvist)
    assert not blood_tests.mark_seen(step=step, by=cast.okoye)
    step.refresh_from_db()
    assert (step.state, step.seen_by) == ("seen", cast.lindqvist)
    assert BloodTest.objects.count() == 1


def test_one_draw_answers_the_extra_test_too(cast: Cast) -> None:
    blood_tests.ask_for_test(
        patient=cast.ana_log, test="liver", due_on=today(cast), why="Dark urine", by=cast.lindqvist
    )
    add(cast.ana_log, *LIVER)
    assert BloodTest.objects.live().get().state == "result-in"


def test_a_late_test_reaches_the_rules_as_p20_and_a_draw_ends_it(cast: Cast) -> None:
    plan = PlanSaid(True, today(cast) - timedelta(days=15), 6)
    blood_tests.set_plan(patient=cast.ana_log, test="liver", said=plan, why="Liver", by=cast.lindqvist)
    entry = make_entry(cast.ana_log, {"headache": 1})
    assert held_by(entry)["P20"] == "prompt"
    blood_tests.mark_taken(patient=cast.ana_log, test="liver", due_on=plan.first_due, taken_on=today(cast), by=cast.ana)
    assert "P20" not in held_by(entry)


def test_a_plan_is_ended_and_set_anew_never_rewritten(cast: Cast) -> None:
    for months in (3, 2):
        blood_tests.set_plan(
            patient=cast.ana_log, test="liver", said=PlanSaid(True, today(cast), months), why="-", by=cast.lindqvist
        )
    assert record_of(cast.ana_log).course.plans["liver"].every_months == 2
    assert blood_tests.use_default_plan(patient=cast.ana_log, test="liver", by=cast.okoye)
    assert record_of(cast.ana_log).course.plans == {}
    assert Event.objects.filter(verb__startswith="followups.test-plan").count() == 3


def test_a_clinic_says_why(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        blood_tests.set_plan(patient=cast.ana_log, test="liver", said=PlanSaid(False), why=" ", by=cast.lindqvist)
