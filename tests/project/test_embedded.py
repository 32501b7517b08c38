"""The embedded PostgreSQL and Valkey: found, made, started, killed and started again."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from celery import Celery

from kesimpta_tracker.embedded import root, services
from kesimpta_tracker.embedded.binaries import PostgresPrograms, find_postgres
from kesimpta_tracker.embedded.places import Places
from kesimpta_tracker.embedded.postgres import RUNTIME, SETTINGS_WITHOUT_DISK, Postgres
from kesimpta_tracker.embedded.services import embedded_for, postgres_for, valkey_for
from kesimpta_tracker.problems import Problem
from kesimpta_tracker.supervisor import Supervisor, guarded
from tests.services import a_program, eventually, quiet

pytestmark = pytest.mark.processes

IDENTITIES = ["namespace", root.nobody()] if os.geteuid() == 0 else ["same"]


@pytest.fixture(autouse=True)
def _sockets_of_nobody(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="kt-"))
    folder.chmod(0o755)
    monkeypatch.setattr(services, "OPEN_TO_ALL", str(folder))
    yield
    shutil.rmtree(folder)


@pytest.fixture
def supervisor(places: Places) -> Iterator[Supervisor]:
    one = Supervisor(places.logs, quiet)
    yield one
    one.stop()


def server(places: Places, identity: str | None = None) -> Postgres:
    return postgres_for(places, places.sockets(), identity, SETTINGS_WITHOUT_DISK)


def ask(postgres: Postgres, words: str) -> list[tuple[object, ...]]:
    link = psycopg2.connect(postgres.url())
    try:
        with link, link.cursor() as cursor:
            cursor.execute(words)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


# What is started


def test_what_the_environment_names_is_not_started(places: Places) -> None:
    named = {"DATABASE_URL": "postgres://elsewhere/x", "BROKER_URL_FILE": "/run/secrets/broker"}
    found = embedded_for(places, places.run, named)
    assert (found.postgres, found.valkey) == (None, None)
    found = embedded_for(places, places.run, {})
    assert found.postgres is not None
    assert found.valkey is not None


# PostgreSQL


@pytest.mark.parametrize("identity", IDENTITIES)
def test_postgres_is_made_and_serves_a_plain_role_only(places: Places, supervisor: Supervisor, identity: str) -> None:
    postgres = server(places, identity)
    postgres.create()
    supervisor.start(postgres.service())
    rows = ask(postgres, "SELECT rolname, rolsuper FROM pg_roles WHERE rolcanlogin ORDER BY 1")
    assert rows == [("keeper", True), ("tracker", False), ("tracker_runtime", False)]
    assert ask(postgres, "SHOW listen_addresses") == [("",)]
    assert ask(postgres, "SHOW server_encoding") == [("UTF8",)]
    assert ask(postgres, "SELECT lower('ÉTÉ')") == [("été",)]
    ask(postgres, "CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE TABLE log (words text)")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        ask(replace(postgres, password="wrong"), "SELECT 1")


@pytest.mark.parametrize("identity", IDENTITIES)
def test_data_survives_the_killing_of_everything(places: Places, supervisor: Supervisor, identity: str) -> None:
    postgres = postgres_for(places, places.sockets(), identity)
    postgres.create()
    supervisor.start(postgres.service())
    ask(postgres, "CREATE TABLE log (n int); INSERT INTO log SELECT generate_series(1, 5000)")
    child = supervisor.children()[0]
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    def answers_again() -> bool:
        supervisor.look()
        return child.process.pid != first and postgres.answers()

    assert eventually(answers_again, within=40)
    assert ask(postgres, "SELECT count(*) FROM log") == [(5000,)]


def test_data_is_there_at_the_second_start(places: Places, supervisor: Supervisor) -> None:
    for expected in (0, 1):
        postgres = server(places)
        postgres.create()
        supervisor.start(postgres.service())
        ask(postgres, "CREATE TABLE IF NOT EXISTS log (n int)")
        assert ask(postgres, "SELECT count(*) FROM log") == [(expected,)]
        ask(postgres, "INSERT INTO log VALUES (1)")
        supervisor.stop()
    assert not (postgres.data / "postmaster.pid").exists()


def test_data_of_a_version_without_the_runtime_role_gets_it(places: Places, supervisor: Supervisor) -> None:
    postgres = server(places)
    postgres.create()
    supervisor.start(postgres.service())
    assert ask(postgres, "SELECT 1") == [(1,)]
    supervisor.stop()
    (mark,) = postgres.data.glob("runtime-role*")
    mark.unlink()
    postgres._alone(postgres.data, f"DROP ROLE {RUNTIME}\n")
    for _ in range(2):  # the second time the role is there: a start that was cut short
        postgres.create()
        mark.unlink()
    supervisor.start(postgres.service())
    link = psycopg2.connect(postgres.runtime_url())
    with link, link.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (RUNTIME,)
    link.close()


def test_root_may_run_it_as_somebody_else_next_time(places: Places, supervisor: Supervisor) -> None:
    for identity in (*IDENTITIES, IDENTITIES[0]):
        postgres = server(places, identity)
        postgres.create()
        supervisor.start(postgres.service())
        assert ask(postgres, "SELECT 1") == [(1,)]
        supervisor.stop()


def test_a_lock_file_of_another_process_is_removed(places: Places, supervisor: Supervisor) -> None:
    postgres = server(places)
    postgres.create()
    dead_and_not_buried = subprocess.Popen(["/bin/true"])
    assert eventually(lambda: "State:\tZ" in Path(f"/proc/{dead_and_not_buried.pid}/status").read_text())
    for process in (os.getpid(), dead_and_not_buried.pid):
        (postgres.data / "postmaster.pid").write_text(f"{process}\n{postgres.data}\n")
        supervisor.start(postgres.service())
        assert ask(postgres, "SELECT 1") == [(1,)]
        supervisor.stop()
    dead_and_not_buried.wait()


def test_the_lock_file_of_a_living_server_stays(places: Places, supervisor: Supervisor) -> None:
    postgres = server(places)
    postgres.create()
    supervisor.start(postgres.service())
    postgres.clear_stale_lock()
    assert (postgres.data / "postmaster.pid").exists()


def test_a_start_that_was_cut_short_leaves_nothing_half_made(places: Places) -> None:
    half = places.var / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    postgres = server(places)
    postgres.create()
    assert (postgres.data / "global").is_dir()
    assert not half.exists()
    assert sorted(path.name for path in places.var.iterdir()) == ["log", "postgres", "run", "secrets"]


def test_data_of_another_version_is_refused_and_kept(places: Places) -> None:
    postgres = server(places)
    postgres.data.mkdir()
    (postgres.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(Problem, match=r"made by PostgreSQL 13, and the one found now is\s+PostgreSQL \d\d"):
        postgres.create()
    assert (postgres.data / "PG_VERSION").read_text() == "13\n"


def test_a_server_that_cannot_be_made_says_why(places: Places) -> None:
    postgres = replace(server(places), data=places.var / "postgres")
    broken = a_program(places.var / "bin", "initdb", "echo no space left; exit 1").parent
    with pytest.raises(Problem, match=r"could not be set up:\s+no space left"):
        replace(postgres, programs=PostgresPrograms(broken, 18)).create()
    assert not postgres.data.exists()


def test_it_works_below_a_long_path(var: Path) -> None:
    places = Places(var / ("long-" * 24))
    places.make()
    supervisor = Supervisor(places.logs, quiet)
    postgres = server(places)
    postgres.create()
    supervisor.start(postgres.service())
    assert ask(postgres, "SELECT 1") == [(1,)]
    supervisor.stop()
    places.forget_sockets(postgres.sockets)


def test_what_people_write_does_not_end_in_the_log(places: Places, supervisor: Supervisor) -> None:
    postgres = server(places)
    postgres.create()
    supervisor.start(postgres.service())
    with pytest.raises(psycopg2.Error):
        ask(postgres, "INSERT INTO no_such_table VALUES ('my left eye is blurred')")
    supervisor.stop()
    log = (places.logs / "database.log").read_text()
    assert "no_such_table" in log
    assert "blurred" not in log


# As nobody, out of a folder that nobody may enter


def test_programs_out_of_reach_are_copied_with_their_libraries(var: Path) -> None:
    real = find_postgres()
    package = real.folder.parent.parent
    private = var / "private"
    private.mkdir(mode=0o700)
    (private / package.name).symlink_to(package)
    (private / f"{package.name}.libs").symlink_to(package.with_name(f"{package.name}.libs"))
    hidden = PostgresPrograms(private / package.name / "pginstall" / "bin", real.major)
    assert not root.is_reachable(hidden.folder)
    var.chmod(0o755)
    copy = root.reachable_programs(hidden, var / "shelf")
    assert root.reachable_programs(hidden, var / "shelf") == copy
    identity = root.nobody() if os.geteuid() == 0 else "same"
    for program in (copy.postgres, copy.initdb):
        said = subprocess.run(
            guarded([str(program), "--version"], identity, signal.SIGTERM), capture_output=True, text=True
        )
        assert f"(PostgreSQL) {real.major}" in said.stdout


def test_programs_and_data_within_reach_stay_where_they_are(tmp_path: Path) -> None:
    system = PostgresPrograms(Path("/usr/bin"), 15)
    assert root.reachable_programs(system, tmp_path) == system
    assert root.reachable_data(Path("/usr/postgres"), tmp_path) == Path("/usr/postgres")
    assert list(tmp_path.iterdir()) == []


def test_data_out_of_reach_gets_a_place_on_the_shelf(var: Path) -> None:
    private = var / "private"
    private.mkdir(mode=0o700)
    var.chmod(0o755)
    place = root.reachable_data(private / "postgres", var / "shelf")
    assert place.is_relative_to(var / "shelf")
    assert root.is_reachable(place.parent)
    assert root.reachable_data(private / "postgres", var / "shelf") == place
    assert root.reachable_data(private / "other", var / "shelf").parent != place.parent


# Valkey


def test_the_queue_survives_the_killing_of_the_broker(places: Places, supervisor: Supervisor) -> None:
    valkey = valkey_for(places, places.sockets())
    valkey.create()
    supervisor.start(valkey.service())
    with Celery(broker=valkey.url, set_as_current=False).connection_for_write() as link:
        link.SimpleQueue("letters").put({"entry": 7})
    child = supervisor.children()[0]
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    def answers_again() -> bool:
        supervisor.look()
        return child.process.pid != first and valkey.answers()

    assert eventually(answers_again)
    with Celery(broker=valkey.url, set_as_current=False).connection_for_write() as link:
        assert link.SimpleQueue("letters").get(timeout=5).payload == {"entry": 7}


def test_the_broker_has_no_port_and_a_private_socket(places: Places, supervisor: Supervisor) -> None:
    valkey = valkey_for(places, places.sockets())
    assert not valkey.answers()
    valkey.create()
    supervisor.start(valkey.service())
    assert stat.S_IMODE(valkey.socket.stat().st_mode) == 0o700
    with Celery(broker=valkey.url, set_as_current=False).connection_for_write() as link:
        settings = link.default_channel.client.config_get("port", "appendonly")
    assert settings == {"port": "0", "appendonly": "yes"}


def test_a_session_has_a_broker_when_it_asks(broker_url: str) -> None:
    with Celery(broker=broker_url, set_as_current=False).connection_for_write() as link:
        assert link.default_channel.client.ping()
