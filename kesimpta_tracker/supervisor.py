"""Start programs, keep them alive, end them in order. One process, no threads, only the standard library.

Start programs from the main thread only: Linux tells a child that its parent is gone when the thread ends
that started it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import IO

from kesimpta_tracker.forking import Forked, fork
from kesimpta_tracker.problems import Problem, Stopped

GUARD = Path(__file__).with_name("guard.py")
LOOK_EVERY = 0.1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
WELL_AFTER = 20.0  # a program that lived this long has no failures against it
LARGEST_LOG = 5_000_000


def always() -> bool:
    return True


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Service:
    """A program to run: what it is called, how to start it, how to know that it is ready, how to end it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    work: Callable[[], None] | None = None  # done in a fork of this process, instead of the command
    aloud: bool = False  # what it prints goes to the terminal and not to a log
    folder: Path | None = None
    identity: str = "same"
    before: Callable[[], None] = _nothing
    ready: Callable[[], bool] = always
    start_within: float = 30.0
    start_tries: int = 1
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 8.0


@dataclass
class Child:
    """A service with its process of the moment."""

    service: Service
    process: subprocess.Popen[bytes] | Forked
    started: float
    failures: int = 0
    due: float | None = None  # when to start again, on the monotonic clock

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None


class Supervisor:
    """Keeps services alive. `stages` are groups in the order they were started; they end the other way."""

    def __init__(self, logs: Path, say: Callable[[str], None], inherited: Sequence[int] = ()) -> None:
        self.logs = logs
        self.say = say
        self.inherited = tuple(inherited)
        self.stages: list[list[Child]] = []
        self.stop_wanted = False

    def listen(self) -> None:
        """Let Ctrl-C, `kill` and a closed window ask for an orderly end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._want_stop)

    def start(self, *services: Service) -> None:
        """Start these services side by side and return when all are ready."""
        stage = [Child(service, self._spawn(service), time.monotonic()) for service in services]
        self.stages.append(stage)
        waiting = list(stage)
        while waiting:
            waiting = [child for child in waiting if not self._is_ready(child)]
            if waiting:
                self._pause()

    def run(self, service: Service) -> None:
        """Run a program to its end; what it prints goes to the terminal."""
        process = self._spawn(replace(service, aloud=True))
        try:
            while process.poll() is None:
                self._pause()
        except Stopped:
            process.send_signal(service.stop_signal)
            process.wait()
            raise
        if process.returncode:
            raise Problem(f"{service.name} did not work. What it said stands above.")

    def watch(self) -> None:
        """Start again whatever ends, until somebody asks to stop."""
        while not self.stop_wanted:
            self.look()
            time.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Look at every child once: notice an end, and start again what is due."""
        for child in self.children():
            if child.due is not None:
                if time.monotonic() >= child.due:
                    self._start_again(child)
            elif child.ended:
                self._plan_restart(child)

    def children(self) -> list[Child]:
        return [child for stage in self.stages for child in stage]

    def stop(self) -> None:
        """End every service: the last stage first, everything in a stage at once."""
        while self.stages:
            stage = self.stages[-1]
            for child in stage:
                _signal(child, child.service.stop_signal)
            deadline = time.monotonic() + max(child.service.stop_within for child in stage)
            while not all(child.ended for child in stage) and time.monotonic() < deadline:
                time.sleep(0.02)
            for child in stage:
                _end_family(child)
            self.stages.pop()

    def tail(self, service: Service, lines: int = 8) -> str:
        """Return the last lines that a service wrote."""
        path = self._log_path(service)
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""

    def _want_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_wanted = True

    def _pause(self) -> None:
        if self.stop_wanted:
            raise Stopped
        time.sleep(0.02)

    def _is_ready(self, child: Child) -> bool:
        if child.ended:
            child.failures += 1
            self._give_up_on(child, child.failures >= child.service.start_tries, "ended at once")
            time.sleep(FIRST_PAUSE)
            child.process = self._spawn(child.service)
            return False
        if child.service.ready():
            return True
        self._give_up_on(child, False, "did not answer in time")
        return False

    def _give_up_on(self, child: Child, hopeless: bool, what: str) -> None:
        service = child.service
        if hopeless or time.monotonic() - child.started > service.start_within:
            raise Problem(f"{service.name} {what}. The end of {self._log_path(service)}:\n{self.tail(service)}")

    def _plan_restart(self, child: Child) -> None:
        _end_family(child)
        if time.monotonic() - child.started > WELL_AFTER:
            child.failures = 0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**child.failures)
        child.failures += 1
        child.due = time.monotonic() + pause
        self.say(f"{child.service.name} ended ({_how(child.process)}). Starting it again in {pause:g} s.")

    def _start_again(self, child: Child) -> None:
        child.due = None
        child.started = time.monotonic()
        child.process = self._spawn(child.service)

    def _spawn(self, service: Service) -> subprocess.Popen[bytes] | Forked:
        service.before()
        output = sys.stdout if service.aloud else None
        if service.work:
            with output_of(output, self._log_path(service)) as out:
                return fork(service.work, " ".join(service.command), service.environment, out)
        command = guarded(service.command, service.identity, service.stop_signal)
        with output_of(output, self._log_path(service)) as out:
            return subprocess.Popen(  # noqa: S603 (our own commands, no shell)
                command,
                env={**os.environ, **service.environment},
                cwd=service.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor only: it ends the others in order
                pass_fds=self.inherited,
            )

    def _log_path(self, service: Service) -> Path:
        return self.logs / f"{service.name}.log"


def output_of(given: IO[str] | None, log: Path) -> IO[str]:
    """Open what a program writes to: a copy of this stream, or its log, put aside when it has grown."""
    if given is not None:
        given.flush()
        return os.fdopen(os.dup(given.fileno()), "w")
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    return os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a")


def guarded(command: Sequence[str], identity: str, number: signal.Signals) -> list[str]:
    """Return the command that runs `command` so that it ends when this process is gone."""
    return [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(number)), identity, *command]


def _signal(child: Child, number: signal.Signals) -> None:
    if not child.ended:
        child.process.send_signal(number)


def _end_family(child: Child) -> None:
    """Kill what is left of a child and its own children, which share its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _how(process: subprocess.Popen[bytes] | Forked) -> str:
    code = process.returncode
    return f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def say(words: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
