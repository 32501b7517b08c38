"""JSON Lines, as the commands read them: one value a line in, from files or standard input, one object a line out."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from io import TextIOBase
from pathlib import Path
from typing import Any


def reply(names: Iterable[str], answer: Callable[[Any], dict[str, Any]], out: TextIOBase) -> int:
    """Write to `out` what `answer` says of each line, and return how many answers are errors (key "error").

    A line that is no JSON gets an error in its place. OSError names a file that cannot be read. Where the reader
    of `out` has seen enough, as `head` has, it ends quietly and counts one error.
    """
    wrong = 0
    try:
        for name in names:
            for line in _lines(name):
                said = _answer(line, answer)
                wrong += "error" in said
                out.write(json.dumps(said) + "\n")
        out.flush()
    except BrokenPipeError:
        # What is left in the buffer is not tried again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return wrong + 1
    return wrong


def _answer(line: bytes, answer: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as wrong:
        return {"id": None, "error": f"not JSON: {wrong}"}
    return answer(value)


def _lines(name: str) -> Iterator[bytes]:
    """Yield the lines that are not empty; bytes, for one bad character must not stop the others."""
    if name == "-":
        yield from filter(bytes.strip, sys.stdin.buffer)
        return
    with Path(name).open("rb") as stream:
        yield from filter(bytes.strip, stream)
