"""Become another program that cannot outlive its parent.

Run as a file, never imported by the tracker: `python -I -S guard.py PARENT SIGNAL IDENTITY PROGRAM ...`.
PARENT is a process id, SIGNAL the number sent to the program when that parent is gone, IDENTITY is `same`,
`namespace` (root seen as an ordinary user, in a user namespace) or `UID:GID`.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534
PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP)


def take_identity(identity: str) -> None:
    """PostgreSQL refuses to run as root: leave root, in a user namespace or for good."""
    if identity == "namespace":
        user, group = os.geteuid(), os.getegid()
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")
    elif identity != "same":
        user, group = (int(part) for part in identity.split(":"))
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)


def end_with_parent(parent: int, number: int) -> None:
    """Ask Linux for a signal when the parent ends. A change of identity forgets it, so it comes after."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)


def stand_by(parent: int, number: int, command: list[str]) -> int:
    """Where the system has no such signal: stay, pass signals on and look for the parent every second."""
    child = subprocess.Popen(command, close_fds=False)  # noqa: S603 (the supervisor's own command)
    for passed in PASSED_ON:
        signal.signal(passed, lambda received, _frame: child.send_signal(received))
    while child.poll() is None:
        if os.getppid() != parent:
            child.send_signal(number)
            return child.wait()
        time.sleep(1)
    return child.returncode


def main() -> None:
    parent, number, identity, *command = sys.argv[1:]
    take_identity(identity)
    if sys.platform == "linux":
        end_with_parent(int(parent), int(number))
        os.execv(command[0], command)  # noqa: S606 (the supervisor's own command)
    raise SystemExit(stand_by(int(parent), int(number), command))


if __name__ == "__main__":
    main()
