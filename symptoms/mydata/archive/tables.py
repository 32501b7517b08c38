"""CSV as RFC 4180 has it, safe to open in a spreadsheet."""

import csv
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

# What a spreadsheet takes for the beginning of a formula, also in the wide letters of East Asian keyboards.
FORMULA: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
# Blanks and control signs that some of them skip before they look, and that are unsafe in front themselves.
SKIPPED: Final = "".join(map(chr, range(33))) + "\x7f\x85\xa0\u200b\u2028\u2029\ufeff"
UNSAFE_FIRST: Final = frozenset("\t\r\n\0")


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def write_table(out: Writable, header: list[str], rows: Iterable[Mapping[str, Any]], numbers: frozenset[str]) -> None:
    """Write one table with its header. Columns of `numbers` hold nothing else and stay numbers."""
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell(row.get(name), is_number=name in numbers) for name in header])


def cell(value: Any, *, is_number: bool) -> Any:
    """Return what stands in one cell: a text that a spreadsheet might run as a formula gets an apostrophe first."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number:
        return value
    return guarded(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def guarded(text: str) -> str:
    first = text.lstrip(SKIPPED)[:1]
    return f"'{text}" if first in FORMULA or text[:1] in UNSAFE_FIRST else text
