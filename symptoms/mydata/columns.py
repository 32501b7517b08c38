"""How one field of a row is written into the download, read back, and described: worked out from its model."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

from django.contrib.postgres.fields import ArrayField
from django.db import models

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.mydata import shapes
from symptoms.mydata.shapes import Schema
from symptoms.mydata.tables import TABLES, Table
from symptoms.sharing.models import Clinic

REFERENCE: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 10_000_000}


@dataclass(frozen=True, slots=True)
class Column:
    """One field: its name in the file, its path from the model, what kind of thing it is, and its schema.

    `kind` is person, symptom, clinic, a row (of the table `target`), photo (a file of the ZIP), or the name of a
    plain kind.
    """

    name: str
    path: str
    kind: str
    schema: Schema
    target: str = ""
    may_be_gone: bool = False  # the row that is meant may have been removed

    @property
    def attribute(self) -> str:
        """The name of what is set on the model when the row comes back."""
        is_relation = self.kind in ("person", "symptom", "row") and not self.may_be_gone
        return f"{self.name}_id" if is_relation else self.name

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers only, and so must not be written as a text in a CSV file."""
        return self.kind in ("whole", "number", "row", "yes or no")


@cache
def columns_of(name: str) -> tuple[Column, ...]:
    """Return the columns of a table by its name."""
    table = BY_NAME[name]
    return tuple(_column(table, word) for word in table.fields.split())


BY_NAME: Final = {table.name: table for table in TABLES}
# The table in which the rows of a model have their number.
_HOME: Final = {table.model: table.name for table in reversed(TABLES)}


def _column(table: Table, word: str) -> Column:
    name, _, target = word.partition(">")
    name, _, path = name.partition("=")
    field = _field(table.rows_of, path or name)
    if target:
        return Column(name, name, "row", REFERENCE, target, may_be_gone=True)
    if isinstance(field, models.ForeignKey):
        return _relation(name, path or name, field)
    kind, schema = _plain(field)
    schema = shapes.shape_of(table.name, name) or schema
    if name == "time_zone":
        kind, schema = "zone", shapes.ZONE
    return Column(name, path or name, kind, shapes.may_be_missing(schema) if field.null else schema)


def _field(model: type[models.Model], path: str) -> Any:
    first, _, rest = path.partition("__")
    field: Any = model._meta.get_field(first)
    return _field(field.related_model, rest) if rest else field


def _relation(name: str, path: str, field: Any) -> Column:
    target = field.related_model
    if target is User:
        found = Column(name, path, "person", REFERENCE)
    elif target is Symptom:
        found = Column(name, f"{path}__slug", "symptom", shapes.SLUG)
    elif target is Clinic:
        found = Column(name, f"{path}__name", "clinic", shapes.text(120))
    else:
        found = Column(name, path, "row", REFERENCE, _HOME[target._meta.label])
    schema = shapes.may_be_missing(found.schema) if field.null else found.schema
    return Column(found.name, found.path, found.kind, schema, found.target)


def _plain(field: Any) -> tuple[str, Schema]:
    if isinstance(field, ArrayField):
        kind, inner = _plain(field.base_field)
        return f"list of {kind}", {"type": "array", "items": inner, "maxItems": 500}
    for types, kind, schema in PLAIN_KINDS:
        if isinstance(field, types):
            return kind, {**schema, **_limits(field, kind)}
    raise TypeError(f"{field} has no form in the download yet: give it one in columns.py.")


PLAIN_KINDS: Final[tuple[tuple[Any, str, Schema], ...]] = (
    (models.DateTimeField, "instant", shapes.INSTANT),
    (models.DateField, "day", shapes.DAY),
    (models.TimeField, "time", shapes.TIME),
    (models.UUIDField, "uuid", shapes.UUID),
    (models.BooleanField, "yes or no", {"type": "boolean"}),
    (models.DecimalField, "number", {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,6})?$"}),
    (models.IntegerField, "whole", {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}),
    (models.BinaryField, "photo", shapes.PHOTO),
    (models.JSONField, "json", {"type": ["string", "number", "boolean", "null", "array", "object"]}),
    ((models.CharField, models.TextField), "text", {"type": "string"}),
)


def _limits(field: Any, kind: str) -> Schema:
    if isinstance(field, models.PositiveSmallIntegerField):
        limits: Schema = {"maximum": 2**15 - 1}
    elif kind == "text" and field.max_length:
        limits = {"maxLength": field.max_length}
    else:
        limits = {}
    if field.choices and kind in ("text", "whole"):
        blank = [""] if field.blank and kind == "text" else []
        limits["enum"] = list(dict.fromkeys([*(value for value, _words in field.flatchoices), *blank]))
    return limits


# -- values ----------------------------------------------------------------------------------------------------


def write(column: Column, value: Any) -> Any:
    """Return a plain value as JSON holds it. Persons and rows are numbered by whoever knows the numbers."""
    if isinstance(value, list):
        return [_write(one) for one in value]
    return _write(value)


def _write(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, UUID) else value


def read(column: Column, value: Any) -> Any:
    """Return what a plain JSON value of a checked row means. ValueError where there is no such day, hour or zone."""
    if value is None:
        return None
    if column.kind.startswith("list of "):
        one = READERS.get(column.kind.removeprefix("list of "), _same)
        return [one(part) for part in value]
    return READERS.get(column.kind, _same)(value)


def _same(value: Any) -> Any:
    return value


@cache
def _zones() -> frozenset[str]:
    """Return the names of all zones. Kept, for finding them reads hundreds of files."""
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("no time zone of this name")
    return value


READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
    "uuid": UUID,
    "number": Decimal,
    "zone": _zone,
}
