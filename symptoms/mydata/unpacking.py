"""From an upload to checked rows: its real type, sizes, names, the schema. Nothing is unpacked to disk or run.

All that is wrong is told with file and line, at most `MOST_FAULTS` at once; nothing of it is written down.
"""

import json
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Any, Final

import fastjsonschema
from django.utils.translation import gettext as _

from symptoms.diary.photos import MOST as MOST_OF_AN_ENTRY
from symptoms.lib.uploads import LARGEST_BYTES, CleanPhoto, NotTaken, drawn_again
from symptoms.mydata import placed_json
from symptoms.mydata.archive import FILE_NAME
from symptoms.mydata.columns import Column, columns_of, read
from symptoms.mydata.gathering import MOST_ROWS, Row, is_named
from symptoms.mydata.placed_json import NotJson, Placed
from symptoms.mydata.schema import FORMAT, MOST_PEOPLE, NAMED_PERSON, PERSON, READABLE, row_schema
from symptoms.mydata.tables import TABLES

# Bytes. A diary of five full years packs to under two megabytes and unpacks to under ten; a photo has half a megabyte.
MOST_UPLOAD: Final = 32 * 1024 * 1024
# Each photo is drawn anew, in a tenth of a second.
MOST_PHOTOS: Final = 200
MOST_JSON: Final = 100 * 1024 * 1024
# Values in all of the file: the rows of the fullest diary have about twenty each, and commas in texts count as well.
MOST_VALUES: Final = 5_000_000
MOST_MEMBERS: Final = 5000
MOST_FAULTS: Final = 20
NAME: Final = re.compile(r"(?:[a-z0-9_-]{1,40}/)?[a-z0-9_-]{1,80}(?:\.[a-z0-9]{1,10}){1,2}")
PHOTO_FAULTS: Final = (
    KeyError,
    NotTaken,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
)
ENCRYPTED: Final = 0x1
# A NUL as JSON writes it, and not a backslash that somebody typed before "u0000".
NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an upload. `line` counts from 1; 0 where it is about the whole file."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        if self.line:
            return _("%(file)s, line %(line)s: %(why)s") % {"file": self.file, "line": self.line, "why": self.why}
        return f"{self.file}: {self.why}" if self.file else self.why


class NotADiary(Exception):
    """The upload cannot be taken. `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Read:
    """One row of a table: its line and number in the file, and its values as the model takes them."""

    line: int
    number: int | None
    values: Row


@dataclass(slots=True)
class Diary:
    """A whole upload that was found in order. `people` are names by number; the owner is not among them."""

    person: Row
    people: dict[int, str]
    owner: frozenset[int]
    tables: dict[str, list[Read]] = field(default_factory=dict)
    photos: dict[str, CleanPhoto] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(map(len, self.tables.values()))


def unpack(upload: IO[bytes]) -> Diary:
    """Return what an upload holds, or raise NotADiary."""
    diary = _Checker(_parse(_text(upload))).diary()
    if rows := diary.tables["entry_photos"]:
        diary.photos = _photos(upload, rows)
    return diary


# -- the ZIP ---------------------------------------------------------------------------------------------------


def _text(upload: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(upload) as archive:
            _check_members(archive.infolist())
            with archive.open(FILE_NAME) as member:
                # What the file says of its own size is not believed.
                raw = member.read(MOST_JSON + 1)
    except KeyError:
        raise _fault(_("There is no %(name)s in this ZIP file. Choose the file that you downloaded here.")) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise _fault(_("This is not a ZIP file, or it is damaged. Choose the file that you downloaded.")) from None
    if len(raw) > MOST_JSON:
        raise _fault(_("The file is too large. Ask whoever runs this tracker."))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        raise NotADiary(Fault(FILE_NAME, line, _("There are signs that are not UTF-8."))) from None


def _photos(upload: IO[bytes], rows: list[Read]) -> dict[str, CleanPhoto]:
    """Return the photos that rows name, each drawn anew: what is in a file of somebody's is not believed."""
    if len(rows) > MOST_PHOTOS or max(Counter(row.values["entry"] for row in rows).values()) > MOST_OF_AN_ENTRY:
        raise _fault(_("There are too many photos in this file."))
    found: dict[str, CleanPhoto] = {}
    left = MOST_UPLOAD
    with zipfile.ZipFile(upload) as archive:
        for row in rows:
            try:
                with archive.open(row.values["file"]) as member:
                    data = member.read(min(LARGEST_BYTES, left) + 1)
                left -= len(data)
                if left < 0:
                    raise _fault(_("The file is too large. Ask whoever runs this tracker."))
                found[row.values["file"]] = drawn_again(data)
            except PHOTO_FAULTS:
                why = _("the photo is missing, or it is damaged")
                raise NotADiary(Fault(FILE_NAME, row.line, why)) from None
    return found


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or len(set(names)) != len(names):
        raise _fault(_("There are too many files in this ZIP file, or two of the same name."))
    for member in members:
        if not NAME.fullmatch(member.filename) or member.flag_bits & ENCRYPTED:
            raise _fault(_("There is a file in this ZIP file that does not belong there."))
        if member.filename == FILE_NAME and member.file_size > MOST_JSON:
            raise _fault(_("The file is too large. Ask whoever runs this tracker."))


