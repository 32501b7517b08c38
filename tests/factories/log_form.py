"""The log page, filled in as a browser sends it."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from symptoms.lib import clock
from symptoms.sharing.models import Patient


def filled(patient: Patient, ticked: Mapping[str, int | str] | None = None, **more: Any) -> dict[str, Any]:
    """Return the fields: what is ticked with its grade, each as if its card had been shown, and further fields."""
    ticked = ticked or {}
    said: dict[str, Any] = {
        "key": str(uuid4()),
        "day": clock.local_day(clock.now(), patient.time_zone).isoformat(),
        "temperature": "",
        "temperature_unit": "C",
        "note": "",
        "s": list(ticked),
        "asked": list(ticked),
    }
    return said | {f"grade-{slug}": grade for slug, grade in ticked.items()} | more
