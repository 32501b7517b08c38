"""What was set of a patient, read into facts: through real rows and the same engine as the advice page."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry, Report
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.triage.actions import assess_now
from symptoms.triage.engine import BaselineSymptom, PatientFacts, Settings
from symptoms.triage.engine import ExpectedLevel as Expected
from symptoms.triage.facts import facts_for, patient_facts, rows_of_settings
from symptoms.triage.models import ExpectedLevel, TriageSettings, UsualSymptom
from tests.factories.cast import Cast
from tests.factories.diary import make_entry


def today(cast: Cast) -> date:
    return clock.local_day(clock.now(), cast.ana_log.time_zone)


def again(entry: Entry) -> Entry:
    fresh: Entry = Entry.objects.select_related("patient__user").get(pk=entry.pk)
    return fresh


def rules(cast: Cast, **said: Any) -> TriageSettings:
    return TriageSettings.objects.update_or_create(patient=cast.ana_log, defaults=said)[0]


def usual(cast: Cast, slug: str, grade: int | None = None, **more: Any) -> UsualSymptom:
    symptom = Symptom.objects.get(slug=slug)
    return UsualSymptom.objects.create(patient=cast.ana_log, symptom=symptom, grade=grade, set_by=cast.okoye, **more)


def expected(cast: Cast, slug: str, grade: int, first: date, last: date, **more: Any) -> ExpectedLevel:
    return ExpectedLevel.objects.create(
        patient=cast.ana_log,
        symptom=Symptom.objects.get(slug=slug),
        grade=grade,
        first_day=first,
        last_day=last,
        set_by=cast.okoye,
        **more,
    )


def said(cast: Cast, grades: dict[str, int | None], **more: Any) -> tuple[str, set[str]]:
    """Log this now and return the tier and the ids of the rules that hold."""
    found = assess_now(again(make_entry(cast.ana_log, grades, **more)))
    assert found.checked
    return found.tier, {held.rule_id.split("-")[0] for held in found.held}


# Each setting changes what the rules say


def test_strict_mode_makes_a_runny_nose_a_call_today(cast: Cast) -> None:
    assert said(cast, {"runny-nose": 1})[0] == "prompt"
    rules(cast, strict_mode=True)
    assert said(cast, {"runny-nose": 1})[0] == "same-day"


def test_fever_starts_where_the_clinic_said(cast: Cast) -> None:
    assert said(cast, {"headache": 1}, temperature_c=Decimal("37.8"))[0] != "same-day"
    rules(cast, fever_c=Decimal("37.8"))
    tier, held = said(cast, {}, temperature_c=Decimal("37.8"))
    assert (tier, "S03" in held) == ("same-day", True)


def test_cough_is_a_call_after_as_many_days_as_the_clinic_said(cast: Cast) -> None:
    assert "P02" not in said(cast, {"cough": 1})[1]
    rules(cast, cough_days=1)
    assert "P02" in said(cast, {"cough": 1})[1]
    rules(cast, cough_days=2)
    assert "P02" not in said(cast, {"cough": 1})[1]


def test_past_hepatitis_b_makes_worse_tiredness_a_call_today(cast: Cast) -> None:
    make_entry(cast.ana_log, {"fatigue-unusual": 1}, day=today(cast) - timedelta(days=9))
    assert "S12" not in said(cast, {"fatigue-unusual": 2})[1]
    rules(cast, hepatitis_b="negative")
    assert "S12" not in said(cast, {"fatigue-unusual": 2})[1]
    rules(cast, hepatitis_b="core-positive")
    assert "S12" in said(cast, {"fatigue-unusual": 2})[1]


@pytest.mark.parametrize(("ago", "holds"), [(29, False), (30, True)])
def test_a_relapse_on_record_keeps_the_relapse_rule_still_for_30_days(cast: Cast, ago: int, holds: bool) -> None:
    rules(cast, relapses=[today(cast) - timedelta(days=400), today(cast) - timedelta(days=ago)])
    entry = make_entry(cast.ana_log, {"numbness": 2})
    Report.objects.filter(entry=entry).update(answers={"minutes": 36 * 60})
    assert any(held.rule_id.startswith("P05") for held in assess_now(again(entry)).held) == holds


def test_usual_blur_is_no_call(cast: Cast) -> None:
    assert said(cast, {"vision-blurred": 1})[0] == "same-day"
    usual(cast, "vision-blurred", 1)
    assert said(cast, {"vision-blurred": 1})[0] == "self-care"
    assert said(cast, {"vision-blurred": 2})[0] == "same-day"


def test_an_expected_level_keeps_pro1_still_from_its_first_day_to_its_last(cast: Cast) -> None:
    day = today(cast)
    expected(cast, "joint-pain", 3, day - timedelta(days=2), day - timedelta(days=1))
    for ago, still in ((3, False), (2, True), (1, True), (0, False)):
        held = said(cast, {"joint-pain": 3}, day=day - timedelta(days=ago))[1]
        assert ("PRO1" not in held) == still, ago


def test_nothing_worse_than_expected_is_hidden(cast: Cast) -> None:
    expected(cast, "joint-pain", 3, today(cast), today(cast))
    assert "PRO1" not in said(cast, {"joint-pain": 3})[1]
    assert "PRO1" in said(cast, {"back-pain": 3})[1]
    tier, held = said(cast, {"joint-pain": 4})
    assert (tier, "S21" in held) == ("same-day", True)


# How rows are read


def test_without_a_row_the_defaults_hold(cast: Cast) -> None:
    assert facts_for(again(make_entry(cast.ana_log))).patient == PatientFacts(country="GB")


def test_all_is_read_as_it_was_set_and_only_of_this_patient(cast: Cast) -> None:
    day = today(cast)
    rules(
        cast,
        strict_mode=True,
        fever_c=Decimal("37.6"),
        cough_days=7,
        hepatitis_b="negative",
        relapses=[date(2024, 2, 29), day],
    )
    usual(cast, "fatigue", 1)
    usual(cast, "tingling")
    expected(cast, "joint-pain", 3, day, day + timedelta(days=30))
    assert facts_for(again(make_entry(cast.ana_log))).patient == PatientFacts(
        country="GB",
        baseline=(BaselineSymptom("fatigue", 1), BaselineSymptom("tingling", None)),
        settings=Settings(strict_mode=True, fever_c=37.6, cough_days=7),
        hepatitis_b="negative",
        relapses=(date(2024, 2, 29), day),
        expected=(Expected("joint-pain", 3, day, day + timedelta(days=30)),),
    )
    assert facts_for(again(make_entry(cast.bo_log))).patient == PatientFacts(country="US")


@pytest.mark.parametrize(("minutes", "counts"), [(1, True), (0, False), (-1, False)])
def test_a_level_that_was_ended_counts_for_entries_before_its_end(cast: Cast, minutes: int, counts: bool) -> None:
    """The very instant of the end is after it: the rules speak rather than keep still."""
    entry = again(make_entry(cast.ana_log, {"joint-pain": 3}))
    ended = {"ended_at": entry.happened_at + timedelta(minutes=minutes), "ended_by": cast.okoye}
    usual(cast, "fatigue", 1, **ended)
    expected(cast, "joint-pain", 3, entry.day, entry.day, **ended)
    patient = facts_for(entry).patient
    assert (bool(patient.baseline), bool(patient.expected)) == (counts, counts)


def test_of_two_levels_of_one_symptom_the_newer_counts(cast: Cast) -> None:
    entry = again(make_entry(cast.ana_log, {"joint-pain": 3, "fatigue": 2}))
    ended = {"ended_at": entry.happened_at + timedelta(minutes=1), "ended_by": cast.okoye}
    newer = {"set_at": entry.happened_at + timedelta(minutes=2)}
    usual(cast, "fatigue", 1, **newer)
    usual(cast, "fatigue", 3, set_at=entry.happened_at - timedelta(days=1), **ended)
    expected(cast, "joint-pain", 1, entry.day, entry.day, **newer)
    expected(cast, "joint-pain", 3, entry.day, entry.day, set_at=entry.happened_at - timedelta(days=1), **ended)
    assert facts_for(entry).patient.baseline == (BaselineSymptom("fatigue", 1),)
    assert any(held.rule_id.startswith("PRO1") for held in assess_now(entry).held)


def test_many_patients_cost_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rules(cast, strict_mode=True)
    usual(cast, "fatigue", 1)
    with django_assert_num_queries(1):
        found = {row["pk"]: patient_facts(row, clock.now()) for row in rows_of_settings(Patient.objects.all())}
    assert found[cast.ana_log.pk].settings.strict_mode
    assert found[cast.bo_log.pk] == PatientFacts(country="US")