def _fault(why: str) -> NotADiary:
    return NotADiary(Fault("", 0, why % {"name": FILE_NAME} if "%(" in why else why))


def _parse(text: str) -> Placed:
    try:
        return placed_json.read(text, most_items=MOST_ROWS + MOST_PEOPLE, most_values=MOST_VALUES)
    except NotJson as wrong:
        raise NotADiary(Fault(FILE_NAME, wrong.line, wrong.why)) from None


# -- what it says ----------------------------------------------------------------------------------------------


@cache
def _validator(name: str) -> Any:
    shapes = {"person": PERSON, "people": NAMED_PERSON}
    return fastjsonschema.compile(shapes[name] if name in shapes else row_schema(name), use_default=False)


class _Checker:
    """Goes through the parsed file and collects what is wrong."""

    def __init__(self, found: Placed) -> None:
        self.found = found
        self.faults: list[Fault] = []
        self.known: dict[str, set[int]] = {}

    def diary(self) -> Diary:
        self._head()
        person = self.found.values.get("person")
        self._check("person", self.found.lines.get("person", 1), person)
        self._people()
        self._stop_if_wrong()
        rows = [(line, row) for line, row in self.found.lists.get("people", [])]
        diary = Diary(
            person=dict(person or {}),
            people={row["id"]: row["name"] for _line, row in rows if not row["me"]},
            owner=frozenset(row["id"] for _line, row in rows if row["me"]),
        )
        for table in TABLES:
            if table.restored:
                diary.tables[table.name] = self._table(table.name)
        self._stop_if_wrong()
        return diary

    def _head(self) -> None:
        values = self.found.values
        if values.get("format") != FORMAT:
            raise NotADiary(Fault(FILE_NAME, 1, _("This is not a diary of this tracker.")))
        if values.get("version") not in READABLE or isinstance(values.get("version"), bool):
            why = _("It was made by a version of the tracker that this one cannot read.")
            raise NotADiary(Fault(FILE_NAME, self.found.lines.get("version", 1), why))
        if sum(map(len, self.found.lists.values())) > MOST_ROWS:
            raise _fault(_("The file is too large. Ask whoever runs this tracker."))

    def _people(self) -> None:
        people = self.found.lists.get("people", [])
        seen: set[int] = set()
        for line, row in people[: MOST_PEOPLE + 1]:
            if self._check("people", line, row):
                if row["id"] in seen:
                    self._tell(line, _("the number %(n)s comes twice") % {"n": row["id"]})
                seen.add(row["id"])
        if len(people) > MOST_PEOPLE:
            self._tell(people[MOST_PEOPLE][0], _("there are too many people"))
        self.known["person"] = seen

    def _table(self, name: str) -> list[Read]:
        found = self.found.lists.get(name, [])
        # All numbers first: a row may point at a later one of its own table.
        self.known[name] = {row["id"] for _line, row in found if isinstance(row, dict) and _is_number(row.get("id"))}
        if is_named(name) and len(self.known[name]) < len(found):
            self._tell(found[0][0], _("each row needs a number of its own"))
        rows = (self._row(name, line, row) for line, row in found)
        return [row for row in rows if row is not None]

    def _row(self, name: str, line: int, row: Any) -> Read | None:
        if not self._check(name, line, row):
            return None
        values: Row = {}
        for column in columns_of(name):
            value = row[column.name]
            if column.kind in ("person", "row") and not self._is_known(column, value):
                self._tell(line, _("%(field)s points at nothing") % {"field": column.name})
                return None
            try:
                values[column.name] = read(column, value)
            except (ValueError, ArithmeticError):
                self._tell(line, _("%(field)s: there is no such day, time or zone") % {"field": column.name})
                return None
        return Read(line, row.get("id"), values)

    def _is_known(self, column: Column, value: Any) -> bool:
        return value is None or column.may_be_gone or value in self.known.get(column.target or column.kind, ())

    def _check(self, name: str, line: int, value: Any) -> bool:
        """Hold one value against its schema. Signs that no database keeps are refused as well."""
        try:
            _validator(name)(value)
            said = json.dumps(value, ensure_ascii=False).encode()
        except fastjsonschema.JsonSchemaValueException as wrong:
            self._tell(line, _words(wrong))
            return False
        except (UnicodeEncodeError, RecursionError):
            said = b"\\u0000"
        if NUL.search(said):
            self._tell(line, _("there are signs that cannot be kept"))
            return False
        return True

    def _tell(self, line: int, why: str) -> None:
        self.faults.append(Fault(FILE_NAME, line, why))
        if len(self.faults) >= MOST_FAULTS:
            raise NotADiary(*self.faults)

    def _stop_if_wrong(self) -> None:
        if self.faults:
            raise NotADiary(*self.faults)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _words(wrong: Any) -> str:
    """Say what is wrong with a value, by the name of its field and never by what stood there."""
    path = ".".join(str(part) for part in wrong.path[1:])
    rule = str(wrong.message).removeprefix(str(wrong.name)).strip()
    return f"{path}: {rule}" if path else rule
