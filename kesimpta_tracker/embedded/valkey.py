"""A Valkey (or Redis) of the tracker's own, on a Unix socket: the broker that hurries tasks along."""

import socket
from dataclasses import dataclass
from pathlib import Path

from kesimpta_tracker.supervisor import Service


@dataclass(frozen=True)
class Valkey:
    """One server: its program, where it keeps the queue, and where its socket is."""

    program: Path
    data: Path
    sockets: Path

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def create(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    def service(self) -> Service:
        """Return how to run it: no port, every second to disk, the socket for its owner only."""
        return Service(
            name="broker",
            command=(
                str(self.program),
                *("--port", "0"),
                *("--unixsocket", str(self.socket)),
                *("--unixsocketperm", "700"),
                *("--dir", str(self.data)),
                *("--appendonly", "yes"),
                *("--appendfsync", "everysec"),
                *("--save", ""),
                *("--daemonize", "no"),
            ),
            ready=self.answers,
            start_tries=3,
        )

    def answers(self) -> bool:
        """Say whether it has read its file and takes commands."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(1)
            try:
                link.connect(str(self.socket))
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
            except OSError:
                return False
