"""Each view and each task is made to fail with words of a person in hand: nobody is told them (attack 47)."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from celery.app.trace import build_tracer
from django.db import DataError, connection
from django.test import Client

from kesimpta_tracker.limits import LimitMiddleware
from kesimpta_tracker.logs import Line
from tests.factories.cast import Cast
from tests.factories.second_factor import curator, sign_in
from tests.project.test_crawl import ROUTES, address, browsers_of, ids_of

CANARY = "ZQX-NOTE-7f3a"
HEADERS = {"user-agent": CANARY, "referer": f"http://localhost/{CANARY}", "x-canary": CANARY, "accept-language": CANARY}
current_app.loader.import_default_modules()
TASKS = sorted(name for name in current_app.tasks if name.startswith(("symptoms.", "kesimpta_tracker.")))


class Lines(logging.Handler):
    """What the log would hold, as it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Line())
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@pytest.fixture
def things(cast: Cast) -> dict[str, str]:
    return ids_of(cast)


@pytest.fixture
def people(cast: Cast) -> dict[str, Client]:
    return browsers_of(cast)


@pytest.fixture
def lines() -> Iterator[Lines]:
    found = Lines()
    root = logging.getLogger()
    root.addHandler(found)
    yield found
    root.removeHandler(found)


@pytest.fixture
def failed(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Have the first thing fail that a view asks of the database, with words as PostgreSQL repeats them."""
    armed: list[bool] = []
    failed: list[str] = []
    process_view = LimitMiddleware.process_view

    def arm(self: Any, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        answer = process_view(self, request, view, args, kwargs)
        armed.append(True)
        return answer

    def fail(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if armed:
            armed.clear()
            failed.append(sql)
            raise DataError(f'invalid input: "{CANARY}"')
        return execute(sql, params, many, context)

    monkeypatch.setattr(LimitMiddleware, "process_view", arm)
    with connection.execute_wrapper(fail):
        yield failed


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_view_that_fails_tells_nobody_what_was_sent(
    cast: Cast,
    things: dict[str, str],
    people: dict[str, Client],
    lines: Lines,
    failed: list[str],
    method: str,
) -> None:
    pages, broke = set(), set()
    for name, pattern in ROUTES.items():
        for who, client in people.items():
            client.cookies["canary"] = CANARY
            url = address(pattern, things)
            said = {"note": CANARY, "email": f"{CANARY}@example.org", "code": CANARY, "password": CANARY}
            failed.clear()
            answer = getattr(client, method)(url, said, headers=HEADERS)
            pages.add(name)
            if not failed or answer.status_code < 500:
                continue
            broke.add(name)
            assert answer.status_code in (500, 503), (name, who)
            body = answer.content.decode()
            assert CANARY not in body + str(answer.headers), (name, who)
            assert name == "health" or "went wrong on our side" in body, (name, who)
            assert "no-store" in answer.headers["Cache-Control"], (name, who)
            assert "Content-Security-Policy" in answer.headers, (name, who)
    assert len(broke) > len(pages) / 3, sorted(pages - broke)
    told = [line for line in lines.said if CANARY in line]
    assert not told
    assert any("Internal Server Error" in line for line in lines.said)


def test_there_are_tasks() -> None:
    assert len(TASKS) >= 8


@pytest.mark.django_db
@pytest.mark.parametrize("name", TASKS)
def test_a_task_that_fails_tells_nobody_what_it_held(name: str, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    task = current_app.tasks[name]

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError(f'invalid input: "{CANARY}"')

    monkeypatch.setattr(task, "run", fail)
    monkeypatch.setattr(task, "__trace__", None, raising=False)
    trace = build_tracer(name, task, app=current_app, eager=False, propagate=False)
    request = {"id": "one", "task": name, "args": (CANARY,), "kwargs": {"note": CANARY}, "hostname": "here"}
    found = trace("one", (CANARY,), {"note": CANARY}, request)
    assert found.info is not None  # it failed
    told = "\n".join(lines.said)
    assert name in told
    assert "ValueError" in told
    assert CANARY not in told


def test_staff_have_nothing_more_to_read(cast: Cast, lines: Lines, failed: list[str]) -> None:
    client = Client(raise_request_exception=False)
    sign_in(client, curator(cast.staff))
    answer = client.get("/admin/", headers=HEADERS)
    assert failed
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert CANARY not in "\n".join(lines.said)
