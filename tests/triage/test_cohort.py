"""The made-up cohort: the same for a seed, with a red flag of every rule, and judged as the app would judge it."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from io import StringIO
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, save_entry
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.models import BloodTestPlan, Injection
from symptoms.sharing.models import Patient
from symptoms.triage.actions import assess_entry
from symptoms.triage.cohort import Diary, FrequencyError, Report, judge, make_cohort, read_frequencies, run
from symptoms.triage.cohort.dice import Dice
from symptoms.triage.cohort.frequencies import FILE, chance_a_day
from symptoms.triage.cohort.people import FIRST
from symptoms.triage.cohort.planting import RED, patterns
from symptoms.triage.engine import BaselineSymptom, EntryFacts, Facts, PatientFacts, RuleSet, Schedule, Tick
from symptoms.triage.engine.tiers import RANK
from symptoms.triage.models import FlaggedEntry, UsualSymptom
from tests.factories.cast import make_patient, make_user
from tests.triage.engine.rules_under_test import rule_set

TOLD = FILE.read_text("utf-8")


def cohort(seed: int = 3, patients: int = 50, days: int = 40, told: str = TOLD) -> list[Diary]:
    frequencies = read_frequencies(rule_set().home_tiers, told)
    return make_cohort(seed=seed, patients=patients, days=days, rules=rule_set(), frequencies=frequencies)


@cache
def small() -> tuple[list[Diary], Report]:
    """Return a cohort of 50 patients x 40 days, one for nearly each of them a red flag, and its figures."""
    made = cohort()
    return made, run(made, rule_set())


def without(*names: str) -> RuleSet:
    rules = {key: rule for key, rule in rule_set().rules.items() if not key.startswith(names)}
    return replace(rule_set(), rules=rules)


# -- the same seed, the same cohort ------------------------------------------------------------------------------


def test_same_seed_same_cohort() -> None:
    assert cohort() == small()[0]


def test_another_seed_is_another_cohort() -> None:
    assert cohort(seed=4) != small()[0]


def test_dice_never_change() -> None:
    """The first numbers of random.Random(1000003 + 2): a release of Python that changes them changes every figure."""
    dice = Dice(1, 2)
    assert [dice.whole(1, 1000) for _ in range(4)] == [275, 79, 555, 278]


def test_two_patients_never_draw_the_same() -> None:
    lives = [diary.facts.entries for diary in small()[0]]
    assert len(set(lives)) == len(lives)


def test_entries_stand_in_order_inside_the_diary() -> None:
    for diary in small()[0]:
        entries = diary.facts.entries
        assert list(entries) == sorted(entries, key=lambda entry: entry.at)
        assert all(entry.at.date() == entry.day for entry in entries)
        own = [entry for place, entry in enumerate(entries) if place not in diary.planted]
        assert all(FIRST <= entry.at < FIRST + timedelta(days=40) for entry in own)


def test_shots_are_on_schedule_but_where_a_rule_about_doses_is_planted() -> None:
    for diary in small()[0]:
        if diary.pattern is None:
            days = [shot.day for shot in diary.facts.injections]
            gaps = {(after - before).days for before, after in pairwise(days)}
            assert gaps <= {7, 14, 28}


# -- red flags ---------------------------------------------------------------------------------------------------


def test_every_emergency_and_same_day_rule_is_planted() -> None:
    made = {diary.pattern.rule_id for diary in small()[0] if diary.pattern}
    urgent = {key for key in rule_set().rules if re.match(r"[ES]\d", key)}
    assert len(urgent) == 37
    assert urgent <= made == set(patterns(rule_set()))


def test_in_200_patients_every_rule_is_planted_twice() -> None:
    planted = [diary.pattern.rule_id for diary in cohort(patients=200, days=40) if diary.pattern]
    assert {planted.count(rule) for rule in planted} == {2}


def test_a_small_cohort_catches_all() -> None:
    report = small()[1]
    assert report.missed == ()
    assert report.caught == report.planted == len(patterns(rule_set()))


def test_patterns_are_as_red_as_they_say() -> None:
    assert all(pattern.tier in RED for of_rule in patterns(rule_set()).values() for pattern in of_rule)


@pytest.mark.parametrize("name", ["S19", "S20", "S22"])
def test_a_rule_that_is_gone_is_seen_as_missed(name: str) -> None:
    report = run(small()[0], without(name))
    assert {one.rule_id.split("-")[0] for one in report.missed} == {name}
    assert not report.holds


def test_without_the_rules_all_their_flags_are_missed() -> None:
    report = run(small()[0], without("E", "S", "P", "B", "V"))
    assert report.caught == 0


def test_a_flag_that_nobody_raises_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The right words to the patient are not enough: the clinic must hear."""
    monkeypatch.setattr("symptoms.triage.cohort.judging.raises", lambda flagged, logged: [False for _ in flagged])
    report = run(small()[0], rule_set())
    assert (report.caught, report.raised) == (0, 0)
    assert all(RANK[one.said] <= RANK[one.tier] for one in report.missed)


