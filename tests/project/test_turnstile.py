"""A request that is still at work when its test ends is waited for; one that comes later is not let in."""

import threading
from collections.abc import Iterator
from typing import Any

from tests.turnstile import Turnstile


class Answer:
    """A WSGI answer that waits for `go` before its last part, and says when it was closed."""

    def __init__(self, go: threading.Event) -> None:
        self.go = go
        self.begun = threading.Event()
        self.closed = threading.Event()

    def __call__(self, _environ: dict[str, Any], start_response: Any) -> "Answer":
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        self.begun.set()
        assert self.go.wait(10)
        yield b"done"

    def close(self) -> None:
        self.closed.set()


def heads() -> tuple[list[str], Any]:
    said: list[str] = []
    return said, lambda status, _headers: said.append(status)


def test_shutting_waits_for_the_one_inside_and_turns_the_next_away() -> None:
    answer = Answer(go=threading.Event())
    turnstile = Turnstile(answer)
    first = threading.Thread(target=turnstile, args=({}, heads()[1]))
    first.start()
    assert answer.begun.wait(10)
    assert not turnstile.shut(timeout_s=0.01)
    said, start_response = heads()
    assert turnstile({}, start_response) == []
    assert said == ["503 Service Unavailable"]
    answer.go.set()
    assert turnstile.shut(timeout_s=10)
    assert answer.closed.is_set()
    first.join()


def test_an_application_that_raises_is_not_inside_for_ever() -> None:
    def broken(_environ: dict[str, Any], _start_response: Any) -> Any:
        raise RuntimeError

    turnstile = Turnstile(broken)
    caller = threading.Thread(target=lambda: _ignore(turnstile))
    caller.start()
    caller.join()
    assert turnstile.shut(timeout_s=0)


def _ignore(turnstile: Turnstile) -> None:
    try:
        turnstile({}, heads()[1])
    except RuntimeError:
        return


def test_the_next_one_takes_the_place_of_one_that_is_shut() -> None:
    answer = Answer(go=threading.Event())
    answer.go.set()
    before = Turnstile(answer)
    assert before.shut(timeout_s=0)
    said, start_response = heads()
    assert Turnstile(before)({}, start_response) == [b"done"]
    assert before({}, start_response) == []
    assert said == ["200 OK", "503 Service Unavailable"]
