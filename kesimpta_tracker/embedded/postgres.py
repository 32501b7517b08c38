"""A PostgreSQL of the tracker's own, on a Unix socket.

The server runs in the foreground as a child, so that its end is seen and its process is reaped. A plain role owns
the database and makes its tables; the tracker runs as another, which cannot change the audit log (docs/adr/0020).
The superuser exists, and is used only to make these.
"""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kesimpta_tracker.embedded.binaries import PostgresPrograms
from kesimpta_tracker.problems import Problem
from kesimpta_tracker.supervisor import Service, guarded

ROLE = DATABASE = "tracker"
RUNTIME = "tracker_runtime"
SUPERUSER = "keeper"
PROTOCOL_3 = 196608
BUILTIN_LOCALE_SINCE = 17
IO_METHOD_SINCE = 18

SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=60",
    "shared_buffers=64MB",
    "max_wal_size=256MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "jit=off",
    # What people write about their health must not end in a log.
    "log_min_error_statement=panic",
    "log_parameter_max_length_on_error=0",
    "log_error_verbosity=terse",  # without the detail, which repeats the values of a row
)
# For tests: a crash may lose everything, so nothing waits for the disk.
SETTINGS_WITHOUT_DISK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")


@dataclass(frozen=True)
class Postgres:
    """One server: its programs, its folders, the passwords of its three roles and who it runs as."""

    programs: PostgresPrograms
    data: Path
    sockets: Path
    password: str
    superuser_password: str
    runtime_password: str
    identity: str = "same"
    extra_settings: Sequence[str] = ()

    def url(self, database: str = DATABASE) -> str:
        """Return the address for the owner of the tables."""
        return self._address(ROLE, self.password, database)

    def runtime_url(self) -> str:
        """Return the address for the tracker as it runs."""
        return self._address(RUNTIME, self.runtime_password, DATABASE)

    def create(self) -> None:
        """Make the data folder on first use. A start that was cut short leaves nothing half made."""
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            take_over(self.data, self.identity)
            self._make_runtime_role()
            return
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        _make_folder_for(fresh, self.identity)
        password_file = fresh.with_name(f"{self.data.name}.password")
        password_file.write_text(self.superuser_password)
        password_file.chmod(0o600)
        give(password_file, self.identity)
        try:
            self._initdb(fresh, password_file)
        finally:
            password_file.unlink()
        self._make_role_and_database(fresh)
        fresh.rename(self.data)
        self._make_runtime_role()

    def service(self) -> Service:
        """Return how to run it. SIGINT is PostgreSQL's fast and clean stop."""
        return Service(
            name="database",
            command=(str(self.programs.postgres), "-D", str(self.data), *self._options()),
            environment=ENVIRONMENT,
            folder=Path("/"),
            identity=self.identity,
            before=self.clear_stale_lock,
            ready=self.answers,
            start_within=60,
            start_tries=60,
            stop_signal=signal.SIGINT,
            stop_within=30,
        )

    def answers(self) -> bool:
        """Say whether it takes sign-ins: it asks for a password as soon as its data is whole again."""
        fields = b"user\0" + ROLE.encode() + b"\0database\0" + DATABASE.encode() + b"\0\0"
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(1)
            try:
                link.connect(str(self.sockets / ".s.PGSQL.5432"))
                link.sendall(struct.pack("!ii", len(fields) + 8, PROTOCOL_3) + fields)
                return link.recv(1) == b"R"
            except OSError:
                return False

    def clear_stale_lock(self) -> None:
        """Remove the lock file of a server that is gone.

        PostgreSQL does so itself unless another process has its number by now, or it is dead and not yet
        buried by its parent. In a container that never buries, it would not start again.
        """
        lock = self.data / "postmaster.pid"
        if lock.exists():
            number = lock.read_text().partition("\n")[0].strip()
            if not number.isdigit() or str(self.data) not in command_of(int(number)):
                lock.unlink(missing_ok=True)

    def _options(self) -> list[str]:
        settings = [*SETTINGS, f"unix_socket_directories={self.sockets}"]
        if self.programs.major >= IO_METHOD_SINCE:
            settings.append("io_method=sync")
        return [word for setting in (*settings, *self.extra_settings) for word in ("-c", setting)]

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.programs.major):
            raise Problem(
                f"The data in {self.data} was made by PostgreSQL {made_by}, and the one found now is "
                f"PostgreSQL {self.programs.major} ({self.programs.folder}). Set EMBEDDED_PG_BIN to the "
                f"programs of PostgreSQL {made_by}, or move the data over with pg_dump and psql."
            )

    def _initdb(self, fresh: Path, password_file: Path) -> None:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.programs.major < BUILTIN_LOCALE_SINCE:
            locale = ["--locale=en_US.UTF-8" if sys.platform == "darwin" else "--locale=C.UTF-8"]
        self._run(
            [str(self.programs.initdb), "-D", str(fresh), "-U", SUPERUSER, "-A", "scram-sha-256"]
            + [f"--pwfile={password_file}", "--encoding=UTF8", "--data-checksums", *locale]
            + (["--no-sync"] if "fsync=off" in self.extra_settings else [])
        )

    def _make_role_and_database(self, fresh: Path) -> None:
        """Make the plain role and its database in single-user mode: no port, one line a command."""
        self._alone(
            fresh,
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n",
        )

    def _make_runtime_role(self) -> None:
        """Make the role that the tracker runs as, once; also in data of a version that knew none."""
        mark = self.data / "runtime-role-is-made"
        if mark.exists():
            return
        self.clear_stale_lock()
        make = f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{RUNTIME}') THEN CREATE ROLE {RUNTIME}; END IF"
        sign_in = f"ALTER ROLE {RUNTIME} LOGIN PASSWORD '{self.runtime_password}'"
        self._alone(self.data, f"DO $$BEGIN {make}; END$$\n{sign_in}\nGRANT {RUNTIME} TO {ROLE}\n")
        mark.touch()

    def _alone(self, data: Path, words: str) -> None:
        self._run(
            [str(self.programs.postgres), "--single", "-D", str(data), "-c", "exit_on_error=on", "postgres"], words
        )

    def _address(self, role: str, password: str, database: str) -> str:
        return f"postgres://{role}:{password}@{quote(str(self.sockets), safe='')}/{database}"

    def _run(self, command: list[str], words: str = "") -> None:
        done = subprocess.run(  # noqa: S603 (our own commands, no shell)
            guarded(command, self.identity, signal.SIGTERM),
            input=words,
            capture_output=True,
            text=True,
            env={**os.environ, **ENVIRONMENT},
            cwd="/",
        )
        if done.returncode:
            raise Problem(f"PostgreSQL could not be set up:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


# PostgreSQL reads these; whatever the shell of the moment says must not end in the data.
ENVIRONMENT = {"LC_ALL": "C", "LANG": "C", "TZ": "UTC", "PGTZ": "UTC"}


def command_of(process: int) -> str:
    """Return the command line of a living process. Of one that is dead, or ends while it is looked at, it is empty."""
    listing = Path("/proc")
    if (listing / "self").exists():
        try:
            return (listing / str(process) / "cmdline").read_text(errors="replace").replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return subprocess.run(  # noqa: S603
        ["ps", "-o", "command=", "-p", str(process)],  # noqa: S607
        capture_output=True,
        text=True,
    ).stdout


def _owner(identity: str) -> tuple[int, int] | None:
    if ":" not in identity:
        return None
    user, group = (int(part) for part in identity.split(":"))
    return user, group


def take_over(data: Path, identity: str) -> None:
    """Give the data to whom the server runs as: root may have been `nobody` last time and not this time."""
    owner = _owner(identity) or (os.geteuid(), os.getegid())
    if os.geteuid() == 0 and data.stat().st_uid != owner[0]:
        for path in (data, *data.rglob("*")):
            os.chown(path, *owner, follow_symlinks=False)


def _make_folder_for(folder: Path, identity: str) -> None:
    folder.mkdir(mode=0o700, parents=True)
    give(folder, identity)


def give(path: Path, identity: str) -> None:
    if owner := _owner(identity):
        os.chown(path, *owner)
