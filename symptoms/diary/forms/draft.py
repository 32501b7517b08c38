"""What of a half-filled log page is kept, and how much."""

import re
from typing import Any, Final, TypeVar

from django.http import QueryDict

from symptoms.diary.forms.fields import uuid_in, without_unseen
from symptoms.diary.questions import QUESTIONS

Fields = TypeVar("Fields", QueryDict, dict[str, Any])
# In characters, all fields together: a full note and every symptom with all its answers fit.
MOST: Final = 20_000
_KEPT: Final = re.compile(
    rf"key|day|note|temperature(_unit|_meant)?|(grade|found|told|{'|'.join(QUESTIONS)})-[a-z0-9-]{{1,60}}"
)


def said_of(fields: Fields, *, may_note: bool) -> Fields:
    """Return the fields of the log page, without the note and what hangs on it for one who may add none."""
    if may_note:
        return fields
    left = fields.copy()
    for name in [name for name in left if name == "note" or name.startswith(("found-", "told-"))]:
        del left[name]
    return left


def fields_to_keep(data: QueryDict) -> dict[str, Any] | None:
    """Return the fields of the log page in `data`, or None where they are too much to keep."""
    ticked = set(data.getlist("s"))
    kept: dict[str, Any] = {
        name: without_unseen(value)
        for name, value in data.items()
        if _KEPT.fullmatch(name) and isinstance(value, str) and value
    }
    if uuid_in(kept.get("key")) is None:
        kept.pop("key", None)
    kept["s"] = [without_unseen(slug) for slug in sorted(ticked)]
    size = sum(len(name) + len(value) for name, value in kept.items() if name != "s")
    return kept if size + sum(map(len, ticked)) <= MOST else None
