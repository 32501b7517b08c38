"""Put a download together: JSON with its schema, CSV, and a page to read."""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Any, Final

from django.template.loader import render_to_string

from symptoms.diary.photos import photo_bytes
from symptoms.mydata.archive.page import page_of
from symptoms.mydata.archive.tables import write_table
from symptoms.mydata.columns import columns_of
from symptoms.mydata.gathering import Gathered, Row, TooMuch, is_named
from symptoms.mydata.schema import FORMAT, VERSION, schema

FILE_NAME: Final = "diary.json"
SCHEMA: Final = "diary.schema.json"
# Of these the ZIP is on the disk, and no longer in memory.
MOST_IN_MEMORY: Final = 16 * 1024 * 1024
# Some six thousand photos, which take about ten seconds.
MOST_PHOTO_BYTES: Final = 2 * 1024 * 1024 * 1024
PAGE: Final = "read-me.html"


def build(whole: Gathered) -> IO[bytes]:
    """Return the ZIP, open at its begin. `gathering.MOST_ROWS` and `MOST_PHOTO_BYTES` bound its size."""
    with ExitStack() as opened:
        out = opened.enter_context(tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY))
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            _write(archive, PAGE, [render_to_string("mydata/_archive.html", {"page": page_of(whole)})])
            _write(archive, FILE_NAME, diary_json(whole))
            _write(archive, SCHEMA, [json.dumps(schema(), indent=1)])
            for name, rows in whole.tables.items():
                columns = columns_of(name)
                header = [*(["id"] if is_named(name) else []), *(column.name for column in columns)]
                numbers = frozenset({"id", *(column.name for column in columns if column.is_number)})
                _write_table(archive, name, header, _with_names(name, rows, whole), numbers)
            _write_table(archive, "who_looked", ["at", "who", "page"], _who(whole.who_looked, whole), frozenset())
            _write_table(archive, "events", ["at", "who", "what"], _who(whole.events, whole), frozenset())
            _write_photos(archive, whole)
        opened.pop_all()  # whoever gets it closes it
    out.seek(0)
    return out


def _write_photos(archive: zipfile.ZipFile, whole: Gathered) -> None:
    """Write the photos one by one, as they are: a JPEG packs no smaller."""
    left = MOST_PHOTO_BYTES
    for name, pk in whole.photos.items():
        data = photo_bytes(pk)
        left -= len(data)
        if left < 0:
            raise TooMuch
        archive.writestr(name, data, compress_type=zipfile.ZIP_STORED)


def diary_json(whole: Gathered) -> Iterator[str]:
    """Yield the text of `diary.json`, one row a line, so that a fault can be told by its line."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": whole.made_at.isoformat().replace("+00:00", "Z"),
        "person": person_of(whole),
    }
    yield "{\n"
    for name, value in head.items():
        yield f"{_json(name)}: {_json(value)},\n"
    lists = {"people": whole.people, **whole.tables, "who_looked": whole.who_looked, "events": whole.events}
    for place, (name, rows) in enumerate(lists.items()):
        yield (",\n" if place else "") + f"{_json(name)}: ["
        yield ",".join(f"\n{_json(row)}" for row in rows)
        yield "\n]" if rows else "]"
    yield "\n}\n"


def person_of(whole: Gathered) -> Row:
    """Return what the file says of its owner."""
    user, patient = whole.user, whole.patient
    return {
        "name": user.name,
        "email": user.email,
        "born_on": patient.born_on.isoformat() if patient and patient.born_on else None,
        "language": user.language,
        "time_zone": user.time_zone,
        "country": user.country,
        "temperature_unit": user.temperature_unit,
        "theme": user.theme,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write(archive: zipfile.ZipFile, name: str, parts: Iterable[str]) -> None:
    with archive.open(name, "w") as member:
        for part in parts:
            member.write(part.encode())


def _write_table(
    archive: zipfile.ZipFile, name: str, header: list[str], rows: Iterable[Row], numbers: frozenset[str]
) -> None:
    with archive.open(f"tables/{name}.csv", "w") as member:
        out = io.TextIOWrapper(member, encoding="utf-8", newline="", write_through=True)
        write_table(out, header, rows, numbers)
        out.detach()


def _with_names(name: str, rows: list[Row], whole: Gathered) -> Iterator[Row]:
    """Yield the rows with the names of people in place of their numbers."""
    people = {person["id"]: person["name"] for person in whole.people}
    named = [column.name for column in columns_of(name) if column.kind == "person"]
    for row in rows:
        yield {**row, **{one: people.get(row[one]) for one in named}}


def _who(rows: list[Row], whole: Gathered) -> Iterator[Row]:
    people = {person["id"]: person["name"] for person in whole.people}
    for row in rows:
        yield {**row, "who": people.get(row["who"])}
