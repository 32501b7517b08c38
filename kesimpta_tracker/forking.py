"""Parts of the tracker as forks of one process that has loaded it once: less memory, quicker start. Linux only."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from kesimpta_tracker.guard import end_with_parent

ARGUMENTS_START, ARGUMENTS_END = 47, 48  # fields of /proc/self/stat, counted from 0


class Forked:
    """A child without a program of its own, seen as `subprocess.Popen` shows one that has."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int:
        while (code := self.poll()) is None:
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def fork(work: Callable[[], None], title: str, environment: Mapping[str, str], output: IO[str]) -> Forked:
    """Do this work in a child that ends with this process. Its exit code is 0 when the work returns."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Forked(pid)
    code = 1
    try:
        _settle(parent, title, output)
        os.environ.update(environment)
        work()
        code = 0
    except SystemExit as wish:
        code = wish.code if isinstance(wish.code, int) else int(wish.code is not None)
    finally:
        if code and sys.exc_info()[0] is not None:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _settle(parent: int, title: str, output: IO[str]) -> None:
    """Make the child its own: session, signals, streams, name."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    end_with_parent(parent, signal.SIGTERM)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    set_title(title)


def set_title(title: str) -> None:
    """Show what the process does in lists such as `ps`, by writing over its own command line."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    # Two fields stand before the closing bracket.
    start, end = int(fields[ARGUMENTS_START - 2]), int(fields[ARGUMENTS_END - 2])
    if start and end > start:
        room = end - start
        ctypes.memmove(start, title.encode()[: room - 1].ljust(room, b"\0"), room)
