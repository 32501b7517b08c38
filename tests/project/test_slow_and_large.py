"""Attack 35 on the real web server: too large is refused at once, too slow is cut, and others are served meanwhile."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kesimpta_tracker.bench.processes import free_port
from tests.journeys.conftest import environment
from tests.services import eventually

pytestmark = pytest.mark.processes
ROOT = Path(__file__).resolve().parents[2]
GRACE_S = 2


@pytest.fixture
def port(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    """A gunicorn with our settings, one worker of four threads."""
    number = free_port()
    told = {"PORT": str(number), "WEB_WORKERS": "1", "REQUEST_SECONDS": str(GRACE_S), "STATIC_ROOT": str(tmp_path)}
    told |= {"STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    told |= {"SECRET_KEY": "x", "PUBLIC_URL": f"http://localhost:{number}"}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:kesimpta_tracker.web", "kesimpta_tracker.wsgi"],
            cwd=ROOT,
            env=environment(**told),
            stdout=log,
            stderr=log,
        )
        assert eventually(lambda: _get(number) == 200, within=30), (tmp_path / "log").read_text()
        yield number
        process.terminate()
        process.wait(timeout=20)
    assert "Traceback" not in (tmp_path / "log").read_text()


def _get(port: int, path: str = "/healthz/") -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        link.request("GET", path, headers={"Host": "localhost"})
        return link.getresponse().status
    except OSError:
        return 0
    finally:
        link.close()


def _begin(port: int, *head: str) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", port), timeout=10)
    link.sendall("\r\n".join(["POST /account/login/ HTTP/1.1", "Host: localhost", *head, "", ""]).encode())
    return link


def _status(link: socket.socket) -> int:
    """Return the status of the answer, 0 where the connection was cut without one, and hang up."""
    with link:
        try:
            start = link.recv(12)
        except OSError:
            return 0
    return int(start[9:12]) if start.startswith(b"HTTP/1.") else 0


def test_fifty_megabytes_are_refused_at_once(port: int) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
        begun = time.monotonic()
        link = _begin(port, f"Content-Type: {kind}", f"Content-Length: {50 * 1024 * 1024}")
        assert _status(link) == 413
        assert time.monotonic() - begun < 1 + 2  # one second, and two for a busy machine
        assert _get(port) == 200


def test_a_slow_body_is_cut_while_others_are_served(port: int) -> None:
    with ExitStack() as hang_up:
        waiting = [_begin(port, "Content-Type: text/plain", "Content-Length: 100000") for _ in range(3)]
        for link in waiting:
            hang_up.enter_context(link)
            link.settimeout(0.05)
        begun = time.monotonic()
        while waiting and time.monotonic() - begun < GRACE_S + 10:
            waiting = [link for link in waiting if _waits(link)]
            assert _get(port) == 200  # all the while
            time.sleep(0.2)
    assert not waiting


def _waits(link: socket.socket) -> bool:
    """Send one more byte, and say whether the other side still waits: it neither answered nor hung up."""
    try:
        link.sendall(b"a")
        link.recv(4096)
    except TimeoutError:
        return True
    except OSError:
        pass
    return False


def test_a_slow_head_is_cut(port: int) -> None:
    link = socket.create_connection(("127.0.0.1", port), timeout=GRACE_S + 20)
    link.sendall(b"GET / HTTP/1.1\r\nHost: loc")
    begun = time.monotonic()
    assert _status(link) in {0, 400, 408}
    assert time.monotonic() - begun < GRACE_S + 15
    assert _get(port) == 200


@pytest.mark.parametrize(
    "head", [["X: " + "a" * 9_000], [f"X-{n}: 1" for n in range(200)], ["Content-Length: -1"], ["Content-Length: 1e9"]]
)
def test_odd_heads_are_refused(port: int, head: list[str]) -> None:
    assert 400 <= _status(_begin(port, *head)) < 500
    assert _get(port) == 200


def test_a_long_address_is_refused(port: int) -> None:
    assert 400 <= _get(port, "/?" + "a" * 10_000) < 500


def test_a_good_body_in_pieces_arrives(port: int) -> None:
    """A poor line is not a slow attacker: the pieces come, with pauses shorter than the grace."""
    body = b"login=a%40example.org&password=" + b"x" * 50_000
    link = _begin(port, "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}")
    for start in range(0, len(body), 10_000):
        link.sendall(body[start : start + 10_000])
        time.sleep(0.3)
    assert _status(link) == 403  # it was read: only its token is missing
