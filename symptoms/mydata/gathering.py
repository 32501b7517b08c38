"""All rows of one person, table by table, in a constant number of queries: one a table, and two for names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.mydata.columns import Column, columns_of, write
from symptoms.mydata.stand_ins import shown_name
from symptoms.mydata.tables import PATIENT, TABLES, Table
from symptoms.sharing.models import Patient

Row = dict[str, Any]
LOOKED: Final = "sharing.looked"
# All is held in memory for a moment, about a kilobyte a row. Twenty years of full days have fewer.
MOST_ROWS: Final = 100_000
MOST_PHOTOS: Final = 9999  # their names have four digits


class TooMuch(Exception):
    """There are more rows than one download holds."""


@dataclass(slots=True)
class Gathered:
    """What is in a download. `people` are those that its rows name, by their number; the first is its owner."""

    user: User
    patient: Patient | None
    made_at: datetime
    people: list[Row] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    who_looked: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    photos: dict[str, UUID] = field(default_factory=dict)  # by the name of its file; the bytes are read one by one

    @property
    def rows(self) -> int:
        return sum(len(rows) for rows in self.tables.values()) + len(self.who_looked) + len(self.events)


def gather(user: User, patient: Patient | None, now: datetime) -> Gathered:
    """Return all that the download of `user`, and of their own diary if there is one, holds."""
    whole = Gathered(user=user, patient=patient, made_at=now)
    numbers = Numbers(first=user.pk)
    for table in TABLES:
        if table.whose != PATIENT or patient is not None:
            whole.tables[table.name] = list(_rows(table, user, patient, numbers, MOST_ROWS - whole.rows))
    room = MOST_ROWS - whole.rows
    events = list(Event.objects.filter(patient=patient.pk).order_by("at", "pk")[: room + 1]) if patient else []
    if len(events) > room:
        raise TooMuch
    actors = {one.uuid: one.pk for one in User.objects.filter(uuid__in={event.actor for event in events})}
    for event in events:
        _tell(event, actors, numbers, whole)
    whole.photos = numbers.photos
    names = User.objects.in_bulk(list(numbers.people))
    whole.people = [
        {"id": number, "name": shown_name(names[pk]), "me": pk == user.pk} for pk, number in numbers.people.items()
    ]
    return whole


class Numbers:
    """Counts people and rows within the file, so that no id of the tracker leaves it."""

    def __init__(self, first: int) -> None:
        self.people: dict[int, int] = {first: 1}
        self.of_rows: dict[str, dict[Any, int]] = {}
        self.photos: dict[str, UUID] = {}

    def person(self, pk: int) -> int:
        return self.people.setdefault(pk, len(self.people) + 1)

    def photo(self, pk: UUID) -> str:
        """Return the name of a photo's file in the ZIP."""
        if len(self.photos) >= MOST_PHOTOS:
            raise TooMuch
        name = f"photos/{len(self.photos) + 1:04d}.jpg"
        self.photos[name] = pk
        return name

    def row(self, table: str, pk: Any) -> int:
        """Return the number of a row. One that is gone gets the next number at its first mention."""
        known = self.of_rows.setdefault(table, {})
        return known.setdefault(pk, len(known) + 1)


def is_named(name: str) -> bool:
    """Say whether rows of this table have a number, because others point at them."""
    return name in _TARGETS


_TARGETS: Final = {column.target for table in TABLES for column in columns_of(table.name) if column.target}


def _rows(table: Table, user: User, patient: Patient | None, numbers: Numbers, room: int) -> Iterable[Row]:
    owner: Any = patient.pk if table.whose == PATIENT and patient else user.pk
    columns = columns_of(table.name)
    found = table.rows_of._default_manager.filter(table.only, **{table.of: owner}).order_by(*table.order.split())
    paths = ["pk" if column.kind == "photo" else column.path for column in columns]
    for place, (pk, *values) in enumerate(found.values_list("pk", *paths).iterator(chunk_size=2000)):
        if place >= room:
            raise TooMuch
        row: Row = {"id": numbers.row(table.name, pk)} if is_named(table.name) else {}
        for column, value in zip(columns, values, strict=True):
            row[column.name] = _value(column, value, numbers)
        yield row


def _value(column: Column, value: Any, numbers: Numbers) -> Any:
    if value is None:
        return None
    if column.kind == "photo":
        return numbers.photo(value)
    if column.kind == "person":
        return numbers.person(value)
    if column.kind == "row":
        return numbers.row(column.target, value)
    return write(column, value)


def _tell(event: Event, actors: dict[UUID, int], numbers: Numbers, whole: Gathered) -> None:
    """Put an event where it belongs. One by somebody who is gone has no person; the tracker itself has none either."""
    who = actors.get(event.actor) if event.actor else None
    row: Row = {"at": event.at.isoformat().replace("+00:00", "Z"), "who": numbers.person(who) if who else None}
    if event.verb == LOOKED:
        whole.who_looked.append({**row, "page": str(event.data.get("page", ""))})
    else:
        whole.events.append({**row, "what": event.verb})
