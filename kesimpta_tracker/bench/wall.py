"""What the second wall costs (docs/adr/0016): the same pages from three web servers on one database.

Two are without the wall, as the owner of the tables; what they differ by is the noise. The third is behind it.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kesimpta_tracker.bench.client import Client
from kesimpta_tracker.bench.measures import AFTER_A_SAVE, WARM_UP, People, expect
from kesimpta_tracker.bench.processes import free_port
from kesimpta_tracker.launcher import HOME
from kesimpta_tracker.supervisor import Service, Supervisor, say

WEB: Final = ("-m", "gunicorn", "-c", "python:kesimpta_tracker.web", "kesimpta_tracker.wsgi")
WITHOUT: Final = ("without", "without again")
WITH: Final = "with"


@contextmanager
def servers(var: Path, environment: dict[str, str]) -> Iterator[dict[str, int]]:
    """Serve the tracker's database three times, and give the port of each."""
    supervisor = Supervisor(var / "log", say)
    ports = {name: free_port() for name in (*WITHOUT, WITH)}
    try:
        for name, port in ports.items():
            url = environment["DATABASE_URL" if name == WITH else "DATABASE_OWNER_URL"]
            told = {**environment, "PORT": str(port), "WEB_WORKERS": "1", "DATABASE_URL": url}
            told["SECOND_WALL"] = str(name == WITH).lower()
            ready = Client(port).is_answered
            service = Service(name.replace(" ", "-"), (sys.executable, *WEB), told, folder=HOME, ready=ready)
            supervisor.start(service)
        yield ports
    finally:
        supervisor.stop()


def in_turn(ports: dict[str, int], known: dict[str, Any], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Ask each server for each page once a round, in an order by chance. Return the milliseconds by page and server."""
    people = {name: People(port, known) for name, port in ports.items()}
    for one in people.values():
        one.visit_every_page()
    pages: dict[str, Callable[[People], float]] = {
        "form": lambda one: expect(one.ana.get(one.urls["form"]), 200).took,
        "today": lambda one: expect(one.ana.get(one.urls["today"]), 200).took,
        "month": lambda one: expect(one.ana.get(one.urls["month"]), 200).took,
        "shared": lambda one: expect(one.sam.get(one.urls["month"]), 200).took,
        "queue": lambda one: expect(one.nurse.get(one.urls["queue"]), 200).took,
        "save": lambda one: _save(one),
    }
    times: dict[str, dict[str, list[float]]] = {page: {name: [] for name in ports} for page in pages}
    for turn in range(rounds + WARM_UP):
        for page, ask in pages.items():
            for name in random.sample(list(ports), len(ports)):
                took = ask(people[name])
                if turn >= WARM_UP:
                    times[page][name].append(took)
    return times


def _save(one: People) -> float:
    took = one.save(one.usual).took
    time.sleep(AFTER_A_SAVE)
    return took
