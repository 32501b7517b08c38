"""Folders, secrets and the lock of an embedded tracker."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from kesimpta_tracker.embedded.places import Places, lock
from kesimpta_tracker.embedded.services import check_owner
from kesimpta_tracker.problems import Problem

pytestmark = pytest.mark.processes


def test_secrets_are_random_stay_the_same_and_are_private(places: Places, tmp_path: Path) -> None:
    secret = places.secret("one")
    assert places.secret("one") == secret
    assert len(secret) >= 48
    assert places.secret("other") != secret
    assert stat.S_IMODE((places.secrets / "one").stat().st_mode) == 0o600
    assert stat.S_IMODE(places.secrets.stat().st_mode) == 0o700
    elsewhere = Places(tmp_path)
    elsewhere.make()
    assert elsewhere.secret("one") != secret


@pytest.mark.parametrize("name", ["x" * 120, "with space", "näher"])
def test_a_long_or_odd_path_gets_sockets_elsewhere(var: Path, name: str) -> None:
    places = Places(var / name)
    places.make()
    sockets = places.sockets()
    assert not sockets.is_relative_to(var)
    assert len(str(sockets)) < 80
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    places.forget_sockets(sockets)
    assert not sockets.exists()


def test_a_short_path_keeps_its_sockets(places: Places) -> None:
    assert places.sockets() == places.run
    places.forget_sockets(places.run)
    assert places.run.exists()


def test_a_second_start_is_refused_and_told_who_runs(places: Places) -> None:
    with lock(places), pytest.raises(Problem, match=rf"already runs from this folder, as process {os.getpid()}"):
        lock(places)
    lock(places).close()


def test_what_is_left_of_a_killed_start_gets_time_to_end(places: Places) -> None:
    held = lock(places)
    left = subprocess.Popen(["/bin/sleep", "0.5"], pass_fds=[held.fileno()])
    dead = subprocess.Popen(["/bin/true"])
    dead.wait()
    (places.run / "lock").write_text(str(dead.pid))
    held.close()
    lock(places).close()
    assert left.wait(timeout=5) == 0


def test_leftovers_that_do_not_end_are_a_problem(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kesimpta_tracker.embedded.places.LEFTOVERS_END_WITHIN", 0.2)
    held = lock(places)
    (places.run / "lock").write_text("")
    with pytest.raises(Problem, match="Parts of an earlier run still hold"):
        lock(places)
    held.close()


def test_a_folder_of_somebody_else_is_refused(places: Places) -> None:
    check_owner(places)
    check_owner(Places(places.var / "not made yet"))
    foreign = places
    if os.geteuid() == 0:
        os.chown(places.var, 12345, 12345)
    else:
        foreign = Places(Path("/usr"))
    with pytest.raises(Problem, match="belongs to user"):
        check_owner(foreign)
