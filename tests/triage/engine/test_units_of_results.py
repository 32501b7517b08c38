"""The units of blood results: each factor as the definition of the unit has it."""

from datetime import date

import pytest

from symptoms.triage.engine import ResultFacts
from symptoms.triage.engine.units import UNITS, in_own_unit

# By test: its own unit, and what one of each other unit is in it.
FACTORS: dict[str, tuple[str, dict[str, float]]] = {
    "alt": ("U/L", {"IU/L": 1}),
    "ast": ("U/L", {"IU/L": 1}),
    "alp": ("U/L", {"IU/L": 1}),
    "bilirubin": ("umol/L", {"mg/dL": 17.1}),
    "neutrophils": ("10^9/L", {"10^3/uL": 1}),
    "lymphocytes": ("10^9/L", {"10^3/uL": 1}),
    "platelets": ("10^9/L", {"10^3/uL": 1}),
    "haemoglobin": ("g/dL", {"g/L": 0.1}),
    "igg": ("g/L", {"mg/dL": 0.01, "g/dL": 10}),
    "igm": ("g/L", {"mg/dL": 0.01, "g/dL": 10}),
    "iga": ("g/L", {"mg/dL": 0.01, "g/dL": 10}),
    "hbv_dna": ("IU/mL", {}),
}


def test_every_test_has_its_units() -> None:
    assert {test: set(units) for test, units in UNITS.items()} == {
        test: {own, *others} for test, (own, others) in FACTORS.items()
    }


@pytest.mark.parametrize("test", FACTORS)
def test_value_and_limits_are_read_in_the_tests_own_unit(test: str) -> None:
    own, others = FACTORS[test]
    for unit, factor in {**others, own: 1, "": 1}.items():
        result = in_own_unit(ResultFacts(date(2026, 10, 1), test, 3.0, unit, 2.0, 4.0))
        assert (result.unit, result.test, result.on) == (own, test, date(2026, 10, 1))
        told = (result.value, result.lower_limit, result.upper_limit)
        assert told == pytest.approx((3 * factor, 2 * factor, 4 * factor))


def test_no_limit_stays_none() -> None:
    result = in_own_unit(ResultFacts(date(2026, 10, 1), "igg", 650, "mg/dL"))
    assert (result.lower_limit, result.upper_limit) == (None, None)


def test_another_tests_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        in_own_unit(ResultFacts(date(2026, 10, 1), "alt", 3.0, "g/L"))
