"""Where the embedded services keep their files, secrets and sockets, and the lock that guards them."""

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kesimpta_tracker.problems import Problem

# A Unix socket's path may have 107 bytes on Linux and 103 on macOS; the longest name is `.s.PGSQL.5432.lock`.
LONGEST_SOCKET_FOLDER = 80
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")
LEFTOVERS_END_WITHIN = 20.0


@dataclass(frozen=True)
class Places:
    """The folder `var/` and what is in it. All of it belongs to the person who runs the tracker."""

    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets"

    def make(self) -> None:
        """Make the folders. Only the owner may look into logs, secrets and the running parts."""
        self.var.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.run, self.secrets):
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)

    def secret(self, name: str) -> str:
        """Return the secret kept under this name, made on first use."""
        path = self.secrets / name
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()

    def sockets(self) -> Path:
        """Return a folder for sockets: in `var/`, or a temporary one if that path is too long or odd."""
        folder = self.run
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(folder)):
            return folder
        return Path(tempfile.mkdtemp(prefix="kesimpta-", dir=os.environ.get("XDG_RUNTIME_DIR") or None))

    def forget_sockets(self, folder: Path) -> None:
        """Remove a temporary folder of `sockets`. The folder in `var/` stays."""
        if folder != self.run:
            shutil.rmtree(folder, ignore_errors=True)


def lock(places: Places) -> IO[str]:
    """Hold `var/` for this process. The children inherit the open file, so it is free when all have ended.

    A second start is refused at once; what is left of a start that was killed gets time to end.
    """
    file = (places.run / "lock").open("a+")
    try:
        _wait_for_lock(file, places)
    except Problem:
        file.close()
        raise
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _wait_for_lock(file: IO[str], places: Places) -> None:
    deadline = time.monotonic() + LEFTOVERS_END_WITHIN
    while not _try_lock(file):
        file.seek(0)
        owner = file.read().strip()
        if owner and _is_alive(int(owner)):
            raise Problem(
                f"The tracker already runs from this folder, as process {owner}. "
                "Stop it first (Ctrl-C in its window), or use a copy of the folder."
            )
        if time.monotonic() > deadline:
            raise Problem(
                f"Parts of an earlier run still hold {places.var}. "
                "Look for them with `ps` and end them, then try again."
            )
        time.sleep(0.1)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
