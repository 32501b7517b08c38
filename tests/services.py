"""PostgreSQL and Valkey for a test run, as a pytest plugin (`-p tests.services`).

The first pytest process starts one PostgreSQL, before Django reads its settings; workers of pytest-xdist
find its address in their environment and make a database each. Set DATABASE_URL to use another server.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kesimpta_tracker.embedded.binaries import find_valkey
from kesimpta_tracker.embedded.places import Places
from kesimpta_tracker.embedded.postgres import SETTINGS_WITHOUT_DISK
from kesimpta_tracker.embedded.services import postgres_for
from kesimpta_tracker.embedded.valkey import Valkey
from kesimpta_tracker.supervisor import Supervisor


def quiet(_words: str) -> None:
    """Take what a supervisor says and keep it to ourselves."""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start PostgreSQL unless the environment names one (as it does in the workers of pytest-xdist)."""
    if os.environ.get("DATABASE_URL"):
        return
    folder = Path(tempfile.mkdtemp(prefix="kt-"))
    places = Places(folder)
    places.make()
    postgres = postgres_for(places, places.sockets(), extra_settings=SETTINGS_WITHOUT_DISK)
    supervisor = Supervisor(places.logs, quiet)

    def end() -> None:
        supervisor.stop()
        os.environ.pop("DATABASE_URL", None)
        for left in (folder, postgres.sockets, postgres.data):
            shutil.rmtree(left, ignore_errors=True)

    early_config.add_cleanup(end)
    postgres.create()
    supervisor.start(postgres.service())
    os.environ["DATABASE_URL"] = postgres.url()


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder with a short path for a tracker's files: a socket's path has a limit."""
    folder = Path(tempfile.mkdtemp(prefix="kt-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def places(var: Path) -> Places:
    one = Places(var)
    one.make()
    return one


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """The address of a real, empty Valkey that lives as long as this test process."""
    folder = Path(tempfile.mkdtemp(prefix="kt-"))
    places = Places(folder)
    places.make()
    valkey = Valkey(find_valkey(), folder / "valkey", places.sockets())
    supervisor = Supervisor(places.logs, quiet)
    valkey.create()
    supervisor.start(valkey.service())
    yield valkey.url
    supervisor.stop()
    shutil.rmtree(folder, ignore_errors=True)


def eventually(is_so: Callable[[], bool], within: float = 20.0) -> bool:
    """Look again and again at something that processes do in their own time."""
    deadline = time.monotonic() + within
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_gone(process: int) -> bool:
    """Say whether a process has ended, or is dead and waits for its parent."""
    status = Path(f"/proc/{process}/status")
    try:
        os.kill(process, 0)
        return status.exists() and "State:\tZ" in status.read_text()
    except (ProcessLookupError, FileNotFoundError):
        return True


def a_program(folder: Path, name: str, script: str = "exit 0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
