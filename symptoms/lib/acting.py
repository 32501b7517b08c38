"""Who acts, told to PostgreSQL, so that its row-level security lets through what this person may read (docs/adr/0016).

A request acts as nobody until its session has said whose it is; commands, workers and the watcher act as the tracker.
It is told in front of the next query, in the same round trip.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

TRACKER: Final = "tracker"
NOBODY: Final = "nobody"
# They read no rows, and in a transaction that has failed PostgreSQL takes nothing before them.
SAVEPOINTS: Final = ("SAVEPOINT", "ROLLBACK", "RELEASE")


class _Here(threading.local):
    """Of one thread: as a request is served by one, and so is a task."""

    actor = TRACKER
    in_request = False


_here = _Here()


def actor() -> str:
    """Return who acts in this thread: `tracker`, `nobody`, or the number of an account."""
    return _here.actor


def become(user_id: int) -> None:
    """Serve the rest of this request as this account. Outside of a request the tracker stays the tracker."""
    if _here.in_request:
        _here.actor = str(int(user_id))


@contextmanager
def acting_as(who: str) -> Iterator[None]:
    """Act as somebody else for a while."""
    before = _here.actor
    _here.actor = who
    try:
        yield
    finally:
        _here.actor = before


class ActingMiddleware:
    """Serve each request as nobody, until `become`. It stands before all that asks the database.

    Without the wall it is left out, and nobody is told anything.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.SECOND_WALL:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _here.in_request
        _here.in_request = True
        try:
            with acting_as(NOBODY):
                return self.get_response(request)
        finally:
            _here.in_request = before


def tell(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a query with PostgreSQL knowing who acts: a wrapper of `connection.execute_wrappers`.

    What is told inside a transaction falls with it. So there it counts for this query only, and is told again.
    """
    link: Any = context["connection"]
    wanted = _here.actor
    if getattr(link, "told_actor", None) == wanted or str(sql).startswith(SAVEPOINTS):
        return execute(sql, params, many, context)
    words = f"SET app.actor = '{wanted}'"
    cursor = context["cursor"]
    if wanted == TRACKER or many or not isinstance(sql, str) or getattr(cursor, "name", None):
        # The last two get words of psycopg's own in front; what commands run may have to stand alone.
        with link.connection.cursor() as another:
            another.execute(words)
    else:
        sql = f"{words}; {sql}"
    done = execute(sql, params, many, context)
    link.told_actor = None if link.in_atomic_block else wanted
    return done


def begin_telling(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Tell a new connection who acts, so that only requests ever have to tell more. Nothing without the wall."""
    if not settings.SECOND_WALL:
        return
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SET app.actor = '{_here.actor}'")
    connection.told_actor = _here.actor  # type: ignore[attr-defined]
    if tell not in connection.execute_wrappers:
        connection.execute_wrappers.append(tell)
