"""JSON Lines, as the commands read them: one value a line, from a file or from standard input ("-")."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def lines(name: str) -> Iterator[bytes]:
    """Yield the lines that are not empty; bytes, for one bad character must not stop the others. Raises OSError."""
    if name == "-":
        yield from filter(bytes.strip, sys.stdin.buffer)
        return
    with Path(name).open("rb") as stream:
        yield from filter(bytes.strip, stream)


def value(line: bytes) -> Any:
    """Return the value of a line, or raise ValueError saying what is wrong."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as wrong:
        raise ValueError(f"not JSON: {wrong}") from wrong
