"""Run the whole tracker on one machine: services, web, worker, beat and watcher, until somebody stops it.

Only the standard library is loaded here. Everything that needs Django is a child with its address in the
environment.
"""

import argparse
import os
import shutil
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kesimpta_tracker.embedded.places import Places, lock
from kesimpta_tracker.embedded.services import Embedded, check_owner, embedded_for
from kesimpta_tracker.parts import parts, prepare_part
from kesimpta_tracker.problems import Problem, Stopped
from kesimpta_tracker.production import read_address
from kesimpta_tracker.supervisor import Service, Supervisor, always, say

HOME = Path(__file__).resolve().parent.parent
SIGN_INS = "demo-sign-ins.txt"
OURS = ("postgres", "valkey", "mail", SIGN_INS)  # what a reset removes
TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Choices:
    """What the person may choose: where the files are, and where the pages are served."""

    var: Path
    host: str
    port: int
    reset: bool = False
    separate: bool = False

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"


def add_choices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--var", default=os.environ.get("VAR", str(HOME / "var")), help="folder for data and logs")
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="address to listen on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="port of the pages")
    parser.add_argument(
        "--separate",
        action="store_true",
        default=sys.platform != "linux",
        help="start each part as a program of its own, which takes more memory",
    )
    parser.add_argument("--reset", action="store_true", help="remove the data of this folder and stop")


def as_words(options: Mapping[str, Any]) -> list[str]:
    """Return the choices as command line words for the launcher."""
    words = [f"--{name}={options[name]}" for name in ("var", "host", "port")]
    return [*words, *(f"--{name}" for name in ("separate", "reset") if options[name])]


def main(words: Sequence[str]) -> int:
    """Run until stopped. Return the exit code: 0 after an orderly stop, 1 when something is in the way."""
    parser = argparse.ArgumentParser(prog="up")
    add_choices(parser)
    given = parser.parse_args(words)
    choices = Choices(Path(given.var).absolute(), given.host, given.port, given.reset, given.separate)
    try:
        reset(choices) if choices.reset else run(choices)
    except Problem as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    return 0


def run(choices: Choices) -> None:
    """Start everything, tell the address, and keep it alive."""
    begun = time.monotonic()
    places = Places(choices.var)
    check_owner(places)
    places.make()
    held = lock(places)
    check_port(choices)
    sockets = places.sockets()
    supervisor = Supervisor(places.logs, say, inherited=[held.fileno()])
    supervisor.listen()
    embedded = embedded_for(places, sockets, os.environ)
    try:
        _start(choices, places, embedded, supervisor)
        say(f"Ready after {time.monotonic() - begun:.1f} s.")
        say(welcome(choices, places))
        supervisor.watch()
    except Stopped:
        pass
    finally:
        say("Stopping ...")
        supervisor.stop()
        for folder in {sockets, embedded.postgres.sockets if embedded.postgres else sockets}:
            places.forget_sockets(folder)
        (places.run / "environment").unlink(missing_ok=True)
    say("Stopped. The data is kept.")


def _start(choices: Choices, places: Places, embedded: Embedded, supervisor: Supervisor) -> None:
    say("Starting the tracker. The first start takes up to a minute.")
    servers: list[Service] = []
    for server in (embedded.postgres, embedded.valkey):
        if server:
            server.create()
            servers.append(server.service())
    supervisor.start(*servers)
    os.environ.update(environment(choices, places, embedded))
    remember_environment(places)
    start_parts(choices, places, supervisor)


def environment(choices: Choices, places: Places, embedded: Embedded) -> dict[str, str]:
    """Return what the children find in their environment. What the person has set stays as it is."""
    ours = {
        "PORT": str(choices.port),
        "HOST": choices.host,
        "PUBLIC_URL": choices.address,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DEMO": "true" if embedded.postgres and is_trial(choices) else "false",
        "STATIC_ROOT": str(places.var / "static"),
        "DEMO_MAIL": str(places.var / "mail"),
        "TOMBSTONES": str(places.var / "tombstones.jsonl"),
        "MALLOC_ARENA_MAX": "2",  # threads must not make the C library hoard memory
        "C_FORCE_ROOT": "true",
    }
    if embedded.postgres:
        ours["DATABASE_URL"] = embedded.postgres.runtime_url()
        ours["DATABASE_OWNER_URL"] = embedded.postgres.url()
    if embedded.valkey:
        ours["BROKER_URL"] = embedded.valkey.url
    if not os.environ.get("SECRET_KEY_FILE"):
        ours["SECRET_KEY"] = places.secret("secret-key")
    return {name: os.environ.get(name) or value for name, value in ours.items()}