def test_too_few_patients_are_refused() -> None:
    with pytest.raises(ValueError, match="patients are needed at least"):
        cohort(patients=30)


# -- figures -----------------------------------------------------------------------------------------------------


def test_figures_fit_together() -> None:
    made, report = small()
    assert report.entries == sum(len(diary.facts.entries) for diary in made) == sum(report.tiers.values())
    assert report.alarming == sum(report.tiers[tier] for tier in ("emergency", "same-day", "prompt"))
    assert report.tiers["emergency"] <= report.raised <= report.alarming
    assert 0 < report.untouched_raised <= report.raised


def test_too_many_flags_miss_the_bar() -> None:
    report = small()[1]
    few = replace(report, untouched_entries=1000, untouched_raised=80, missed=())
    assert few.holds
    assert not replace(few, untouched_raised=81).holds


def test_usual_levels_of_ordinary_days_cost_more_flags() -> None:
    ordinary = cohort(told=TOLD.replace("usual_above = 1", "usual_above = 0"))
    assert run(ordinary, rule_set()).raised > small()[1].raised


def test_a_nurse_expects_a_usual_symptom_once_she_was_called() -> None:
    """Severe joint pain, usually mild: twenty days later it is not told again, unless nobody set a level."""
    days = [(10, 3), (20, 0), (30, 3)]
    at = [(FIRST + timedelta(days=day), grade) for day, grade in days]
    entries = tuple(EntryFacts(when, when.date(), (Tick("joint-pain", grade),)) for when, grade in at)
    facts = Facts(PatientFacts(baseline=(BaselineSymptom("joint-pain", 1),)), entries)
    assert [one.raised for one in judge(Diary(0, facts), rule_set())] == [True, False, True]
    assert [one.raised for one in judge(Diary(0, facts, expected_days=30), rule_set())] == [True, False, False]
    assert [one.raised for one in judge(Diary(0, facts, expected_days=19), rule_set())] == [True, False, True]


def test_a_nurse_expects_nothing_that_is_not_usual() -> None:
    at = [FIRST + timedelta(days=day) for day in (10, 30, 60)]
    entries = tuple(EntryFacts(when, when.date(), (Tick("joint-pain", 3),)) for when in at)
    facts = Facts(PatientFacts(), entries)
    assert [one.raised for one in judge(Diary(0, facts, expected_days=30), rule_set())] == [True, True, True]


# -- the file of frequencies -------------------------------------------------------------------------------------


def test_a_share_of_a_trial_becomes_a_chance_a_day() -> None:
    a_day = chance_a_day(39.4, 584)
    assert 1 - (1 - a_day) ** 584 == pytest.approx(0.394, abs=0.001)


ODD = [
    ("percent = 39.4", "percent = 101", "illness[0].percent: must be at most 100"),
    ("percent = 39.4", "percent = 100", "illness[0].percent: must be less than 100"),
    ("percent = 39.4", 'percent = "many"', "illness[0].percent: must be a number"),
    ("percent = 39.4", "", "illness[0].percent: is missing"),
    ("percent = 39.4", "percent = 39.4\nper_cent = 2", "illness[0].per_cent: unknown key"),
    ("runny-nose = [75, 90]", "runny-noze = [75, 90]", "illness[0].symptoms.runny-noze: unknown symptom"),
    ("runny-nose = [75, 90]", "runny-nose = [75]", "illness[0].symptoms.runny-nose: must be two percentages"),
    ("days = [5, 12]", "days = [12, 5]", "illness[0].days: must be two whole numbers"),
    ("grades = [70, 29.8, 0.2]", "grades = [70, 29.8, 2]", "reaction.grades: must sum up to 100"),
    ('source = "PC-HCT"', 'source = ""', "logging.source: must be a text"),
    ("days = 584", "days = 0", "trial.days: must be more than 0"),
    ("days = 584", "days = nan", "trial.days: must be a number"),
    ("1 = 14.4, 2", "2", "reaction.percent.1: is missing"),
    ('symptom = "fatigue"', 'symptom = "tired"', "chronic[0].symptom: unknown symptom"),
    ("\n[trial]\n", "\n[tryal]\n", "trial: is missing"),
]


