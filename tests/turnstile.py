"""No request outlives its test: a plugin for tests with a live server.

A page sends its last draft while it is being closed. Were that request still at work when the test ends, its lock
would keep the tables from being emptied, and the next test would find the rows of this one.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

LONGEST_S = 30


class Turnstile:
    """A WSGI application that counts who is inside `app`, and lets nobody in once it is shut.

    Made of another turnstile it takes its place.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app: Callable[..., Any] = app.app if isinstance(app, Turnstile) else app
        self._inside = 0
        self._shut = False
        self._change = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._change:
            if self._shut:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return []
            self._inside += 1
        try:
            return self._whole(self.app(environ, start_response))
        finally:
            with self._change:
                self._inside -= 1
                self._change.notify_all()

    @staticmethod
    def _whole(response: Any) -> list[bytes]:
        """Read the answer to its end, so that nothing of it is left to do outside."""
        try:
            return [b"".join(response)]
        finally:
            response.close()

    def shut(self, timeout_s: float = LONGEST_S) -> bool:
        """Let nobody in and wait until nobody is inside; false when that took longer than `timeout_s`."""
        with self._change:
            self._shut = True
            return self._change.wait_for(lambda: not self._inside, timeout_s)


@pytest.fixture(autouse=True)
def _no_request_outlives_its_test(request: pytest.FixtureRequest) -> Iterator[None]:
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # which empties the tables after this fixture has ended
    server = request.getfixturevalue("live_server").thread.httpd
    turnstile = Turnstile(server.get_app())
    server.set_app(turnstile)
    yield
    # It stays shut until the next test brings its own: what a page sends while it is closed may come even later.
    done = turnstile.shut()
    assert done, f"A request was still at work {LONGEST_S} s after its test."
