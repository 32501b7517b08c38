"""Take the times. Everything is asked by one client at a time, over kept connections."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from kesimpta_tracker.bench.client import Answer, Client, hidden_fields
from kesimpta_tracker.bench.processes import Running
from kesimpta_tracker.problems import Problem

WARM_UP = 5
AFTER_A_SAVE = 0.1  # seconds, for the worker: it shares the processors with what is measured next
LONGEST_WAIT = 90.0
REDIRECTED = (302, 303)
FLAG = re.compile(r"/flags/([0-9a-f-]{36})/")


class People:
    """Ana reads a long diary, Sam reads it too, Bo writes, the nurse looks at the queue."""

    def __init__(self, port: int, known: dict[str, Any]) -> None:
        self.urls: dict[str, str] = known["urls"]
        self.usual: list[str] = known["usual"]
        self.urgent: str = known["urgent"]
        self.ana, self.sam, self.bo, self.nurse = (
            Client(port, {"sessionid": known["sessions"][name]}) for name in ("ana", "sam", "bo", "nurse")
        )

    def visit_every_page(self) -> None:
        for _ in range(20):
            for client, name in ((self.ana, "form"), (self.ana, "today"), (self.sam, "month"), (self.nurse, "queue")):
                expect(client.get(self.urls[name]), 200)
        self.save(self.usual)

    def save(self, slugs: list[str]) -> Answer:
        """Draw the form as Bo, and send it with these symptoms at "mild". Only the sending is timed."""
        page = expect(self.bo.get(self.urls["write"]), 200)
        hidden = hidden_fields(page.text)
        fields = [("csrfmiddlewaretoken", hidden["csrfmiddlewaretoken"]), ("key", hidden["key"])]
        fields += [("day", datetime.now(UTC).date().isoformat())]
        for slug in slugs:
            fields += [("s", slug), ("asked", slug), (f"grade-{slug}", "1")]
        return expect(self.bo.post(self.urls["write"], fields), *REDIRECTED)

    def save_and_see(self, slugs: list[str]) -> tuple[float, float]:
        """Return the milliseconds of a save, and of the save with the advice it leads to."""
        saved = self.save(slugs)
        advice = expect(self.bo.get(saved.location), 200)
        return saved.took, saved.took + advice.took

    def flags(self) -> set[str]:
        return set(FLAG.findall(expect(self.nurse.get(self.urls["queue"]), 200).text))


def expect(answer: Answer, *statuses: int) -> Answer:
    if answer.status not in statuses:
        raise Problem(f"A page answered {answer.status}, expected {statuses}: {answer.location or answer.text[:300]}")
    return answer


def in_turn(people: People, floor: Client, rounds: int) -> dict[str, list[float]]:
    """Ask every floor and every page once a round. Returns the milliseconds of each, the warm-up left out."""
    urls = people.urls
    asked: dict[str, Callable[[], float]] = {
        "floor.form": lambda: expect(floor.get("/form/"), 200).took,
        "form": lambda: expect(people.ana.get(urls["form"]), 200).took,
        "floor.list": lambda: expect(floor.get("/list/"), 200).took,
        "today": lambda: expect(people.ana.get(urls["today"]), 200).took,
        "month": lambda: expect(people.ana.get(urls["month"]), 200).took,
        "shared": lambda: expect(people.sam.get(urls["month"]), 200).took,
        "floor.save": lambda: _floor_save(floor),
    }
    times: dict[str, list[float]] = {name: [] for name in (*asked, "save", "save and advice")}
    for turn in range(rounds + WARM_UP):
        taken = {name: ask() for name, ask in asked.items()}
        taken["save"], taken["save and advice"] = people.save_and_see(people.usual)
        time.sleep(AFTER_A_SAVE)
        if turn >= WARM_UP:
            for name, took in taken.items():
                times[name].append(took)
    return times


def _floor_save(floor: Client) -> float:
    token = hidden_fields(expect(floor.get("/form/"), 200).text)["csrfmiddlewaretoken"]
    fields = [("csrfmiddlewaretoken", token), ("words", "A line of words"), ("grade", "1")]
    return expect(floor.post("/save/", fields), *REDIRECTED).took


def flags_with_worker(people: People, count: int) -> list[float]:
    """Return the milliseconds from each save of something urgent to its flag on the nurse's page."""
    return [_save_until_flag(people)[1] for _ in range(count)]


def flag_without(people: People, tracker: Running) -> tuple[float, float] | None:
    """Stop worker, broker and beat in their tracks; return the milliseconds of a save and until its flag."""
    stopped = tracker.parts("valkey-server", "celery")
    if not stopped:
        return None
    with standing_still(stopped):
        return _save_until_flag(people, pause=0.2)


@contextmanager
def standing_still(processes: list[int]) -> Iterator[None]:
    """Stop these processes in their tracks for a while."""
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def _save_until_flag(people: People, pause: float = 0.0) -> tuple[float, float]:
    before = people.flags()
    begun = time.perf_counter()
    saved = people.save([people.urgent])
    begun = max(begun, time.perf_counter() - saved.took / 1000)  # from the sending, not from drawing the form
    while not people.flags() - before:
        if time.perf_counter() - begun > LONGEST_WAIT:
            raise Problem(f"No flag after {LONGEST_WAIT:.0f} s.")
        time.sleep(pause)
    return saved.took, (time.perf_counter() - begun) * 1000
