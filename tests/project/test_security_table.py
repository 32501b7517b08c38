"""docs/security.md against what is there: each pointer leads somewhere, and no requirement is left out."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from django.conf import settings

HOME: Final = Path(__file__).resolve().parents[2]
TABLE: Final = HOME / "docs" / "security.md"
CHECKS: Final = HOME / "docs" / "operator-checks.md"
LEVELS: Final = Path(__file__).with_name("asvs.txt")


class Row(NamedTuple):
    """One requirement, as the table tells it."""

    id: str
    asks: str
    kind: str
    where: str


def rows_of(text: str) -> list[Row]:
    """Return the rows of all tables of requirements."""
    lines = [line for line in text.splitlines() if re.match(r"\| V\d", line)]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines]


def requirements() -> dict[str, int]:
    """Return the level of each requirement of levels 1 and 2."""
    lines = [line.split() for line in LEVELS.read_text().splitlines() if not line.startswith("#")]
    return {one: int(level) for one, level in lines}


def headings(path: Path) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE))


def anchor(heading: str) -> str:
    """Return how a link names a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def reasons() -> set[str]:
    """Return the reasons for what is not applicable, as the table of reasons names them."""
    part = TABLE.read_text().split("| Reason | Why |")[1].split("\n\n")[0]
    return {line.split("|")[1].strip() for line in part.splitlines()[2:]}


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def trouble(row: Row) -> str:
    """Return what is wrong with a row, nothing where its pointer leads somewhere."""
    plain = row.where.strip("`")
    found = {
        "test": lambda: is_test(plain),
        "setting": lambda: is_setting(plain),
        "document": lambda: is_document(plain),
        "operator": lambda: plain in headings(CHECKS),
        "gap": lambda: len(plain.split()) > 4 and plain.endswith("."),
        "not applicable": lambda: plain in reasons(),
    }
    if row.kind not in found:
        return f"{row.id}: {row.kind!r} is no kind"
    return "" if found[row.kind]() else f"{row.id}: {row.where!r} leads nowhere as {row.kind}"


def is_test(pointer: str) -> bool:
    path, _, name = pointer.partition("::")
    return name.startswith("test_") and (HOME / path).is_file() and name in functions_of(HOME / path)


def is_setting(name: str) -> bool:
    told = re.search(rf"^#?{re.escape(name)}=", (HOME / ".env.example").read_text(), re.MULTILINE)
    return name.isupper() and (hasattr(settings, name) or bool(told))


def is_document(pointer: str) -> bool:
    path, _, place = pointer.partition("#")
    file = HOME / path
    return path.startswith("docs/") and file.is_file() and (not place or place in map(anchor, headings(file)))


ROWS: Final = rows_of(TABLE.read_text())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_pointer_leads_somewhere(row: Row) -> None:
    assert not trouble(row)


def test_every_requirement_of_both_levels_stands_there_once() -> None:
    levels = requirements()
    assert (len(levels), list(levels.values()).count(1)) == (253, 70)
    assert set(levels.values()) == {1, 2}
    assert [row.id for row in ROWS] == list(levels)


def test_what_is_asked_is_told_in_few_words() -> None:
    assert not [row.id for row in ROWS if not 0 < len(row.asks.split()) <= 12]


def test_each_reason_and_each_check_is_needed() -> None:
    named = {row.where for row in ROWS}
    assert reasons() <= named
    assert "Who may read the database" in headings(CHECKS)


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("test", ""),
        ("test", "`tests/project/test_security_table.py::test_that_is_not_there`"),
        ("test", "`tests/project/test_security_table.py::trouble`"),
        ("test", "`tests/no_such_file.py::test_x`"),
        ("setting", "`NO_SUCH_SETTING`"),
        ("setting", "`configure`"),
        ("document", "`docs/no-such-file.md`"),
        ("document", "`docs/security.md#no-such-place`"),
        ("document", "`README.md`"),
        ("operator", "No such section"),
        ("gap", ""),
        ("gap", "later"),
        ("not applicable", "No such reason"),
        ("met", "`DEBUG`"),
    ],
)
def test_a_pointer_that_leads_nowhere_is_found(kind: str, where: str) -> None:
    assert trouble(Row("V0.0.0", "something", kind, where))


def test_the_readme_leads_here() -> None:
    assert "docs/security.md" in (HOME / "README.md").read_text()
