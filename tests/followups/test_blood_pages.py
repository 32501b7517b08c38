"""Results and tests on the pages of patient and clinic: what is typed, asked about, shown and counted."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.diary.models import Entry
from symptoms.followups.actions import blood_tests, results
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.blood.plan import open_tests
from symptoms.followups.models import BloodTest, Result
from symptoms.followups.selectors.courses import record_of
from symptoms.lib import clock
from symptoms.triage.facts import facts_for
from tests.factories.cast import Cast, make_patient, make_user, share
from tests.followups.blood import add, said, today

LIVER = (said("alt", "130", "U/L", "10", "40"), said("bilirubin", "2,7", "mg/dL", "", "1.2"))
PLATELETS = said("platelets", "45", "10*9/L", "150", "400")


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
    assert not re.search(r"\bBo\b", page)


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
