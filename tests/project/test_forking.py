"""Forks: their exit codes, their name, their end."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kesimpta_tracker.forking import Forked, fork
from kesimpta_tracker.supervisor import Service, Supervisor
from tests.services import eventually, is_gone, quiet

pytestmark = pytest.mark.processes


@pytest.fixture
def forked(tmp_path: Path) -> Iterator[Callable[[Callable[[], None]], Forked]]:
    children: list[Forked] = []

    def start(work: Callable[[], None]) -> Forked:
        with (tmp_path / "log").open("a") as log:
            children.append(fork(work, "the name", {"GREETING": "hello"}, log))
        return children[-1]

    yield start
    for child in children:
        child.send_signal(signal.SIGKILL)
        child.wait()


def sleep() -> None:
    time.sleep(600)


def test_the_exit_code_tells_how_it_went(forked: Callable[[Callable[[], None]], Forked], tmp_path: Path) -> None:
    def fail() -> None:
        raise LookupError("no such cheese")

    def leave() -> None:
        sys.exit(7)

    def leave_with_words() -> None:
        sys.exit("no")

    assert forked(lambda: None).wait() == 0
    assert forked(leave).wait() == 7
    assert forked(leave_with_words).wait() == 1
    assert forked(fail).wait() == 1
    assert "LookupError: no such cheese" in (tmp_path / "log").read_text()


def test_a_signal_is_told_as_for_a_program(forked: Callable[[Callable[[], None]], Forked]) -> None:
    child = forked(sleep)
    assert child.poll() is None
    child.send_signal(signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM
    child.send_signal(signal.SIGTERM)  # to nobody: it has ended


def test_it_has_its_name_session_and_environment(
    forked: Callable[[Callable[[], None]], Forked], tmp_path: Path
) -> None:
    def show() -> None:
        sys.stdout.write(f"{os.environ['GREETING']} {os.getsid(0) == os.getpid()}\n")
        sys.stdout.flush()
        sleep()

    child = forked(show)
    assert eventually(lambda: (tmp_path / "log").read_text() == "hello True\n")
    assert Path(f"/proc/{child.pid}/cmdline").read_text().rstrip("\0") == "the name"
    assert "GREETING" not in os.environ


def test_the_supervisor_keeps_forks_as_it_keeps_programs(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, quiet)
    supervisor.start(Service("sleeper", ("sleeper",), work=sleep))
    child = supervisor.children()[0]
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    def runs_again() -> bool:
        supervisor.look()
        return child.process.pid != first and not child.ended

    assert eventually(runs_again)
    second = child.process.pid
    supervisor.stop()
    assert is_gone(second)
