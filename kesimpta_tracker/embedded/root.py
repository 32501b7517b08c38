"""Run PostgreSQL when we are root: it refuses to, so it becomes somebody else.

First choice is a user namespace: nothing on the machine changes. Where that is not allowed (Docker's default)
it becomes `nobody`, and needs programs and data in folders that `nobody` can reach.
"""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

from kesimpta_tracker.embedded.binaries import PostgresPrograms
from kesimpta_tracker.supervisor import guarded

SHELF = Path("/var/lib/kesimpta-tracker")


def server_identity(programs: PostgresPrograms) -> str:
    """Return who the server runs as: `same`, `namespace`, or the numbers of `nobody`."""
    if os.geteuid() != 0:
        return "same"
    trial = guarded([str(programs.postgres), "--version"], "namespace", signal.SIGKILL)
    if subprocess.run(trial, capture_output=True).returncode == 0:  # noqa: S603 (our own commands, no shell)
        return "namespace"
    return nobody()


def nobody() -> str:
    entry = pwd.getpwnam("nobody")
    return f"{entry.pw_uid}:{entry.pw_gid}"


def is_reachable(folder: Path) -> bool:
    """Say whether every user may walk into this folder."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents))


def reachable_programs(programs: PostgresPrograms, shelf: Path = SHELF) -> PostgresPrograms:
    """Return programs that `nobody` can run: these, or a copy with its libraries in the same places."""
    if is_reachable(programs.folder):
        return programs
    install = programs.folder.parent
    copy = shelf / f"postgres-{programs.major}-{_short(install)}"
    if not copy.exists():
        _make_open(shelf)
        fresh = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(install, fresh / "package" / install.name)
        for libraries in install.parent.parent.glob(f"{install.parent.name}.libs"):
            shutil.copytree(libraries, fresh / libraries.name)
        fresh.chmod(0o755)
        fresh.rename(copy)
    return replace(programs, folder=copy / "package" / install.name / programs.folder.name)


def reachable_data(data: Path, shelf: Path = SHELF) -> Path:
    """Return a place for the data that `nobody` can reach: this one, or one of its own on the shelf."""
    if is_reachable(data.parent):
        return data
    home = shelf / f"data-{_short(data)}"
    _make_open(shelf)
    _make_open(home)
    return home / data.name


def _make_open(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
