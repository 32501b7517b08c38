"""Requests that come drop by drop are cut, so that a few of them cannot keep everybody else out.

gunicorn's threads wait for a body as long as it takes. Here a request has some seconds, and more for each kilobyte
that came: a photo over a poor line arrives, a byte a second does not.
"""

import errno
import os
import time
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker

GRACE_S: Final = float(os.environ.get("REQUEST_SECONDS", "20"))
SLOWEST: Final = 4_000  # bytes a second: half of what a poor mobile line carries


class PacedSocket:
    """A connection that stops to listen when what it hears comes too slowly. All else is the socket's own."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._begun = 0.0
        self._heard = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def begin(self) -> None:
        """Note that a new request begins."""
        self._begun, self._heard = time.monotonic(), 0

    def recv(self, size: int, *flags: int) -> bytes:
        """Return what came. Raises ConnectionResetError when the request has had its time."""
        left = self._begun + GRACE_S + self._heard / SLOWEST - time.monotonic()
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "The request came too slowly")
        self._inner.settimeout(left)
        try:
            came: bytes = self._inner.recv(size, *flags)
        except TimeoutError as silence:
            raise ConnectionResetError(errno.ECONNRESET, "The request came too slowly") from silence
        finally:
            self._inner.settimeout(None)
        self._heard += len(came)
        return came


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threaded worker, with a clock on each request."""

    def handle(self, conn: Any) -> Any:
        if not isinstance(conn.sock, PacedSocket) and not conn.is_http2:
            conn.sock = PacedSocket(conn.sock)
        conn.sock.begin()
        return super().handle(conn)
