"""The blood tests the engine knows, their own units, and the factors from the other units labs use."""

from dataclasses import replace
from typing import Final

from symptoms.triage.engine.facts import ResultFacts

# Per test: unit -> factor to the test's own unit, which is the first. Source of the factors: the definitions
# of the units; bilirubin's molar mass of 584.7 g/mol gives 17.1 umol/L for 1 mg/dL.
CELLS: Final = {"10^9/L": 1.0, "10^3/uL": 1.0}
ENZYME: Final = {"U/L": 1.0, "IU/L": 1.0}
GLOBULIN: Final = {"g/L": 1.0, "mg/dL": 0.01, "g/dL": 10.0}
UNITS: Final[dict[str, dict[str, float]]] = {
    "alt": ENZYME,
    "ast": ENZYME,
    "alp": ENZYME,
    "bilirubin": {"umol/L": 1.0, "mg/dL": 17.1},
    "neutrophils": CELLS,
    "lymphocytes": CELLS,
    "platelets": CELLS,
    "haemoglobin": {"g/dL": 1.0, "g/L": 0.1},
    "igg": GLOBULIN,
    "igm": GLOBULIN,
    "iga": GLOBULIN,
    "hbv_dna": {"IU/mL": 1.0},
}


def in_own_unit(result: ResultFacts) -> ResultFacts:
    """Return `result` in its test's own unit; an empty unit is taken as that. KeyError for any other."""
    units = UNITS[result.test]
    factor = units[result.unit] if result.unit else 1.0
    return replace(
        result,
        value=result.value * factor,
        unit=next(iter(units)),
        lower_limit=_scaled(result.lower_limit, factor),
        upper_limit=_scaled(result.upper_limit, factor),
    )


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
