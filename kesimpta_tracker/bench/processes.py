"""Start and stop a whole tracker, find its parts, and weigh it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from kesimpta_tracker.bench.client import Client
from kesimpta_tracker.embedded.postgres import command_of
from kesimpta_tracker.launcher import HOME
from kesimpta_tracker.problems import Problem

# What the person's environment may name; the benchmark has its own.
NOT_PASSED_ON = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "BROKER_URL",
    "DJANGO_SETTINGS_MODULE",
    "VAR",
    "PORT",
    "HOST",
    "PUBLIC_URL",
}


@dataclass
class Running:
    """A tracker that runs: its launcher, its port, and the seconds from the command to the first page."""

    process: subprocess.Popen[str]
    port: int
    took: float

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=120)

    def parts(self, *words: str) -> list[int]:
        """Return the processes of the parts with these words in their command lines."""
        family = family_of(self.process.pid)
        return [member for member in family if any(word in command_of(member) for word in words)]


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def start_tracker(var: Path, **settings: str) -> Running:
    """Start a tracker with data in `var`, and these settings, and wait for its first page."""
    port = free_port()
    told = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    begun = time.monotonic()
    output = tempfile.TemporaryFile("w+")  # noqa: SIM115 (it lives as long as the process)
    process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
        [sys.executable, "-m", "kesimpta_tracker.launcher", f"--var={var}", f"--port={port}"],
        cwd=HOME,
        env={**told, "DEMO": "false", **settings},
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )
    client = Client(port)
    while not client.is_answered("/"):
        if process.poll() is not None:
            output.seek(0)
            raise Problem(f"The tracker did not start:\n{output.read()}")
        time.sleep(0.02)
    return Running(process, port, time.monotonic() - begun)


def family_of(process: int) -> list[int]:
    """Return a process and all that descend from it. Empty where the system has no /proc."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(status.parent.name)] = int(words[1])
    family = [process] if process in parents else []
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def memory_of_family(process: int) -> float | None:
    """Return the megabytes (proportional set size) of a process and its descendants, None without /proc."""
    kilobytes = [
        int(line.split()[1])
        for member in family_of(process)
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    ]
    return sum(kilobytes) / 1000 if kilobytes else None
