"""Results from the first save to the flag: what is kept, what the rules say of it, and that nothing stays unheard."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.followups.actions import blood_tests, results
from symptoms.followups.actions.blood_tests import NotPossible, PlanSaid
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.blood.plan import open_tests
from symptoms.followups.models import BloodTest, Result, ResultVersion
from symptoms.followups.selectors.courses import record_of
from symptoms.lib import clock
from symptoms.triage.actions import assess_waiting
from symptoms.triage.actions.assessing import assess_now
from symptoms.triage.facts import facts_for
from symptoms.triage.models import Flag
from tests.factories.cast import Cast, make_patient, make_user, share
from tests.factories.diary import make_entry
from tests.followups.blood import add, said

LIVER = (said("alt", "130", "U/L", "10", "40"), said("bilirubin", "2,7", "mg/dL", "", "1.2"))
PLATELETS = said("platelets", "45", "10*9/L", "150", "400")


def today(cast: Cast) -> date:
    return clock.local_day(clock.now(), cast.ana_log.time_zone)


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


# The pages


@pytest.fixture
def ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


def typed(cast: Cast, **more: str) -> dict[str, str]:
    return {"taken_on": today(cast).isoformat(), **{key.replace("_", "-", 1): value for key, value in more.items()}}


def test_results_lead_to_the_advice_at_once(ana: Client, cast: Cast) -> None:
    url = reverse("followups:results-add", args=[cast.ana_log.pk])
    said_there = typed(cast, platelets_value="45", platelets_unit="10*9/L", platelets_lower="150")
    answer = ana.post(url, {**said_there, "taken_on": today(cast).isoformat()}, follow=True)
    assert answer.redirect_chain[0][1] == 303
    assert "This result needs your care team today." in answer.content.decode()


def test_an_odd_value_is_asked_about_and_taken_once_it_is_sure(ana: Client, cast: Cast) -> None:
    url = reverse("followups:results-add", args=[cast.ana_log.pk])
    data = {**typed(cast), "igg-value": "950", "igg-unit": "g/L"}
    page = ana.post(url, data)
    assert page.status_code == 422
    assert "950 mg/dL" in page.content.decode()
    stale = ana.post(url, {**data, "igg-value": "951", "igg-sure": "950|g/L|||as-typed"})
    assert stale.status_code == 422
    assert not Result.objects.exists()
    ana.post(url, {**data, "igg-sure": "950|g/L|||as-typed"})
    assert Result.objects.get().value == 950


def test_an_answer_keeps_what_was_typed(ana: Client, cast: Cast) -> None:
    url = reverse("followups:results-add", args=[cast.ana_log.pk])
    ana.post(url, {**typed(cast), "igg-value": "950", "igg-unit": "g/L", "igg-sure": "950|g/L|||950|mg/dL"})
    kept = Result.objects.get()
    assert (kept.typed, kept.unit) == ("950", "mg/dL")


@pytest.mark.parametrize(
    "odd", [{"alt-value": "many"}, {"alt-upper": "40"}, {"alt-value": "30", "alt-lower": "50", "alt-upper": "40"}, {}]
)
def test_what_cannot_be_read_is_told_and_nothing_is_saved(ana: Client, cast: Cast, odd: dict[str, str]) -> None:
    answer = ana.post(reverse("followups:results-add", args=[cast.ana_log.pk]), {**typed(cast), **odd})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Result.objects.exists()


def test_the_conversion_is_shown_beside_what_the_lab_wrote(ana: Client, cast: Cast) -> None:
    add(cast.ana_log, said("bilirubin", "1,2", "mg/dL", "", "1.2"), day=today(cast) - timedelta(days=30))
    add(cast.ana_log, said("bilirubin", "18", "umol/L", "", "21"))
    page = ana.get(reverse("followups:values", args=[cast.ana_log.pk, "bilirubin"])).content.decode()
    assert "1.2 mg/dL" in page
    assert "= 20.52 µmol/L" in page
    assert "typed: 1,2, by Ana" in page


def test_the_basis_stands_on_the_screen(ana: Client, cast: Cast) -> None:
    page = ana.get(reverse("followups:blood-test", args=[cast.ana_log.pk, "blood-count"])).content.decode()
    assert "Many clinics do this test. The label does not ask for it." in page
    page = ana.get(reverse("followups:blood-test", args=[cast.ana_log.pk, "liver"])).content.decode()
    assert "US label asks for this test before you start." in page
    assert "This date is a starting point your clinic can change." in page


def test_the_list_of_the_clinic_has_late_and_unseen_of_all_who_share(client: Client, cast: Cast) -> None:
    add(cast.ana_log, PLATELETS)
    add(cast.bo_log, PLATELETS)
    client.force_login(cast.lindqvist)
    page = client.get(reverse("inbox:blood-tests", args=[cast.clinic.pk])).content.decode()
    assert "Result in, not seen yet" in page
    assert "Ana" in page
    assert "Bo" not in page


@pytest.mark.parametrize("patients", [1, 8])
def test_the_queries_of_the_clinic_do_not_grow(
    client: Client, cast: Cast, django_assert_num_queries: Any, patients: int
) -> None:
    for number in range(patients):
        patient = make_patient(make_user(f"Patient {number}"))
        share(patient, cast.clinic)
        add(patient, PLATELETS)
    client.force_login(cast.lindqvist)
    client.get(reverse("inbox:blood-tests", args=[cast.clinic.pk]))
    with django_assert_num_queries(6):
        client.get(reverse("inbox:blood-tests", args=[cast.clinic.pk]))


@pytest.mark.parametrize("draws", [1, 9])
def test_the_queries_of_the_list_do_not_grow(
    ana: Client, cast: Cast, django_assert_num_queries: Any, draws: int
) -> None:
    for number in range(draws):
        add(cast.ana_log, PLATELETS, *LIVER, day=today(cast) - timedelta(days=40 * number))
    url = reverse("followups:blood-tests", args=[cast.ana_log.pk])
    ana.get(url)
    with django_assert_num_queries(7):
        ana.get(url)


def test_the_clinic_enters_a_result_and_has_seen_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.lindqvist)
    data = typed(cast, platelets_value="45", platelets_unit="10*9/L", platelets_lower="150")
    answer = client.post(reverse("followups:results-add", args=[cast.ana_log.pk]), data)
    assert answer.status_code == 303
    result = Result.objects.get()
    assert (result.entered_by, result.blood_test.seen_by) == (cast.lindqvist, cast.lindqvist)
    page = client.get(reverse("followups:values", args=[cast.ana_log.pk, "platelets"])).content.decode()
    assert "by Nurse Lindqvist" in page


def test_a_patient_without_a_clinic_sets_the_plan_and_one_with_it_does_not(client: Client, cast: Cast) -> None:
    data = {"is_on": "yes", "first_due": today(cast).isoformat(), "every_months": "3", "why": "My doctor said so"}
    for user, patient, status in ((cast.ana, cast.ana_log, 403), (cast.bo, cast.bo_log, 302)):
        client.force_login(user)
        answer = client.post(reverse("followups:test-plan", args=[patient.pk, "liver"]), data)
        assert answer.status_code == status
        page = client.get(reverse("followups:blood-test", args=[patient.pk, "liver"])).content.decode()
        assert ("Change how often" in page) is (status == 302)
    assert record_of(cast.bo_log).course.plans["liver"].every_months == 3
    assert record_of(cast.ana_log).course.plans == {}


@pytest.mark.parametrize(("analyte", "found"), [("hbsag", True), ("hbcab", True), ("hbsab", False)])
def test_hepatitis_b_in_the_blood_reaches_plan_rules_and_page(
    ana: Client, cast: Cast, analyte: str, found: bool
) -> None:
    answer = ana.post(
        reverse("followups:results-add", args=[cast.ana_log.pk]), typed(cast) | {f"{analyte}-value": "positive"}
    )
    assert answer.status_code == 303
    page = ana.get(reverse("followups:blood-tests", args=[cast.ana_log.pk])).content.decode()
    assert ("Hepatitis B was found" in page) is found
    slugs = {one.test for one in open_tests(record_of(cast.ana_log).course, today(cast), catalogue())}
    assert ("hbv-dna" in slugs) is found
    entry = Entry.objects.get()
    assert facts_for(entry).patient.hepatitis_b == ("core-positive" if found else None)
    results.delete_result(result=Result.objects.get(), by=cast.ana)
    assert facts_for(entry).patient.hepatitis_b is None


@pytest.mark.parametrize(
    ("analyte", "typed_value", "unit", "lower", "upper"),
    [("alt", "130", "U/L", "", "4000"), ("alt", "130", "U/L", "10", "4000"), ("igg", "9", "g/L", "700", "1600")],
)
def test_a_range_far_from_the_value_is_asked_about(
    ana: Client, cast: Cast, analyte: str, typed_value: str, unit: str, lower: str, upper: str
) -> None:
    """A point that got lost in the range would hide S22, or raise V06 for nothing."""
    url = reverse("followups:results-add", args=[cast.ana_log.pk])
    boxes = {"value": typed_value, "unit": unit, "lower": lower, "upper": upper}
    data = typed(cast) | {f"{analyte}-{name}": said_there for name, said_there in boxes.items()}
    page = ana.post(url, data)
    assert page.status_code == 422
    assert "far apart" in page.content.decode()
    assert not Result.objects.exists()
    sure = f"{typed_value}|{unit}|{lower}|{upper}|as-typed"
    assert ana.post(url, data | {f"{analyte}-sure": sure, f"{analyte}-upper": "41000"}).status_code == 422
    assert ana.post(url, data | {f"{analyte}-sure": sure}).status_code == 303
    assert Result.objects.get().upper == Decimal(upper)


def test_what_the_clinic_types_does_not_mark_what_it_has_not_seen(cast: Cast) -> None:
    add(cast.ana_log, PLATELETS)
    neutrophils = said("neutrophils", "3.4", "10*9/L", "1.8", "7.5")
    results.save_results(patient=cast.ana_log, taken_on=today(cast), said=[neutrophils], by=cast.lindqvist)
    step = BloodTest.objects.get()
    assert step.seen_at is None
    blood_tests.mark_seen(step=step, by=cast.okoye)
    other = said("lymphocytes", "1.4", "10*9/L", "1", "4")
    results.save_results(patient=cast.ana_log, taken_on=today(cast), said=[other], by=cast.lindqvist)
    step.refresh_from_db()
    assert step.seen_by == cast.lindqvist


def test_a_correction_by_the_clinic_stays_seen_and_one_by_the_patient_does_not(cast: Cast) -> None:
    (kept,) = add(cast.ana_log, PLATELETS).results
    blood_tests.mark_seen(step=BloodTest.objects.get(), by=cast.okoye)
    for number, (by, is_seen) in enumerate(((cast.lindqvist, True), (cast.ana, False)), start=1):
        kept = Result.objects.get(pk=kept.pk)
        results.change_result(result=kept, said=said("platelets", f"45{number}", "10*9/L", "150", "400"), by=by)
        assert (BloodTest.objects.get().seen_at is not None) is is_seen


def test_a_result_that_no_clinic_looked_at_for_too_long_is_told_to_the_patient(ana: Client, cast: Cast) -> None:
    add(cast.ana_log, PLATELETS)
    page = ana.get(reverse("followups:blood-tests", args=[cast.ana_log.pk])).content.decode()
    assert 'id="late"' not in page
    BloodTest.objects.update(result_in_at=clock.now() - timedelta(days=9))
    page = ana.get(reverse("followups:blood-tests", args=[cast.ana_log.pk])).content.decode()
    assert 'id="late"' in page
    assert "not seen by a clinic yet" in page.split('id="late"')[1].split("</section>")[0]