@pytest.mark.parametrize(("old", "new", "said"), ODD, ids=[said for _, _, said in ODD])
def test_an_odd_file_is_refused_with_its_key(old: str, new: str, said: str) -> None:
    assert old in TOLD
    with pytest.raises(FrequencyError, match=re.escape(f"frequencies.toml: {said}")):
        read_frequencies(rule_set().home_tiers, TOLD.replace(old, new, 1))


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(FrequencyError, match=r"frequencies\.toml"):
        read_frequencies(rule_set().home_tiers, "percent = = 3")


# -- the command -------------------------------------------------------------------------------------------------


def test_command_prints_both_figures_and_fails_where_a_bar_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symptoms.triage.cohort.judging.MOST_PERCENT", 0.1)
    out = StringIO()
    with pytest.raises(CommandError, match="misses a bar") as refused:
        call_command("cohort", seed=3, patients=50, days=40, stdout=out)
    report, printed = small()[1], out.getvalue()
    assert refused.value.returncode == 1
    assert f"MISSED  entries that raise a flag, without a planted one: {report.untouched_percent:.2f} %" in printed
    assert f"holds   planted red flags caught: {report.caught} of {report.planted}" in printed


def test_command_is_content_where_both_bars_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symptoms.triage.cohort.judging.MOST_PERCENT", 100.0)
    call_command("cohort", seed=3, patients=50, days=40, stdout=StringIO())


@pytest.mark.parametrize("odd", [["--patients", "0"], ["--days", "-1"], ["--seed", "x"], ["--patients", "30"]])
def test_command_refuses_odd_sizes(odd: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("cohort", *odd, stdout=StringIO())


# -- the same through the database -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("pick", [0, 1, 2])
def test_the_app_raises_the_flags_that_the_cohort_counts(pick: int) -> None:
    """Entries saved by the patient's action and assessed by the worker's, each at its own time."""
    told = TOLD.replace("expected_days = 30", "expected_days = 0")
    diary = [one for one in cohort(told=told) if _is_plain(one)][pick]
    diary = replace(diary, facts=replace(diary.facts, schedule=Schedule()))
    counted = [(one.said.tier, one.raised) for one in judge(diary, rule_set())]
    patient = _patient(diary)
    seen = [_as_in_the_app(patient, entry) for entry in diary.facts.entries]
    assert seen == counted
    assert any(raised for _, raised in seen)


def _is_plain(diary: Diary) -> bool:
    """Choose diaries with what the database holds today: no results, nothing set but the usual list."""
    facts = diary.facts
    set_ = (facts.patient.hepatitis_b, facts.patient.relapses, facts.patient.expected, facts.results)
    return not any(set_) and facts.patient.settings.fever_c == 38.0 and not facts.patient.settings.strict_mode


def _patient(diary: Diary) -> Patient:
    with time_machine.travel(FIRST - timedelta(days=40), tick=False):
        patient = make_patient(make_user("Bo", time_zone="UTC"))
        symptoms = Symptom.objects.in_bulk(field_name="slug")
        for usual in diary.facts.patient.baseline:
            UsualSymptom.objects.create(
                patient=patient, symptom=symptoms[usual.symptom], grade=usual.severity, set_by=patient.user
            )
        for test in catalogue().tests:
            BloodTestPlan.objects.create(patient=patient, test=test, is_on=False, why="-", set_by=patient.user)
        for shot in diary.facts.injections:
            Injection.objects.create(patient=patient, at=shot.at, time_zone="UTC", number=shot.number)
    return patient


def _as_in_the_app(patient: Patient, entry: EntryFacts) -> tuple[str, bool]:
    slugs = [tick.symptom for tick in entry.ticks]
    symptoms = Symptom.objects.in_bulk(slugs, field_name="slug")
    said = EntrySaid(
        day=entry.day,
        reports=[ReportSaid(symptoms[tick.symptom], tick.severity, _answers(tick)) for tick in entry.ticks],
        temperature_c=Decimal(str(entry.temperature_c)) if entry.temperature_c is not None else None,
        note=entry.note,
    )
    with time_machine.travel(entry.at, tick=False):
        saved = save_entry(patient=patient, said=said, idempotency_key=uuid4(), by=patient.user)
        assessment = assess_entry(entry_id=saved.pk)
    assert assessment is not None
    return assessment.tier, FlaggedEntry.objects.filter(entry=saved, raised=True).exists()


def _answers(tick: Tick) -> dict[str, Any]:
    names = ("sudden", "minutes", "side", "heat", "spreading", "curtain", "bleeding")
    return {name: value for name in names if (value := getattr(tick, name)) is not None}
