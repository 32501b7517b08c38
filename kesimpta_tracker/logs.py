"""Log lines that hold nothing a person wrote and cannot be made up by anybody.

An exception's own words often repeat the value that was wrong ("invalid input: ..."), so of an exception the log
tells its kind and where it was raised, and never its words, its variables or the request.
"""

import logging
import re
import traceback
from typing import Any, Final

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

LONGEST: Final = 2_000  # characters of a message
# What ends or hides a line in some terminal or viewer: control characters, line ends, turns of direction.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """Return `text` as one line of at most LONGEST characters, what is not plain written as its code."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", cut)


def kinds_and_places(problem: BaseException) -> str:
    """Return the traceback of an exception and of what caused it: files, lines and kinds, without words."""
    parts: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = problem
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        places = traceback.format_list(traceback.extract_tb(one.__traceback__))
        parts.append("".join(["Traceback, without words:\n", *places, f"{type(one).__module__}.{type(one).__name__}"]))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\nbecause of\n".join(parts)


class Line(logging.Formatter):
    """One line a record, in a fixed shape; under it the places of an exception."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        shown = logging.makeLogRecord(record.__dict__)
        shown.msg, shown.args = one_line(_message(record)), None
        shown.exc_text = shown.stack_info = None
        return super().format(shown)

    def formatException(self, ei: Any) -> str:
        problem = ei[1]
        return kinds_and_places(problem) if problem is not None else ""


def _message(record: logging.LogRecord) -> str:
    """Return the message with exceptions told by their kind."""
    if isinstance(record.args, dict):  # as Celery does: its texts for "exc" and "traceback" repeat the exception
        told = {name: _without_words(name, value, record) for name, value in record.args.items()}
        return str(record.msg) % told
    if record.args:
        return str(record.msg) % tuple(_kind(value) for value in record.args)
    return str(_kind(record.msg))


def _without_words(name: str, value: Any, record: logging.LogRecord) -> Any:
    if name in {"args", "kwargs", "return_value", "result"}:
        return "-"
    if name in {"exc", "traceback"}:
        return _kind(record.exc_info[1]) if record.exc_info and record.exc_info[1] else "-"
    return _kind(value)


def _kind(value: Any) -> Any:
    return f"<{type(value).__name__}>" if isinstance(value, BaseException) else value


class NothingOfPeople(SafeExceptionReporterFilter):
    """What Django's page of an error may show, on the machine of whoever works on the tracker: no values at all."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        return {}.items()

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}
