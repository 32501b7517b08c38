"""The file of blood tests, the plan that follows from it, and what typed values say: no database."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symptoms.followups.blood import chart
from symptoms.followups.blood.catalogue import FILE, BloodTestError, catalogue, convert, read
from symptoms.followups.blood.plan import Course, OwnPlan, Step, first_injection, next_due, open_tests, overdue_on
from symptoms.followups.blood.typed import Value, is_plausible, meant, read_value, side_of
from symptoms.triage.engine.units import UNITS

START = date(2026, 1, 31)
PATIENT = UUID(int=1)
CAT = catalogue()


def course(*steps: Step, **more: object) -> Course:
    said: dict[str, object] = {"known_since": START, "start": START, **more}
    return Course(patient=PATIENT, steps=steps, **said)  # type: ignore[arg-type]


def taken(test: str, day: date, **more: object) -> Step:
    return Step(uuid4(), test, extra=False, due_on=None, taken_on=day, **more)  # type: ignore[arg-type]


# The file


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('slug = "liver"', 'slug = "Liver!"', "slug"),
        ('slug = "liver"', 'slug = "pregnancy"', "stands twice"),
        ("months = [0, 3, 6]", "months = [6, 3]", "liver: months"),
        ("months = [0, 3, 6]", "months = [0, true]", "liver: months"),
        ("then_every = 6", "then_every = 0", "then_every"),
        ("then_every = 6", "then_evry = 6", "then_evry: is no key"),
        ('basis = "both"', 'basis = "rumour"', "basis"),
        ('label_asks = "before-start"', "", "label_asks"),
        ('factor = "17.1"', "factor = 17.1", "factor"),
        ('factor = "17.1"', 'factor = "0"', "factor"),
        ('factor = "17.1"', 'factor = "NaN"', "factor"),
        ('{ ucum = "U/L", shown = "U/L", factor = "1" }', '{ ucum = "U/L", shown = "U/L", factor = "2" }', "factor"),
        ('plausible = ["1", "5000"]', 'plausible = ["5", "1"]', "plausible"),
        ('loinc = ["1742-6"]', 'loinc = ["1742"]', "alt: loinc"),
        ('analytes = ["cd19", "cd19-percent"]', 'analytes = ["cd19"]', "cd19-percent"),
        ('"ggt"]', '"nothing"]', "nothing"),
        ("late_after_days = 14", 'late_after_days = "14"', "late_after_days"),
        ('state = "taken"', 'state = "lost"', "lost"),
        ('source = "clinical.md 7; plausible range: judgement"', "", "source"),
        ("[[test]]", "[test]", "test"),
        ("reviewed_on", "reviewed on", "blood_tests.toml"),
    ],
)
def test_what_is_odd_is_refused_with_file_and_key(tmp_path: Path, before: str, after: str, told: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "blood_tests.toml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(BloodTestError) as wrong:
        read(path)
    assert "blood_tests.toml" in str(wrong.value)
    assert told in str(wrong.value)


def test_the_engine_and_the_file_agree_on_units() -> None:
    """The own unit and every factor of a unit that both know are the same, and no test of the rules is left out."""
    engine_names = {"[IU]/L": "IU/L", "[IU]/mL": "IU/mL", "10*9/L": "10^9/L", "10*3/uL": "10^3/uL"}
    for test, units in UNITS.items():
        analyte = CAT.analytes[test.replace("_", "-")]
        assert next(iter(units)) == engine_names.get(analyte.units[0].ucum, analyte.units[0].ucum)
        for unit in analyte.units:
            name = engine_names.get(unit.ucum, unit.ucum)
            if name in units:
                assert float(unit.factor) == units[name]


def test_molar_masses_give_the_factors() -> None:
    bilirubin, haemoglobin = CAT.analytes["bilirubin"].unit("mg/dL"), CAT.analytes["haemoglobin"].unit("mmol/L")
    assert bilirubin is not None
    assert haemoglobin is not None
    assert float(bilirubin.factor) == pytest.approx(10_000 / 584.66, rel=0.001)
    assert float(haemoglobin.factor) == pytest.approx(16_114 / 10_000, rel=0.001)
    assert convert(Decimal("1.2"), bilirubin) == Decimal("20.52")


# The plan


def due(test: str, day: date, of: Course) -> date | None:
    return next_due(of, CAT.tests[test], day, CAT)


def test_the_plan_of_the_liver_is_that_of_clinical_md() -> None:
    """Baseline, month 3, month 6, then every 6 months; a 31st is not worn down."""
    days: list[date] = []
    done: list[Step] = []
    for _ in range(5):
        day = due("liver", date(2030, 1, 1), course(*done))
        assert day is not None
        days.append(day)
        done.append(taken("liver", day))
    assert days == [START, date(2026, 4, 30), date(2026, 7, 31), date(2027, 1, 31), date(2027, 7, 31)]


def test_a_draw_counts_for_a_day_up_to_28_days_later_and_not_more() -> None:
    month_3 = date(2026, 4, 30)
    assert due("liver", month_3, course(taken("liver", month_3 - timedelta(days=28)))) == date(2026, 7, 31)
    assert due("liver", month_3, course(taken("liver", month_3 - timedelta(days=29)))) == month_3


def test_one_late_draw_counts_for_all_that_was_missed() -> None:
    assert due("liver", date(2026, 9, 1), course(taken("liver", date(2026, 9, 1)))) == date(2027, 1, 31)


def test_what_was_due_before_the_tracker_knew_the_patient_is_not_asked_for() -> None:
    assert due("liver", date(2026, 6, 1), course(known_since=date(2026, 5, 1))) == date(2026, 7, 31)


def test_before_the_first_injection_the_tests_wait_without_a_day() -> None:
    found = open_tests(course(start=None), START, CAT)
    assert {one.test for one in found} == {"hepatitis-b", "immunoglobulins", "liver", "blood-count"}
    assert all(one.due_on is None and not one.is_late for one in found)
    assert overdue_on(course(start=None), START, CAT) == []


def test_the_clinic_may_switch_off_and_set_otherwise() -> None:
    off = course(plans={"liver": OwnPlan(is_on=False)})
    assert due("liver", START, off) is None
    own = course(plans={"b-cells": OwnPlan(True, date(2026, 3, 1), 2, date(2026, 6, 1))})
    assert due("b-cells", START, own) == date(2026, 3, 1)
    last = course(taken("b-cells", date(2026, 5, 30)), plans=own.plans)
    assert due("b-cells", START, course(taken("b-cells", START), plans=own.plans)) == date(2026, 3, 1)
    assert due("b-cells", date(2026, 6, 2), last) is None


def test_after_stopping_only_what_clinical_md_names_goes_on() -> None:
    stopped = course(taken("immunoglobulins", START), taken("liver", START), ended_on=date(2026, 3, 1))
    assert due("immunoglobulins", date(2026, 3, 2), stopped) == date(2026, 6, 1)
    assert due("b-cells", date(2026, 3, 2), stopped) == date(2026, 6, 1)
    assert due("liver", date(2026, 3, 2), stopped) is None


def test_hepatitis_b_once_found_is_looked_at_every_3_months_to_12_months_after_the_end() -> None:
    """clinical.md 3, first two lines; a plan of the clinic still wins."""
    found = date(2026, 2, 10)
    on = course(taken("hepatitis-b", found), hepatitis_b_on=found)
    assert due("hepatitis-b", found, course(taken("hepatitis-b", found))) is None
    assert due("hepatitis-b", found, on) == date(2026, 5, 10)
    assert due("hbv-dna", found, on) == found
    drawn = taken("hbv-dna", date(2027, 2, 10))
    assert due("hbv-dna", found, course(drawn, hepatitis_b_on=found, ended_on=date(2026, 6, 1))) == found
    assert due("hbv-dna", date(2027, 2, 11), course(drawn, hepatitis_b_on=found, ended_on=date(2026, 6, 1))) == date(
        2027, 5, 10
    )
    last = taken("hbv-dna", date(2027, 5, 10))
    assert due("hbv-dna", date(2027, 5, 11), course(last, hepatitis_b_on=found, ended_on=date(2026, 6, 1))) is None
    off = course(hepatitis_b_on=found, plans={"hbv-dna": OwnPlan(is_on=False)})
    assert due("hbv-dna", found, off) is None


@pytest.mark.parametrize(("days", "late"), [(14, False), (15, True)])
def test_a_due_test_is_late_after_14_days(days: int, late: bool) -> None:
    (one,) = [one for one in open_tests(course(), START + timedelta(days=days), CAT) if one.test == "liver"]
    assert one.is_late is late


def test_each_step_has_its_own_overdue_rule() -> None:
    booked = Step(uuid4(), "liver", extra=False, due_on=START, booked_for=date(2026, 3, 1))
    drawn = taken("blood-count", date(2026, 3, 1))
    came = taken("immunoglobulins", date(2026, 2, 20), result_in=date(2026, 3, 1))
    for after, wanted in (
        (4, {"liver"}),
        (8, {"liver", "immunoglobulins"}),
        (15, {"liver", "immunoglobulins", "blood-count"}),
    ):
        found = open_tests(course(booked, drawn, came), date(2026, 3, 1) + timedelta(days=after), CAT)
        assert {one.test for one in found if one.is_late and one.step} == wanted


def test_an_extra_test_waits_beside_the_plan_and_is_told_to_the_rules() -> None:
    extra = Step(uuid4(), "liver", extra=True, due_on=date(2026, 2, 20))
    done = taken("liver", START)
    assert ("liver", date(2026, 2, 20)) in overdue_on(course(done, extra), date(2026, 2, 20), CAT)
    assert ("liver", date(2026, 2, 20)) not in overdue_on(course(done, extra), date(2026, 2, 19), CAT)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 120))
def test_the_first_injection_is_never_after_the_one_that_is_known(given_on: date, number: int) -> None:
    start = first_injection(given_on, number)
    assert start <= given_on
    assert abs((given_on - start).days - {1: 0, 2: 7, 3: 14}.get(number, 28 + (number - 4) * 30.44)) <= 6


# What is typed


@pytest.mark.parametrize(
    ("typed", "number", "comparator"),
    [
        ("0,5", "0.5", ""), (" 0.5 ", "0.5", ""), ("<0,1", "0.1", "<"), ("< 0.1", "0.1", "<"), ("> 1000", "1000", ">"),
        ("1 500", "1500", ""), ("1\u00a0500,5", "1500.5", ""), ("1'500", "1500", ""), ("1,500", "1.500", ""),
        ("0", "0", ""),
    ],
)  # fmt: skip
def test_what_labs_print_is_read(typed: str, number: str, comparator: str) -> None:
    assert read_value(typed) == Value(Decimal(number), comparator)


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1.2.3", "1e5", "NaN", "5 mg/dL", "<", "12345678901", "\u0663"])
def test_what_is_no_value_is_not_guessed(typed: str) -> None:
    assert read_value(typed) is None


def test_below_a_number_is_below_it() -> None:
    """A lab's "<5" of IgG is under 5 g/L: the rule that asks for that must see it."""
    assert Value(Decimal(5), "<").told < 5
    assert Value(Decimal(5), ">").told > 5
    assert side_of(Value(Decimal("0.4"), "<").told, Decimal("0.4"), None) == "below"


