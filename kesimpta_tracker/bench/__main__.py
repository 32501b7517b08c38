"""Measure, print one line a target, and end with 1 where a `must` is missed."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kesimpta_tracker.bench import measures, report, wall
from kesimpta_tracker.bench.client import Client
from kesimpta_tracker.bench.processes import Running, free_port, memory_of_family, start_tracker
from kesimpta_tracker.launcher import HOME
from kesimpta_tracker.problems import Problem
from kesimpta_tracker.supervisor import Service, Supervisor, say

FLOORS = ("-m", "gunicorn", "-c", "python:kesimpta_tracker.web", "kesimpta_tracker.wsgi")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--entries", type=int, default=1000, help="entries in the diary that is read")
    parser.add_argument("--rounds", type=int, default=60, help="how often each page is asked")
    parser.add_argument("--flags", type=int, default=30, help="how many flags are waited for")
    parser.add_argument("--stored", type=int, default=30_000, help="stored entries that are assessed anew")
    parser.add_argument("--scheduled", type=int, default=1_000_000, help="reminders that wait in all")
    parser.add_argument("--mails", type=int, default=1500, help="mails that are sent to a server of the benchmark")
    parser.add_argument("--days", type=int, default=5 * 365, help="days of the diary that is downloaded")
    parser.add_argument("--sharing", type=int, default=500, help="other patients who share with the clinic")
    only = ("pages", "rules", "reminders", "notes", "my-data", "wall")
    parser.add_argument("--only", choices=only, help="take only these measures; those of the wall only so")
    choices = parser.parse_args()
    var = Path(tempfile.mkdtemp(prefix="kb-"))
    try:
        lines = measure(var, choices)
    except Problem as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 2
    finally:
        shutil.rmtree(var, ignore_errors=True)
    say(report.table(lines))
    return 1 if any(line.missed for line in lines) else 0


def measure(var: Path, choices: argparse.Namespace) -> list[report.Line]:
    """Start twice, fill the database, and take every measure. Returns the lines of the report."""
    if choices.only == "notes":
        return notes()
    if choices.only == "wall":
        return second_wall(var, choices)
    say("Starting a tracker of the benchmark's own, twice ...")
    first = start_tracker(var)
    if choices.only in ("rules", "reminders", "my-data"):
        try:
            if choices.only == "my-data":
                return my_data(var, choices.days)
            return rules(var, choices.stored) if choices.only == "rules" else reminders(var, first, choices)
        finally:
            first.stop()
    known = bench_data(var, f"--entries={choices.entries}", "--queries")
    first.stop()
    with running(var) as tracker:
        people = measures.People(tracker.port, known)
        people.visit_every_page()
        lines = [report.start(tracker.took, first.took), report.memory(memory_of_family(tracker.process.pid))]
        say(f"Asking each page and each floor {choices.rounds} times, in turn ...")
        with floors(var) as port:
            floor = Client(port, {"sessionid": known["sessions"]["ana"]})
            times = measures.in_turn(people, floor, choices.rounds)
        lines += report.pages(times, known["queries"])
        say(f"Waiting for {choices.flags} flags, then for one with worker, broker and beat stopped ...")
        lines += report.flags(measures.flags_with_worker(people, choices.flags), measures.flag_without(people, tracker))
        if choices.only is None:
            lines += rules(var, choices.stored) + notes() + my_data(var, choices.days)
            lines += reminders(var, tracker, choices)
    return lines


def my_data(var: Path, days: int) -> list[report.Line]:
    """Download a long diary and bring it back, and return how long that took."""
    say(f"Downloading {days} days, and bringing them back ...")
    return report.my_data(bench_data(var, f"--my-data={days}"))


def second_wall(var: Path, choices: argparse.Namespace) -> list[report.Line]:
    """Start a tracker with the second wall, and return what it costs against the same without."""
    tracker = start_tracker(var, SECOND_WALL="true")
    try:
        known = bench_data(var, f"--entries={choices.entries}", f"--sharing={choices.sharing}")
        say(f"Asking three servers for each page {choices.rounds} times, in turn ...")
        with wall.servers(var, told_by(var)) as ports:
            return report.wall(wall.in_turn(ports, known, choices.rounds))
    finally:
        tracker.stop()


def notes() -> list[report.Line]:
    """Find symptoms in notes, and return P13."""
    say("Reading notes ...")
    command = [sys.executable, "-m", "kesimpta_tracker.bench.notes"]
    done = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 (our own)
    return report.notes(json.loads(done.stdout))


def rules(var: Path, stored: int) -> list[report.Line]:
    """Assess diaries, then assess stored entries anew, and return P9 and P10."""
    say(f"Assessing diaries of a year, and {stored} stored entries anew ...")
    return report.rules(bench_data(var, f"--rules={stored}"))


def reminders(var: Path, tracker: Running, choices: argparse.Namespace) -> list[report.Line]:
    """Claim among a million reminders and send mails, while the tracker's own worker and watcher stand still."""
    say(f"Claiming among {choices.scheduled} reminders, and sending {choices.mails} mails, three times ...")
    with measures.standing_still(tracker.parts("celery", "watch")):
        return report.reminders(bench_data(var, f"--reminders={choices.scheduled}", f"--mails={choices.mails}"))


def bench_data(var: Path, *choices: str) -> dict[str, Any]:
    """Let `bench_data` work on the tracker's database and return what it says."""
    done = subprocess.run(  # noqa: S603 (our own command, no shell)
        [sys.executable, "manage.py", "bench_data", *choices],
        cwd=HOME,
        env={**os.environ, **environment_of(var)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    known: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return known


def environment_of(var: Path) -> dict[str, str]:
    """Return how to reach the tracker's services. The benchmark makes tables of its own, so it is the owner."""
    found = told_by(var)
    return {**found, "DATABASE_URL": found["DATABASE_OWNER_URL"]}


def told_by(var: Path) -> dict[str, str]:
    """Return the environment of the parts of the tracker whose data is in `var`."""
    lines = (var / "run" / "environment").read_text().splitlines()
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}


@contextmanager
def running(var: Path) -> Iterator[Running]:
    tracker = start_tracker(var)
    try:
        yield tracker
    finally:
        tracker.stop()


@contextmanager
def floors(var: Path) -> Iterator[int]:
    """Serve the floors from the same database with the same server, and give their port."""
    port = free_port()
    client = Client(port)
    told = {**environment_of(var), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "kesimpta_tracker.bench.settings"}
    supervisor = Supervisor(var / "log", say)
    service = Service("floors", (sys.executable, *FLOORS), told, folder=HOME, ready=client.is_answered, start_within=60)
    try:
        supervisor.start(service)
        time.sleep(0.5)
        yield port
    finally:
        supervisor.stop()


if __name__ == "__main__":
    sys.exit(main())
