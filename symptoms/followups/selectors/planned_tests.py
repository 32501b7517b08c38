"""The blood tests that are still to be taken, each with the day that counts."""

from dataclasses import dataclass
from datetime import date

from symptoms.followups.blood import plan
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.selectors.courses import record_of
from symptoms.sharing.models import Patient


@dataclass(frozen=True, slots=True)
class ToTake:
    """A test that was not taken yet. `day` is the day it is booked for, else the one it is due on.

    `key` tells it from others of the same day: one that a clinic asked for beside the plan has its own.
    """

    test: str
    key: str
    due_on: date | None
    day: date


def tests_to_take(patient: Patient, *, today: date) -> list[ToTake]:
    """Return what is due or booked, and of every test that goes on the next one. One query."""
    found = []
    for one in plan.open_tests(record_of(patient).course, today, catalogue()):
        day = one.step.booked_for if one.step and one.step.booked_for else one.due_on
        if one.state in ("due", "booked") and day is not None:
            key = f"{one.test} {one.subject}" if one.extra else one.test
            found.append(ToTake(one.test, key, one.due_on, day))
    return found


def test_name(key: str) -> str:
    """Return what the test of a key is called; its slug where the file no longer has it."""
    slug = key.split(" ")[0]
    found = catalogue().tests.get(slug)
    return found.name if found else slug
