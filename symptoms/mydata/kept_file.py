"""The file outside the database (the setting `TOMBSTONES`) that remembers what a restored backup would bring back.

One JSON object a line; lines are only ever added, and hold random ids and times, nothing else.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

MODE: Final = 0o600
log = logging.getLogger(__name__)


def read() -> Iterator[tuple[int, Any]]:
    """Yield the number of each line and what it says. One that is damaged is a line in the log: the others hold."""
    path = Path(settings.TOMBSTONES)
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else (), start=1):
        if text.strip():
            try:
                yield number, json.loads(text)
            except ValueError:
                log_damaged(number)


def log_damaged(number: int) -> None:
    log.error("line %d of the file of tombstones cannot be read", number)


def instant(text: str) -> datetime:
    """Return a time of the file. Raise ValueError where it has no zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


def append(told: Iterable[Mapping[str, str | None]]) -> None:
    """Append whole lines and wait until the disk has them. What stands in the file is never touched.

    Raise OSError where that cannot be.
    """
    # A line that was torn off stays apart from the next one.
    text = "".join(f"\n{json.dumps(one)}\n" for one in told)
    if not text:
        return
    path = Path(settings.TOMBSTONES)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
    try:
        os.write(file, text.encode())
        os.fsync(file)
    finally:
        os.close(file)
