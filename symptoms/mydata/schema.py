"""The schema of `diary.json` (JSON Schema, draft 7), as it goes into each download and stands in docs/."""

from functools import cache
from typing import Any, Final

from symptoms.mydata import shapes
from symptoms.mydata.columns import REFERENCE, columns_of
from symptoms.mydata.gathering import is_named
from symptoms.mydata.shapes import Schema, text, whole
from symptoms.mydata.tables import TABLES

FORMAT: Final = "kesimpta-tracker-diary"
# Raise it with every change that a reader must know of; an import takes all versions in `READABLE`.
VERSION: Final = 1
READABLE: Final = (1,)
MOST_PEOPLE: Final = 500
# A name that fits with the mark of a person from an imported diary.
PERSON: Final = whole(
    {
        "name": text(80),
        "email": text(254),
        "born_on": shapes.may_be_missing(shapes.DAY),
        "language": text(10),
        "time_zone": shapes.ZONE,
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "temperature_unit": {"type": "string", "enum": ["C", "F"]},
        "theme": text(5),
    }
)
NAMED_PERSON: Final = whole({"id": REFERENCE, "name": text(80), "me": {"type": "boolean"}})
LOOK: Final = whole({"at": shapes.INSTANT, "who": shapes.may_be_missing(REFERENCE), "page": text(200)})
EVENT: Final = whole({"at": shapes.INSTANT, "who": shapes.may_be_missing(REFERENCE), "what": text(60)})


@cache
def row_schema(name: str) -> Schema:
    """Return the schema of one row of a table."""
    named: dict[str, Schema] = {"id": REFERENCE} if is_named(name) else {}
    return whole(named | {column.name: column.schema for column in columns_of(name)})


def schema() -> dict[str, Any]:
    """Return the schema of the whole file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A diary of the Kesimpta Tracker, with the account it belongs to",
        "description": (
            "Days are YYYY-MM-DD, instants are UTC, decimal numbers are strings so that no digit is lost. "
            "`id` counts rows within this file; other tables point at it. `people` are who the rows name."
        ),
        **whole(
            {
                "format": {"const": FORMAT, "type": "string"},
                "version": {"type": "integer", "enum": list(READABLE)},
                "made_at": shapes.INSTANT,
                "person": PERSON,
                "people": {"type": "array", "items": NAMED_PERSON, "maxItems": MOST_PEOPLE},
                **{table.name: _table(table.name, table.about) for table in TABLES},
                "who_looked": _rows(LOOK, "Somebody else opened a page of your diary."),
                "events": _rows(EVENT, "What was done with your diary, by whom and when."),
            },
            optional=tuple(table.name for table in TABLES),
        ),
    }


def _table(name: str, about: str) -> Schema:
    return _rows(row_schema(name), about)


def _rows(row: Schema, about: str) -> Schema:
    return {"type": "array", "items": row, "description": about}
