"""The reviewed file of blood tests, read and checked. Pure: a file in, frozen records out, or a BloodTestError."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent.parent / "data" / "blood_tests.toml"
BASES: Final = ("label", "practice", "both")
LABEL_ASKS: Final = ("before-start", "before-start-and-during", "after-stopping")
STATES: Final = ("due", "booked", "taken", "result-in")
LOINC: Final = re.compile(r"\d{1,7}-\d")
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RULE: Final = re.compile(r"[ESPV]\d\d-\*")


class BloodTestError(Exception):
    """The file of blood tests is wrong. The message names the file, the entry and the key."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in UCUM, as people write it, and the factor from it to the analyte's own unit."""

    ucum: str
    shown: str
    factor: Decimal
    loinc: str


@dataclass(frozen=True, slots=True)
class Analyte:
    """One value of a blood draw. No units: the lab says only whether it was found. The first unit is its own."""

    slug: str
    name: str
    loinc: tuple[str, ...]
    certainty: str
    units: tuple[Unit, ...]
    plausible: tuple[Decimal, Decimal] | None
    source: str

    @property
    def says_found(self) -> bool:
        return not self.units

    def unit(self, ucum: str) -> Unit | None:
        return next((unit for unit in self.units if unit.ucum == ucum), None)

    def code(self, ucum: str) -> str:
        """Return the LOINC code of a value in this unit."""
        unit = self.unit(ucum)
        return unit.loinc if unit else self.loinc[0]


