"""Rows that many tests share."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy

from django.db import transaction
from django.test import Client


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo in the end whatever is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def as_found(clients: Iterable[Client]) -> Iterator[None]:
    """Undo in the end whatever is written inside, and give each browser back the cookies that it has now."""
    before = [(client, deepcopy(client.cookies)) for client in clients]
    with taken_back():
        yield
    for client, cookies in before:
        client.cookies = cookies