@pytest.mark.parametrize(
    ("analyte", "ucum", "typed", "wanted"),
    [
        ("bilirubin", "umol/L", "0.8", "0.8 mg/dL"),
        ("haemoglobin", "g/dL", "138", "138 g/L"),
        ("igg", "g/L", "950", "950 mg/dL"),
        ("platelets", "10*9/L", "250000", "250000 /µL"),
        ("neutrophils", "10*9/L", "0.05", "0.5 10⁹/L"),
    ],
)
def test_an_odd_value_is_asked_about_with_what_it_may_be(analyte: str, ucum: str, typed: str, wanted: str) -> None:
    known = CAT.analytes[analyte]
    unit, value = known.unit(ucum), read_value(typed)
    assert unit is not None
    assert value is not None
    assert not is_plausible(value, unit, known)
    if analyte != "neutrophils":
        assert wanted in {f"{one} {other.shown}" for one, other in meant(value, unit, known)}


def test_a_chart_of_one_value_and_of_equal_values_stands() -> None:
    one = chart.Reading(START, Decimal(5), outside=False)
    assert len(chart.draw([one], None, None).marks) == 1
    same = chart.draw([one, one], Decimal(5), Decimal(5))
    assert all(chart.TOP <= mark.y <= chart.BASE for mark in same.marks)