@dataclass(frozen=True, slots=True)
class Test:
    """One blood test as it is ordered, with its default plan: due `months` after the first injection (0: before
    it), then every `then_every` months (None: no more), and after the injections have stopped every
    `after_stopping_every` months. Who has or had hepatitis B is tested every `hepatitis_b_every` months. `extra_on` are
    the rules that call for one more."""

    slug: str
    name: str
    what: str
    analytes: tuple[str, ...]
    basis: str
    label_asks: str
    source: str
    on: bool
    months: tuple[int, ...]
    then_every: int | None
    after_stopping_every: int | None
    hepatitis_b_every: int | None
    extra_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tests and analytes by slug, after how many days a step is late, and how early a test counts."""

    tests: Mapping[str, Test]
    analytes: Mapping[str, Analyte]
    late_after: Mapping[str, int]
    early_days: int
    before_start_days: int

    def test_of(self, analyte: str) -> Test:
        """Return the test that holds the analyte; the file has each in one."""
        return next(test for test in self.tests.values() if analyte in test.analytes)

    def extra_for(self, rules: Iterable[str]) -> list[Test]:
        """Return the tests that one of `rules` (ids) calls for."""
        wanted = {rule.split("-", 1)[0] + "-*" for rule in rules}
        return [test for test in self.tests.values() if wanted.intersection(test.extra_on)]


@dataclass(frozen=True, slots=True)
class _Row:
    """One table of the file, with what is needed to say where something is wrong."""

    file: str
    name: str
    data: Mapping[str, Any]

    def wrong(self, key: str, why: str) -> BloodTestError:
        return BloodTestError(f"{self.file}: {self.name}: {key}: {why}")

    def only(self, *keys: str) -> None:
        for key in self.data:
            if key not in keys:
                raise self.wrong(key, "is no key of this table.")

    def text(self, key: str, among: Iterable[str] | None = None) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "is missing. Write a text.")
        if among is not None and value not in among:
            raise self.wrong(key, f"{value!r} is none of {', '.join(among)}.")
        return value

    def matching(self, key: str, pattern: re.Pattern[str]) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self.wrong(key, f"{value!r} does not look like one.")
        return value

    def texts(self, key: str, pattern: re.Pattern[str], *, least: int = 1) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and pattern.fullmatch(one) for one in value):
            raise self.wrong(key, "must be a list of texts, each well-formed.")
        if len(value) < least or len(set(value)) != len(value):
            raise self.wrong(key, "is empty, or holds something twice.")
        return tuple(value)

    def whole(self, key: str, low: int, high: int) -> int:
        return self.whole_in(key, self.data.get(key), low, high)

    def whole_in(self, key: str, value: object, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"must be a whole number from {low} to {high}.")
        return value

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false.")
        return value

    def decimal(self, key: str, value: object) -> Decimal:
        """Return a number that the file has as text, so that no float rounds it."""
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or number < 0:
            raise self.wrong(key, 'must be a number as text, such as "17.1", and not below 0.')
        return number


@cache
def catalogue() -> Catalogue:
    """Return the tests of this release."""
    return read(FILE)


def read(path: Path) -> Catalogue:
    """Return the checked content of a file of blood tests, or raise BloodTestError."""
    data = _load(path)
    top = _Row(path.name, "the file", data)
    top.only("reviewed_on", "step", "early", "test", "analyte")
    analytes = {row.name: _analyte(row) for row in _rows(path, data, "analyte", "slug")}
    tests = {row.name: _test(row, analytes) for row in _rows(path, data, "test", "slug")}
    _check_each_in_one_test(path, tests, analytes)
    early = _Row(path.name, "early", data.get("early", {}))
    early.only("days", "before_start_days", "basis", "source")
    _sourced(early)
    return Catalogue(
        tests=tests,
        analytes=analytes,
        late_after=_steps(path, data),
        early_days=early.whole("days", 0, 60),
        before_start_days=early.whole("before_start_days", 0, 366),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BloodTestError(f"{path.name}: {error}") from error


def _rows(path: Path, data: Mapping[str, Any], kind: str, key: str) -> list[_Row]:
    found = data.get(kind, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise BloodTestError(f"{path.name}: {kind}: must be written as [[{kind}]].")
    rows = [_Row(path.name, str(row.get(key, f"{kind} {n}")), row) for n, row in enumerate(found, start=1)]
    if not rows:
        raise BloodTestError(f"{path.name}: {kind}: holds no [[{kind}]].")
    seen: set[str] = set()
    for row in rows:
        if row.matching(key, SLUG) in seen:
            raise row.wrong(key, "stands twice. Each one must be unique.")
        seen.add(row.name)
    return rows


def _sourced(row: _Row) -> None:
    row.text("basis", ("judgement", "label", "practice"))
    row.text("source")


def _steps(path: Path, data: Mapping[str, Any]) -> dict[str, int]:
    late: dict[str, int] = {}
    for row in _rows(path, data, "step", "state"):
        row.only("state", "late_after_days", "basis", "source")
        _sourced(row)
        late[row.text("state", STATES)] = row.whole("late_after_days", 0, 92)
    for state in STATES:
        if state not in late:
            raise BloodTestError(f"{path.name}: step: {state}: is missing. Every step says when it is late.")
    return late


def _test(row: _Row, analytes: Mapping[str, Analyte]) -> Test:
    row.only(
        "slug",
        "name",
        "what",
        "analytes",
        "basis",
        "label_asks",
        "source",
        "on",
        "months",
        "then_every",
        "after_stopping_every",
        "hepatitis_b_every",
        "extra_on",
    )
    held = row.texts("analytes", SLUG)
    for one in held:
        if one not in analytes:
            raise row.wrong("analytes", f"unknown analyte {one!r}.")
    basis = row.text("basis", BASES)
    if (basis == "practice") == ("label_asks" in row.data):
        raise row.wrong("label_asks", "says when the label asks for it: for label and both, and for no other.")
    return Test(
        slug=row.name,
        name=row.text("name"),
        what=row.text("what"),
        analytes=held,
        basis=basis,
        label_asks=row.text("label_asks", LABEL_ASKS) if "label_asks" in row.data else "",
        source=row.text("source"),
        on=row.flag("on"),
        months=_months(row),
        then_every=_apart(row, "then_every"),
        after_stopping_every=_apart(row, "after_stopping_every"),
        hepatitis_b_every=_apart(row, "hepatitis_b_every"),
        extra_on=row.texts("extra_on", RULE, least=0),
    )


def _apart(row: _Row, key: str) -> int | None:
    return row.whole(key, 1, 60) if key in row.data else None


def _months(row: _Row) -> tuple[int, ...]:
    value = row.data.get("months")
    if not isinstance(value, list) or not value:
        raise row.wrong("months", "is missing. Write the months after the first injection.")
    months = tuple(row.whole_in("months", one, 0, 120) for one in value)
    if sorted(set(months)) != list(months):
        raise row.wrong("months", "must rise.")
    return months


def _analyte(row: _Row) -> Analyte:
    row.only("slug", "name", "loinc", "certainty", "units", "plausible", "found", "source")
    codes = row.texts("loinc", LOINC)
    units = _units(row, codes)
    if row.flag("found") == bool(units):
        raise row.wrong("units", "must stand there, or found = true: one of the two.")
    return Analyte(
        slug=row.name,
        name=row.text("name"),
        loinc=codes,
        certainty=row.text("certainty", ("A", "B", "C")),
        units=units,
        plausible=_plausible(row) if units else None,
        source=row.text("source"),
    )


def _units(row: _Row, codes: tuple[str, ...]) -> tuple[Unit, ...]:
    tables = row.data.get("units", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise row.wrong("units", "must be a list of tables.")
    units = tuple(_unit(_Row(row.file, f"{row.name}: units {n}", one), codes, n) for n, one in enumerate(tables, 1))
    if len({unit.ucum for unit in units}) != len(units):
        raise row.wrong("units", "holds a unit twice.")
    return units


def _unit(row: _Row, codes: tuple[str, ...], place: int) -> Unit:
    row.only("ucum", "shown", "factor", "loinc", "source")
    factor = row.decimal("factor", row.data.get("factor"))
    if factor == 0 or (place == 1 and factor != 1):
        raise row.wrong("factor", "must be above 0, and 1 for the first unit, which is the own one.")
    if factor != 1:
        row.text("source")
    code = row.text("loinc", codes) if "loinc" in row.data else codes[0]
    return Unit(row.text("ucum"), row.text("shown"), factor, code)


def _plausible(row: _Row) -> tuple[Decimal, Decimal]:
    value = row.data.get("plausible")
    if not isinstance(value, list) or len(value) != 2:
        raise row.wrong("plausible", "must be two numbers: the lowest and the highest that occur.")
    low, high = (row.decimal("plausible", one) for one in value)
    if low >= high:
        raise row.wrong("plausible", "the lowest must stand below the highest.")
    return low, high


def _check_each_in_one_test(path: Path, tests: Mapping[str, Test], analytes: Mapping[str, Analyte]) -> None:
    held = [one for test in tests.values() for one in test.analytes]
    for slug in analytes:
        if held.count(slug) != 1:
            raise BloodTestError(f"{path.name}: {slug}: slug: stands in {held.count(slug)} tests, not in one.")


def convert(value: Decimal, unit: Unit) -> Decimal:
    """Return `value` of this unit in the analyte's own unit."""
    return value * unit.factor
