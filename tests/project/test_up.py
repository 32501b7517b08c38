"""The one command, run for real in a folder of its own: start, kill, start again, stop."""

import http.client
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import psycopg2.errors
import pytest

from kesimpta_tracker.bench.processes import family_of, free_port
from kesimpta_tracker.embedded.postgres import command_of
from tests.services import eventually, is_gone

pytestmark = pytest.mark.processes

HOME = Path(__file__).resolve().parents[2]
PARTS = ("postgres", "valkey-server", "crew", "gunicorn", " worker ", " beat ", "watch")


@dataclass
class Tracker:
    """A tracker that runs in `var`, and what it has said so far."""

    process: subprocess.Popen[str]
    port: int
    said: str

    def get(self, path: str = "/") -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request("GET", path, headers={"Host": "localhost"})
            return link.getresponse().status
        except OSError:
            return 0
        finally:
            link.close()

    def part(self, word: str) -> int:
        """Return the process of a part, 0 when it does not run."""
        found = [member for member in family_of(self.process.pid) if word in command_of(member)]
        return found[0] if found else 0

    def everybody(self) -> list[int]:
        return family_of(self.process.pid)

    def stop(self, number: signal.Signals = signal.SIGINT) -> str:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        return rest


def launch(var: Path, port: int, *words: str) -> subprocess.Popen[str]:
    told = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", f"--var={var}", f"--port={port}", *words],
        cwd=HOME,
        env={**told, "WEB_WORKERS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def start(var: Path, port: int | None = None, *words: str) -> Tracker:
    """Start a tracker and wait until it says how to stop it."""
    port = port or free_port()
    process = launch(var, port, *words)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C stops everything" in line:
            return Tracker(process, port, said)
    pytest.fail(f"The tracker did not start:\n{said}")


@pytest.fixture
def tracker(var: Path) -> Iterator[Tracker]:
    one = start(var)
    yield one
    if one.process.poll() is None:
        one.stop()


def test_the_whole_tracker_starts_is_killed_and_comes_back(var: Path, tracker: Tracker) -> None:
    assert tracker.get("/") == 200
    assert all(tracker.part(word) for word in PARTS)
    assert_sign_ins_are_told_and_private(var, tracker)
    assert_it_runs_as_a_role_that_cannot_change_the_log(var)
    assert_another_start_is_refused(var, tracker)
    for word in (" worker ", " beat ", "watch", "valkey-server", "gunicorn", "postgres", "crew"):
        assert_part_comes_back(tracker, word)

    everybody = tracker.everybody()
    tracker.process.kill()
    tracker.process.communicate()
    assert eventually(lambda: all(is_gone(one) for one in everybody), within=30)

    begun = time.monotonic()
    again = start(var, tracker.port)
    took = time.monotonic() - begun
    everybody = again.everybody()
    assert sign_ins(again.said) == sign_ins(tracker.said)
    assert again.get("/") == 200
    assert took < 20  # 8 s on a quiet machine, see `make bench`; here tests run beside it
    assert "Stopped. The data is kept." in again.stop()
    assert again.process.returncode == 0
    assert all(is_gone(one) for one in everybody)
    assert not list((var / "run").glob("*.sock"))
    assert not (var / "run" / "environment").exists()


def assert_sign_ins_are_told_and_private(var: Path, tracker: Tracker) -> None:
    assert f"http://localhost:{tracker.port}" in tracker.said
    file = var / "demo-sign-ins.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    people = sign_ins(tracker.said)
    assert {email.split("@")[0] for email, _ in people} == {"ana", "sam", "lindqvist", "okoye", "bo", "far"}
    assert len({password for _, password in people}) == len(people)


def assert_it_runs_as_a_role_that_cannot_change_the_log(var: Path) -> None:
    found = dict(line.split("=", 1) for line in (var / "run" / "environment").read_text().splitlines())
    link = psycopg2.connect(found["DATABASE_URL"].strip("'"))
    try:
        with link.cursor() as cursor:
            cursor.execute("SELECT current_user, count(*) FROM audit_event")
            role, count = cursor.fetchone() or ("", 0)
            assert (role, count > 0) == ("tracker_runtime", True)
            with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="permission denied"):
                cursor.execute("UPDATE audit_event SET verb = verb")
            link.rollback()
            cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'audit_event'")
            assert cursor.fetchone() == ("tracker",)
    finally:
        link.close()


def assert_another_start_is_refused(var: Path, tracker: Tracker) -> None:
    second = launch(var, free_port())
    said, _ = second.communicate(timeout=60)
    assert f"already runs from this folder, as process {tracker.process.pid}" in said
    assert second.returncode == 1
    third = launch(var / "elsewhere", tracker.port)
    said, _ = third.communicate(timeout=60)
    assert f"PORT={tracker.port + 1} make run" in said
    assert third.returncode == 1


def assert_part_comes_back(tracker: Tracker, word: str) -> None:
    first = tracker.part(word)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: tracker.part(word) not in {0, first}, within=40), word
    assert eventually(lambda: tracker.get("/") == 200, within=40), word


def sign_ins(said: str) -> list[tuple[str, str]]:
    return re.findall(r"(\S+@demo\.example)\s+(\S+)", said)


def test_ctrl_c_while_starting_leaves_nobody(var: Path) -> None:
    process = launch(var, free_port())
    assert process.stdout is not None
    process.stdout.readline()
    assert eventually(lambda: any("postgres" in command_of(one) for one in family_of(process.pid)))
    everybody = family_of(process.pid)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert all(is_gone(one) for one in everybody)


def test_parts_may_be_programs_of_their_own(var: Path) -> None:
    """As where forks are not safe."""
    tracker = start(var, None, "--separate")
    assert tracker.get("/") == 200
    assert not tracker.part("crew")
    everybody = tracker.everybody()
    tracker.stop()
    assert all(is_gone(one) for one in everybody)


def test_reset_removes_the_data_and_nothing_else(var: Path) -> None:
    for name in ("postgres", "valkey", "log"):
        (var / name).mkdir()
    (var / "demo-sign-ins.txt").write_text("ana")
    (var / "notes.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "kesimpta_tracker.launcher", f"--var={var}", "--reset"],
        cwd=HOME,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert "starts over" in done.stdout
    assert sorted(path.name for path in var.iterdir()) == ["log", "notes.txt", "run", "secrets"]


def test_the_launcher_loads_neither_django_nor_celery() -> None:
    script = "import sys, kesimpta_tracker.launcher; print({'django', 'celery', 'psycopg2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True)
    assert done.stdout == "set()\n"
