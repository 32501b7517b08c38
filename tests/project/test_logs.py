"""Log lines: one record one line, and no words of an exception (attacks 32 and 47)."""

import logging
import re
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from kesimpta_tracker.logs import LONGEST, Line, NothingOfPeople, one_line

SECRET = "ZQX-NOTE-7f3a"


def line(message: Any, *args: Any, exc_info: Any = None) -> str:
    record = logging.LogRecord("place", logging.ERROR, __file__, 1, message, args, exc_info)
    return Line().format(record)


@pytest.mark.parametrize(
    "text",
    [
        "a\n2026-01-01 ERROR admin ok",
        "a\r\nb",
        "\x1b[2J",
        "a\u2028b",
        "a\x85b",
        "\u202eabc",
        "a\x00b",
        "\ud800",
        "a\x0bb",
    ],
)
def test_whatever_somebody_sends_is_one_line_of_plain_signs(text: str) -> None:
    for told in (line("Not Found: %s", text), line(text), line("%(what)s", {"what": text})):
        assert len(told.splitlines()) == 1
        assert "\x1b" not in told
        told.encode()
        assert re.search(r"\\u[0-9a-f]{4}", told)


def test_a_line_has_an_end() -> None:
    assert len(line("%s", "x" * 10_000)) < LONGEST + 200
    assert one_line("short") == "short"


def test_plain_words_stay_as_they_are() -> None:
    assert line("Entry %s of %d", "é-1", 3).endswith("ERROR place: Entry é-1 of 3")


def _raised() -> Any:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(f"could not read {SECRET}") from cause
    except ValueError:
        return sys.exc_info()


def test_of_an_exception_the_log_tells_kind_and_place_and_no_words() -> None:
    told = line("Internal Server Error: %s", "/p/", exc_info=_raised())
    assert SECRET not in told
    assert "builtins.ValueError" in told
    assert "builtins.KeyError" in told
    assert "test_logs.py" in told


def test_exceptions_as_arguments_and_as_messages_lose_their_words() -> None:
    problem = _raised()
    assert SECRET not in line("It failed: %s", problem[1])
    assert SECRET not in line(problem[1])
    celery = {
        "exc": f"ValueError('{SECRET}')",
        "traceback": SECRET,
        "args": f"('{SECRET}',)",
        "name": "task",
        "id": "1",
    }
    told = line("Task %(name)s[%(id)s] raised: %(exc)s\n%(traceback)s%(args)s", celery, exc_info=problem)
    assert SECRET not in told
    assert "Task task[1] raised: <ValueError>" in told


def test_other_handlers_still_see_what_was_logged() -> None:
    record = logging.LogRecord("place", logging.ERROR, __file__, 1, "a\nb %s", ("c",), None)
    Line().format(record)
    assert record.getMessage() == "a\nb c"


def test_the_settings_use_it_and_mail_nobody() -> None:
    assert settings.LOGGING["formatters"]["line"]["()"] == "kesimpta_tracker.logs.Line"  # type: ignore[index]
    assert not logging.getLogger("django").handlers
    assert logging.getLogger("django.db.backends").getEffectiveLevel() >= logging.WARNING


@pytest.mark.parametrize("html", [True, False])
def test_djangos_own_page_of_an_error_shows_no_value(html: bool) -> None:
    request = RequestFactory().post(f"/?q=1&x={SECRET[::-1]}", {"note": SECRET}, headers={"X-Told": SECRET})
    request.COOKIES["sessionid"] = SECRET
    word_of_the_person = SECRET + "-local"
    assert word_of_the_person
    try:
        raise RuntimeError("of ours")
    except RuntimeError:
        reporter = ExceptionReporter(request, *sys.exc_info())
    assert isinstance(reporter.filter, NothingOfPeople)
    told = reporter.get_traceback_html() if html else reporter.get_traceback_text()
    assert f"{SECRET}-local" not in told
    assert SECRET not in told
