"""Whole diaries at a time say of every entry what `facts_for` says of it alone."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry, Report
from symptoms.followups.models import BloodTest, BloodTestPlan, Injection, InjectionPlan, Result
from symptoms.sharing.models import Patient
from symptoms.triage.diaries import Diary, diaries
from symptoms.triage.facts import facts_for
from symptoms.triage.models import ExpectedLevel, TriageSettings, UsualSymptom
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

SLUGS = ("cough", "headache", "tingling", "fever")
# Berlin and New York change their clocks in this week; Samoa and Hawaii are a day apart.
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Apia", "Pacific/Honolulu", "UTC")
# Read when it was saved, read by nobody yet, taken back, and not clear.
FOUND = {"symptom": "fatigue", "start": 0, "end": 5, "sure": True, "meant": ""}
NOTES: tuple[dict[str, Any], ...] = (
    {"note": ""},
    {"note": "since noon", "note_found": []},
    {"note": "tired and my lips are swollen"},
    {"note": "tired", "note_found": [FOUND]},
    {"note": "tired", "note_found": [FOUND], "note_dismissed": ["fatigue"]},
    {"note": "tyred", "note_found": [{**FOUND, "sure": False, "meant": "tired"}]},
)
START = datetime(2025, 10, 20, 8, tzinfo=UTC)


def random_diary(patient: Patient, random: Random) -> None:
    """Fill a diary whose entries share moments, travel, are deleted, and reach back further than a year."""
    symptoms = list(Symptom.objects.filter(slug__in=SLUGS))
    moments = [random.choice([random.randint(0, 300), random.randint(0, 800 * 24)]) for _ in range(25)]
    for hours in (*moments, *random.sample(moments, 6)):
        at = START + timedelta(hours=hours)
        zone = random.choice(ZONES)
        entry = Entry.objects.create(
            patient=patient,
            author=patient.user,
            day=timezone.localtime(at, timezone.get_fixed_timezone(random.choice((-660, 0, 780)))).date(),
            happened_at=at,
            made_at=at + timedelta(minutes=random.randint(0, 3)),
            time_zone=zone,
            temperature_c=random.choice([None, "38.40"]),
            **random.choice(NOTES),
            urgent=random.choice(["", "yes", "no"]),
            deleted_at=random.choice([None, None, None, at]),
        )
        for symptom in random.sample(symptoms, random.randint(0, 3)):
            answers = random.choice([{}, {"sudden": "yes", "minutes": 20}])
            Report.objects.create(entry=entry, symptom=symptom, grade=random.choice([None, 0, 1, 4]), answers=answers)
    for number in range(random.randint(0, 5)):
        at = START + timedelta(days=random.randint(-40, 800), minutes=number)
        Injection.objects.create(patient=patient, at=at, time_zone=random.choice(ZONES), number=number or None)


def draws_of(patient: Patient, random: Random) -> None:
    """Fill in draws with results in several units, some taken out, some tests late, dropped or planned otherwise."""
    Patient.objects.filter(pk=patient.pk).update(created_at=START - timedelta(days=random.choice([0, 200])))
    for _ in range(random.randint(0, 6)):
        day = START.date() + timedelta(days=random.randint(-100, 800))
        extra = (
            {"reason": "extra", "asked_by": patient.user, "due_on": day} if random.random() < 0.4 else {"reason": "own"}
        )
        taken = {"taken_on": day, "result_in_at": START} if random.random() < 0.7 else {}
        dropped = START if random.random() < 0.2 else None
        test = BloodTest.objects.create(patient=patient, test="liver", dropped_at=dropped, **extra, **taken)
        for analyte, unit in (("alt", "U/L"), ("bilirubin", "mg/dL"), ("ggt", "U/L")) if taken else ():
            gone = random.choice([None, None, START])
            limits = {"upper": 40 if random.random() < 0.5 else None, "comparator": random.choice(["", "<"])}
            told = {"value": random.randint(1, 300), "unit": unit, "typed": "-", "loinc": "-", "taken_on": day}
            Result.objects.create(
                patient=patient,
                blood_test=test,
                analyte=analyte,
                entered_by=patient.user,
                deleted_at=gone,
                **told,
                **limits,
            )
    if random.random() < 0.3:
        test = BloodTest.objects.create(patient=patient, test="hepatitis-b", taken_on=START.date(), reason="own")
        told = {"analyte": "hbcab", "typed": "-", "loinc": "-", "taken_on": START.date(), "entered_by": patient.user}
        Result.objects.create(patient=patient, blood_test=test, found=random.choice(["positive", "negative"]), **told)
    if random.random() < 0.5:
        plan = {"first_due": START.date(), "every_months": random.choice([None, 2]), "why": "-", "set_by": patient.user}
        BloodTestPlan.objects.create(patient=patient, test="liver", is_on=random.random() < 0.7, **plan)


def plan_of_shots(patient: Patient, random: Random) -> None:
    """Set a plan that keeps its days or not, from before or after the first entry, ended or not."""
    start, ended = (random.choice([None, START.date() + timedelta(days=random.randint(-60, 600))]) for _ in range(2))
    how = {"interval": random.choice(["month", "28d"]), "after_late": random.choice(["actual", "original"])}
    InjectionPlan.objects.create(patient=patient, start=start, ended_on=ended, **how)


def settings_for(patient: Patient) -> None:
    """Set fever, a usual level that was ended and set anew, and an expected one."""
    symptom = Symptom.objects.get(slug="tingling")
    TriageSettings.objects.create(patient=patient, strict_mode=True, fever_c="37.8", relapses=[date(2025, 11, 1)])
    levels = {"patient": patient, "symptom": symptom, "set_by": patient.user}
    UsualSymptom.objects.create(**levels, grade=1, ended_at=START + timedelta(days=9), ended_by=patient.user)
    UsualSymptom.objects.create(**levels, grade=2)
    days = {"first_day": START.date(), "last_day": START.date() + timedelta(days=20)}
    ExpectedLevel.objects.create(**levels, grade=3, **days)


def check(diary: Diary) -> int:
    """Compare every entry of a diary with what is read for it alone; return how many."""
    for place, row in enumerate(diary.rows):
        entry = Entry.objects.select_related("patient__user").get(pk=row.pk)
        assert diary.facts_at(place) == facts_for(entry)
    return len(diary.rows)


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_each_entry_would_be_told_alone(cast: Cast, seed: int) -> None:
    random = Random(seed)  # noqa: S311 (made-up diaries, the same at every run)
    random_diary(cast.ana_log, random)
    random_diary(cast.bo_log, random)
    draws_of(cast.ana_log, random)
    draws_of(cast.bo_log, random)
    plan_of_shots(cast.ana_log, random)
    plan_of_shots(cast.bo_log, random)
    settings_for(cast.bo_log)
    found = list(diaries([cast.bo_log.pk, cast.ana_log.pk]))
    assert {diary.settings["pk"] for diary in found} == {cast.ana_log.pk, cast.bo_log.pk}
    assert sum(map(check, found)) == Entry.objects.live().count() > 20


def test_a_day_that_runs_back_is_put_in_order(cast: Cast) -> None:
    """Seen to matter: without the order two of these three entries would have other days."""
    for second, (hours, day) in enumerate(((0, 21), (3, 20), (3, 22), (5, 21))):
        at = START + timedelta(hours=hours)
        Entry.objects.create(
            patient=cast.ana_log,
            author=cast.ana,
            day=date(2025, 10, day),
            happened_at=at,
            made_at=at + timedelta(seconds=second),
            time_zone="UTC",
        )
    (diary,) = diaries([cast.ana_log.pk])
    assert check(diary) == 4
    assert [entry.day.day for entry in diary.facts_at(3).entries] == [20, 20, 21, 21]


def test_what_is_too_old_to_matter_is_not_read(cast: Cast) -> None:
    for days in (0, 300, 500, 700):
        at = START + timedelta(days=days)
        Entry.objects.create(
            patient=cast.ana_log, author=cast.ana, day=at.date(), happened_at=at, made_at=at, time_zone="UTC"
        )
    (diary,) = diaries([cast.ana_log.pk], since=START + timedelta(days=690))
    assert len(diary.rows) == 2
    assert diary.facts_at(1) == facts_for(Entry.objects.select_related("patient__user").get(pk=diary.rows[1].pk))


def test_a_damaged_row_leaves_the_diary_without_facts(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"cough": 1})
    Entry.objects.filter(pk=entry.pk).update(time_zone="Nowhere/At all")
    (diary,) = diaries([cast.ana_log.pk])
    assert diary.entries is None
    with pytest.raises(ValueError, match="cannot be read"):
        diary.facts_at(0)


@pytest.mark.parametrize("entries", [1, 12])
def test_five_queries_for_all_of_them(
    cast: Cast, entries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(entries):
        make_entry(cast.ana_log, {"cough": 1})
        make_entry(cast.bo_log, {"cough": 1})
    with django_assert_num_queries(5):
        found = [
            diary.facts_at(place)
            for diary in diaries(Patient.objects.values_list("pk", flat=True))
            for place in range(entries)
        ]
    assert len(found) == 2 * entries