def is_trial(choices: Choices) -> bool:
    """Say whether the tracker is for this machine alone: only then it has a demo cast."""
    try:
        return not read_address(os.environ.get("PUBLIC_URL") or choices.address).is_for_real_people
    except ValueError as problem:
        raise Problem(str(problem)) from problem


def remember_environment(places: Places) -> None:
    """Keep the addresses for `make manage`, which talks to the tracker that runs."""
    path = places.run / "environment"
    path.touch(mode=0o600)
    of_the_data = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "SECRET_KEY", "TOMBSTONES")
    names = (*of_the_data, "STATIC_ROOT", "DEMO", "DEMO_MAIL", "PUBLIC_URL")
    path.write_text("".join(f"{name}='{os.environ[name]}'\n" for name in names if name in os.environ))


def start_parts(choices: Choices, places: Places, supervisor: Supervisor) -> None:
    """Start the tracker itself: as forks of one crew, or where forks are not safe as programs of their own."""
    demo = str(places.var / SIGN_INS) if os.environ["DEMO"].lower() in TRUE else ""

    def ready() -> bool:
        return serves(choices)

    if not choices.separate:
        words = (sys.executable, "-m", "kesimpta_tracker.crew", f"--var={places.var}", f"--demo={demo}")
        supervisor.start(Service("crew", words, aloud=True, folder=HOME, ready=ready, start_within=180, stop_within=15))
        return
    supervisor.run(Service("prepare", (sys.executable, *prepare_part(demo).command), folder=HOME))
    supervisor.start(
        *(
            Service(
                part.name,
                (sys.executable, *part.command),
                folder=HOME,
                ready=ready if part.name == "web" else always,
                start_within=60,
            )
            for part in parts(places.run)
        )
    )


def check_port(choices: Choices) -> None:
    """Refuse a port that something else listens on, with the way round it."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((choices.host, choices.port))
        except OSError as error:
            raise Problem(
                f"Port {choices.port} on {choices.host} cannot be used ({error.strerror}). "
                f"Choose another one, for example: PORT={choices.port + 1} make run"
            ) from error


def serves(choices: Choices) -> bool:
    """Say whether the web server answers a request."""
    host = "127.0.0.1" if choices.host == "0.0.0.0" else choices.host  # noqa: S104 (compared, not bound)
    try:
        with socket.create_connection((host, choices.port), timeout=10) as link:
            link.sendall(b"GET /healthz/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return link.recv(7) == b"HTTP/1."
    except OSError:
        return False


def welcome(choices: Choices, places: Places) -> str:
    """Return the address, the demo's sign-ins and how to stop."""
    lines = ["", f"  The tracker is at  {choices.address}", ""]
    sign_ins = places.var / SIGN_INS
    if sign_ins.exists() and os.environ["DEMO"].lower() in TRUE:
        lines += [f"  Demo sign-ins (kept in {sign_ins}):"]
        lines += [f"    {line}" for line in sign_ins.read_text().splitlines()]
        lines += ["", f"  The clinic's people also need a code. It stands at  {choices.address}/demo/codes/"]
        lines += [f"  What the demo mails is shown at  {choices.address}/demo/mail/", ""]
    return "\n".join([*lines, f"  Logs are in {places.logs}. Ctrl-C stops everything.", ""])


def reset(choices: Choices) -> None:
    """Remove the data of this folder. Asks first where a person can answer."""
    places = Places(choices.var)
    check_owner(places)
    places.make()
    with lock(places):
        if sys.stdin.isatty():
            sys.stdout.write(f"This removes everything that was logged in {places.var}. Type yes to go on: ")
            sys.stdout.flush()
            if sys.stdin.readline().strip().lower() != "yes":
                raise Problem("Nothing was removed.")
        for name in OURS:
            path = places.var / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    say("Removed. The next `make run` starts over.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
