"""Blood tests as people make them: through the actions that the pages call."""

from datetime import date
from decimal import Decimal
from typing import Any

from symptoms.followups.actions.results import ResultSaid, Saved, save_results
from symptoms.followups.blood.typed import read_value
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from tests.factories.cast import Cast


def today(cast: Cast) -> date:
    return clock.local_day(clock.now(), cast.ana_log.time_zone)


def said(analyte: str, typed: str, unit: str, lower: str = "", upper: str = "") -> ResultSaid:
    value = read_value(typed)
    assert value is not None
    low, high = (Decimal(limit) if limit else None for limit in (lower, upper))
    return ResultSaid(analyte, typed, value.number, value.comparator, unit, low, high)


def add(patient: Patient, *results: ResultSaid, day: date | None = None) -> Saved:
    """Save results of a draw of today, unless `day` says otherwise."""
    taken = day or clock.local_day(clock.now(), patient.time_zone)
    return save_results(patient=patient, taken_on=taken, said=results, by=patient.user)


def things(patient: Patient) -> dict[str, Any]:
    """Return the ids of a result and of the test that it belongs to."""
    (result,) = add(patient, said("alt", "30", "U/L", "10", "40")).results
    return {"result": result.pk, "step": result.blood_test_id}
