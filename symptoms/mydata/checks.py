"""What a row of an import must hold beyond its schema, so that no page stumbles over it later."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from symptoms.followups.blood.catalogue import catalogue
from symptoms.lib import clock
from symptoms.lib.units import unit_of
from symptoms.triage.models import SettingChange
from symptoms.triage.selectors.settings import value_words

# A diary may come from a zone in which tomorrow has begun.
AHEAD: Final = timedelta(days=1)
# What a row raises that cannot be told in words.
UNTOLD: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_LEVELS: Final = (SettingChange.Kind.USUAL, SettingChange.Kind.EXPECTED)


def complaint(table: str, row: Any) -> str:
    """Return what is wrong with a row as a model, empty where nothing is."""
    try:
        for check in CHECKS.get(table, ()):
            check(row)
    except Future:
        return _("it lies in the future")
    except UNTOLD:
        return _("it cannot be read as what it should be")
    return ""


class Future(Exception):
    """The row is about a time that has not come."""


def _past(*names: str) -> Callable[[Any], None]:
    def check(row: Any) -> None:
        now = clock.now() + AHEAD
        for name in names:
            value = getattr(row, name)
            if value is not None and value > (now if isinstance(value, datetime) else now.date()):
                raise Future

    return check


def _version_of_entry(row: Any) -> None:
    date.fromisoformat(row.said["day"])


def _photo_of_an_entry(row: Any) -> None:
    if row.entry_id is None:
        raise ValueError("no entry")


def _version_of_injection(row: Any) -> None:
    _told = (row.given_on, row.lines)


def _plan_change(row: Any) -> None:
    _told = row.shown


def _setting_change(row: Any) -> None:
    if row.kind not in _LEVELS:
        _told = [value_words(row.kind, value, unit_of("C")) for value in (row.was, row.becomes)]
    elif row.becomes is not None:
        grade = row.becomes["grade"]
        if not (grade is None or grade in range(5)):
            raise ValueError("no grade")
        if row.kind == SettingChange.Kind.EXPECTED:
            date.fromisoformat(row.becomes["until"])


def _result(row: Any) -> None:
    analyte = catalogue().analytes[row.analyte]
    if row.unit and analyte.unit(row.unit) is None:
        raise LookupError("no unit of this value")


CHECKS: Final[dict[str, tuple[Callable[[Any], None], ...]]] = {
    "entries": (_past("day", "happened_at", "made_at", "saved_at", "deleted_at"),),
    "entry_versions": (_version_of_entry,),
    "entry_photos": (_past("added_at"), _photo_of_an_entry),
    "injections": (_past("at"),),
    "injection_versions": (_version_of_injection,),
    "injection_plan_changes": (_plan_change,),
    "results": (_past("taken_on", "entered_at"), _result),
    "setting_changes": (_setting_change,),
    "usual_symptoms": (_past("set_at", "ended_at"),),
    "expected_levels": (_past("set_at", "ended_at"),),
}
