"""A connection is kept from one request to the next: who acted in one is never who acts in the next."""

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from symptoms.lib.acting import NOBODY, TRACKER, ActingMiddleware, become, begin_telling, tell

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, ROUNDS = 4, 20


@pytest.fixture(autouse=True)
def _told(transactional_db: None, settings: LazySettings) -> Iterator[None]:
    connection.ensure_connection()
    settings.SECOND_WALL = True
    begin_telling(connection)
    yield
    connection.execute_wrappers.remove(tell)


def said() -> str:
    """Return whom PostgreSQL itself was told of, for the query that asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.actor', true)")
        return str(cursor.fetchone()[0])


def serve(view: Callable[[], object]) -> list[object]:
    """Serve one request and return what the view said; a fault of the view goes on, as in a server."""
    seen: list[object] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(view())
        return HttpResponse()

    ActingMiddleware(answer)(RequestFactory().get("/"))
    return seen


def _as_five_then(fault: Callable[[], object]) -> Callable[[], object]:
    def view() -> object:
        become(5)
        assert said() == "5"
        return fault()

    return view


def _raise() -> object:
    raise ValueError


def _raise_inside() -> object:
    with transaction.atomic():
        assert said() == "5"
        raise ValueError


def _fail_inside() -> object:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM diary_entry")
    return None


def _fail_alone() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM diary_entry")
    return None


@pytest.mark.parametrize("fault", [_raise, _raise_inside, _fail_inside, _fail_alone])
def test_after_a_request_that_broke_off_the_next_one_acts_as_nobody(fault: Callable[[], object]) -> None:
    kept = connection.connection
    with pytest.raises((ValueError, DatabaseError)):
        serve(_as_five_then(fault))
    assert serve(said) == [NOBODY]
    assert connection.connection is kept
    assert said() == TRACKER


def test_what_a_connection_was_told_is_what_django_thinks_it_was() -> None:
    """A query that slips past the wrapper runs as whom the connection was told last: never as more than that."""
    serve(_as_five_then(said))
    with connection.cursor() as cursor:
        cursor.cursor.execute("SELECT current_setting('app.actor', true)")
        assert cursor.cursor.fetchone() == (connection.told_actor,)  # type: ignore[attr-defined]


def test_a_new_connection_in_a_request_is_told_too() -> None:
    def view() -> str:
        become(5)
        connection.close()
        return said()

    assert serve(view) == ["5"]


def test_requests_at_once_are_told_apart() -> None:
    wrong: list[tuple[str, str]] = []
    together = Barrier(THREADS)

    def one(number: int) -> None:
        def view() -> None:
            become(number)
            together.wait(timeout=20)
            if said() != str(number):
                wrong.append((str(number), "as somebody"))

        try:
            for _round in range(ROUNDS):
                serve(view)
                if serve(said) != [NOBODY]:
                    wrong.append((str(number), "after"))
        finally:
            connection.close()

    threads = [Thread(target=one, args=(number,)) for number in range(1, THREADS + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []
    assert not any(thread.is_alive() for thread in threads)
