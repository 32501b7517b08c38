"""Run what may fail, and may be lost, without anybody waiting for it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any


class Errands:
    """One thread with a short queue. When the queue is full, an errand is dropped instead of waited for."""

    def __init__(self, most: int) -> None:
        self._room = BoundedSemaphore(most)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="errand")

    def run(self, function: Callable[..., Any], *args: Any) -> Future[Any] | None:
        """Have `function(*args)` called soon; return its future, or None where there was no room."""
        if not self._room.acquire(blocking=False):
            return None
        future = self._thread.submit(function, *args)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def wait(self) -> None:
        """Wait until what was taken so far is done."""
        self._thread.submit(int).result()
