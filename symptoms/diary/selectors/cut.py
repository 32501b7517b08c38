"""What of an entry one reader sees: the rest is blanked before any page or word is made from it."""

from typing import Any, Final

from symptoms.diary.models import Entry, Report
from symptoms.sharing.scope import Scope

NOTES: Final[dict[str, Any]] = {"note": "", "note_found": None, "note_edition": "", "note_dismissed": []}
SYMPTOMS: Final[dict[str, Any]] = {"temperature_c": None, "temperature_typed": "", "urgent": ""}


def cut(entry: Entry, scope: Scope) -> Entry:
    """Blank what is not shared on this copy of the row. It is for showing: it must never be saved.

    `partly` says that there may be more in the entry than is shown.
    """
    blank = ({} if scope.notes else NOTES) | ({} if scope.symptoms else SYMPTOMS)
    for field, nothing in blank.items():
        setattr(entry, field, nothing)
    if not scope.symptoms:
        entry._prefetched_objects_cache = {"reports": Report.objects.none()}  # type: ignore[attr-defined]
    entry.partly = bool(blank)  # type: ignore[attr-defined]
    return entry


def cut_said(said: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return a snapshot of an entry without what is not shared."""
    notes: dict[str, Any] = {} if scope.notes else {"note": "", "dismissed": []}
    symptoms: dict[str, Any] = {} if scope.symptoms else {"reports": [], "temperature_c": None, "temperature_typed": ""}
    return {**said, **notes, **symptoms}
