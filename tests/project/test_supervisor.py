"""The supervisor, seen with real processes that are really killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kesimpta_tracker import guard
from kesimpta_tracker.problems import Problem, Stopped
from kesimpta_tracker.supervisor import GUARD, LARGEST_LOG, Service, Supervisor
from tests.services import eventually, is_gone

pytestmark = pytest.mark.processes

HOME = Path(__file__).resolve().parents[2]
SLEEP = ("/bin/sleep", "600")


def shell(script: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script)


def writes_its_end(path: Path, word: str) -> tuple[str, ...]:
    return shell(f"trap 'echo {word} >> {path}; exit 0' TERM; touch {path}.{word}; while :; do sleep 0.02; done")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    one = Supervisor(tmp_path, said.append)
    yield one
    one.stop()


def test_a_killed_child_is_started_again(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start(Service("sleeper", SLEEP))
    child = supervisor.children()[0]
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    def runs_again() -> bool:
        supervisor.look()
        return child.due is None and child.process.pid != first and not child.ended

    assert eventually(runs_again)
    assert said == ["sleeper ended (killed by signal 9). Starting it again in 0.5 s."]


def test_a_child_that_ends_by_itself_is_started_again_too(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(Service("counter", shell(f"echo once >> {tmp_path}/count; sleep 0.1")))

    def ran_twice() -> bool:
        supervisor.look()
        count = tmp_path / "count"
        return count.exists() and count.read_text().count("once") >= 2

    assert eventually(ran_twice)


def test_pauses_grow_and_have_a_limit(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start(Service("failing", shell("sleep 0.05; exit 3")))
    child = supervisor.children()[0]
    child.process.wait()

    def pause_after(failures: int) -> float:
        child.due, child.failures = None, failures
        before = time.monotonic()
        supervisor.look()
        return (child.due or 0) - before

    pauses = [pause_after(failures) for failures in (0, 1, 2, 3, 20)]
    assert pauses == pytest.approx([0.5, 1.0, 2.0, 4.0, 30.0], abs=0.45)
    assert "exit code 3" in said[0]


def test_a_child_that_lived_long_has_nothing_against_it(supervisor: Supervisor) -> None:
    supervisor.start(Service("failing", shell("sleep 0.05; exit 3")))
    child = supervisor.children()[0]
    child.process.wait()
    child.failures, child.started = 6, time.monotonic() - 60
    supervisor.look()
    assert child.failures == 1


def test_stages_end_in_the_opposite_order(supervisor: Supervisor, tmp_path: Path) -> None:
    path = tmp_path / "ends"
    for word in ("database", "web"):
        supervisor.start(Service(word, writes_its_end(path, word), ready=Path(f"{path}.{word}").exists))
    pids = [child.process.pid for child in supervisor.children()]
    supervisor.stop()
    assert path.read_text().split() == ["web", "database"]
    assert all(is_gone(pid) for pid in pids)
    assert supervisor.children() == []


def test_a_child_that_does_not_listen_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    deaf = shell(f"trap '' TERM; touch {tmp_path}/up; while :; do sleep 0.02; done")
    supervisor.start(Service("deaf", deaf, stop_within=0.3, ready=(tmp_path / "up").exists))
    pid = supervisor.children()[0].process.pid
    supervisor.stop()
    assert is_gone(pid)


def test_children_of_a_killed_child_end_too(supervisor: Supervisor, tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    parent = shell(f"sleep 600 & echo $! > {note}.new; mv {note}.new {note}; wait")
    supervisor.start(Service("parent", parent, ready=note.exists))
    grandchild = int(note.read_text())
    os.kill(supervisor.children()[0].process.pid, signal.SIGKILL)

    def both_gone() -> bool:
        supervisor.look()
        return is_gone(grandchild)

    assert eventually(both_gone)


def test_a_service_that_cannot_start_says_why(supervisor: Supervisor) -> None:
    with pytest.raises(Problem, match=r"broken ended at once(.|\n)*the disk is made of cheese"):
        supervisor.start(Service("broken", shell("echo the disk is made of cheese; exit 1"), ready=lambda: False))


def test_a_service_may_have_several_tries(supervisor: Supervisor, tmp_path: Path) -> None:
    third_time = shell(
        f"echo try >> {tmp_path}/tries; test $(wc -l < {tmp_path}/tries) -ge 3 && touch {tmp_path}/up && sleep 60"
    )
    supervisor.start(Service("shy", third_time, ready=(tmp_path / "up").exists, start_tries=5))
    assert (tmp_path / "tries").read_text().count("try") == 3


def test_a_service_that_never_answers_is_given_up(supervisor: Supervisor) -> None:
    with pytest.raises(Problem, match="silent did not answer in time"):
        supervisor.start(Service("silent", SLEEP, ready=lambda: False, start_within=0.2))


def test_a_wish_to_stop_is_heard_while_starting(supervisor: Supervisor) -> None:
    def ask() -> bool:
        supervisor.stop_wanted = True
        return False

    with pytest.raises(Stopped):
        supervisor.start(Service("slow", SLEEP, ready=ask))
    pid = supervisor.children()[0].process.pid
    supervisor.stop()
    assert is_gone(pid)


def test_a_wish_to_stop_is_heard_while_a_program_runs(supervisor: Supervisor) -> None:
    supervisor.stop_wanted = True
    begun = time.monotonic()
    with pytest.raises(Stopped):
        supervisor.run(Service("long", SLEEP))
    assert time.monotonic() - begun < 5


def test_a_program_that_fails_is_a_problem(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Problem, match="migrate did not work"):
        supervisor.run(Service("migrate", shell("echo no such table; exit 2")))
    supervisor.run(Service("migrate", shell("echo all tables there")))
    assert capfd.readouterr().out == "no such table\nall tables there\n"


def test_before_is_called_before_every_start(supervisor: Supervisor) -> None:
    calls: list[int] = []
    supervisor.start(Service("sleeper", SLEEP, before=lambda: calls.append(1)))
    os.kill(supervisor.children()[0].process.pid, signal.SIGKILL)

    def started_again() -> bool:
        supervisor.look()
        return len(calls) == 2

    assert eventually(started_again)


def test_logs_are_private_and_do_not_grow_for_ever(supervisor: Supervisor, tmp_path: Path) -> None:
    log = tmp_path / "talker.log"
    log.write_bytes(b"x" * (LARGEST_LOG + 1))
    supervisor.run(Service("other", shell("true")))
    supervisor.start(Service("talker", shell("echo hello; sleep 600")))
    assert eventually(lambda: log.exists() and log.read_text() == "hello\n")
    assert (tmp_path / "talker.log.1").stat().st_size > LARGEST_LOG
    assert log.stat().st_mode & 0o777 == 0o600
    assert supervisor.tail(supervisor.children()[0].service) == "hello"


def test_signals_ask_for_an_orderly_end(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kesimpta_tracker.supervisor import Service, Supervisor\n"
        "one = Supervisor(Path(sys.argv[1]), print); one.listen()\n"
        "one.start(Service('sleeper', ('/bin/sleep', '600')))\n"
        "print(one.children()[0].process.pid, flush=True)\n"
        "one.watch(); one.stop(); print('orderly', flush=True)\n"
    )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with run_script(script, tmp_path) as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            parent.send_signal(number)
            assert parent.stdout.readline() == "orderly\n"
            assert parent.wait() == 0
            assert is_gone(child)


def test_nobody_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kesimpta_tracker.supervisor import Service, Supervisor\n"
        "one = Supervisor(Path(sys.argv[1]), print); one.start(Service('sleeper', ('/bin/sleep', '600')))\n"
        "print(one.children()[0].process.pid, flush=True); one.watch()\n"
    )
    with run_script(script, tmp_path) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert eventually(lambda: Path(f"/proc/{child}/comm").read_text() == "sleep\n")
        parent.kill()
        parent.wait()
    assert eventually(lambda: is_gone(child))


def test_the_guard_stands_by_where_the_system_does_not_tell(tmp_path: Path) -> None:
    """As on macOS: a guard that stays ends its program when its own parent is gone."""
    note = tmp_path / "program"
    program = f"['/bin/sh', '-c', 'echo $$ > {note}.new; mv {note}.new {note}; exec sleep 600']"
    guarding = f"from kesimpta_tracker import guard; guard.stand_by(int(sys.argv[1]), 15, {program})"
    script = (
        "import os, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', \"import sys; {guarding}\", str(os.getpid())])\n"
        "time.sleep(600)\n"
    )
    with run_script(script, tmp_path) as parent:
        assert eventually(note.exists)
        parent.kill()
        parent.wait()
    assert eventually(lambda: is_gone(int(note.read_text())))


def test_the_guard_passes_signals_and_the_exit_code_on() -> None:
    assert guard.stand_by(os.getppid(), signal.SIGTERM, ["/bin/sh", "-c", "exit 7"]) == 7


def test_the_guard_does_not_start_for_a_parent_that_is_gone() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(GUARD), "1", "15", "same", "/bin/echo", "here"], capture_output=True
    )
    assert (done.returncode, done.stdout) == (1, b"")


def run_script(script: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        cwd=HOME,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
