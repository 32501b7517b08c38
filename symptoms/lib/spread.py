"""Work in parts over several processes, each with a database connection of its own."""

import gc
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from typing import Final, TypeVar

import django
from django.conf import settings
from django.db import connection

# New objects after which the collector looks for circles; by default 700.
COLLECT_EVERY: Final = 100_000

Part = TypeVar("Part")
Done = TypeVar("Done")


def spread(do: Callable[[Part], Done], parts: Iterable[Part], processes: int) -> Iterator[Done]:
    """Yield what `do` makes of each part, in any order; `do` is a function at the top of a module.

    New processes are started, not forked: a connection that two processes share is read by the wrong one.
    A fault in one of them is raised here. With one process all is done in this one.
    """
    if processes <= 1:
        yield from map(do, parts)
        return
    name = str(connection.settings_dict["NAME"])
    with get_context("spawn").Pool(processes, initializer=_set_up, initargs=(name,)) as pool:
        yield from pool.imap_unordered(do, parts)


def _set_up(database: str) -> None:
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    # What is loaded by now stays, and parts make no circles: the collector need not look through it all so often.
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)
