"""A process that sends out what is due, and dies. Started by the tests, never imported by them.

swarm.py die POINT NOW      send once, and be killed at that point
swarm.py work SECONDS       send again and again, until nothing waits
swarm.py kill TIMES         start workers one after the other and kill each at a random moment
"""
# ruff: noqa: E402 (Django is set up before our modules are read)

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "kesimpta_tracker.settings"
django.setup()

from django.core.mail.utils import DNS_NAME
from django.db import connections

from symptoms.accounts.models import User
from symptoms.notifications import leases, wording
from symptoms.notifications.actions import delivering, sending, telling
from symptoms.notifications.actions.sending import send_due
from symptoms.notifications.channels.base import Message
from symptoms.notifications.channels.email import mail_of
from symptoms.notifications.links import link_of
from symptoms.notifications.models import Delivery, Reminder
from tests.notifications.kinds import KIND, say

wording.register(KIND, say)
LONGEST_KILLING_S = 12.0


def die(*_args: Any, **_kwargs: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


# Where it dies: what is replaced there.
POINTS = {
    "claimed": (telling, "tell"),
    "rendered": (telling, "_keep"),
    "told": (sending, "deliver_due"),
    "taken up": (delivering._Run, "work"),
    "sent": (delivering._Run, "note"),
    "before the mark": (delivering._Run, "mark"),
}


def main(what: str, *words: str) -> None:
    if what == "die":
        setattr(*POINTS[words[0]], die)
        delivering.LOT_S = 1000.0  # type: ignore[misc]
        send_due(now=datetime.fromisoformat(words[1]))
    elif what == "work":
        work(float(words[0]))
    else:
        kill(int(words[0]))


def work(seconds: float) -> None:
    """Send until nothing waits any more, or so long."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and (_waiting(Reminder) or _waiting(Delivery)):
        send_due(most=30, seconds=1.0)


def _waiting(model: Any) -> bool:
    return bool(model.objects.filter(state="waiting").exists())


def kill(times: int) -> None:
    """Kill so many, or as many as fit into some seconds. A lease holds for a moment: nobody need wait for it.

    The first lives until it has sent something; the others up to twice as long, on a machine of any speed.
    """
    leases.LEASE = timedelta(seconds=0.05)  # type: ignore[misc]
    # What a process does only once; one that lives for a moment would come to nothing else.
    str(DNS_NAME)
    mail_of(Message("<id>", User(email="ana@example.org"), "Title", "Body", link_of(uuid4()))).message().as_bytes()
    dice, ends = random.Random(7), time.monotonic() + LONGEST_KILLING_S  # noqa: S311 (moments to die, no secret)
    begun = time.monotonic()
    kill_one(lambda heard: os.read(heard, 1))
    enough = time.monotonic() - begun
    for _ in range(times):
        if time.monotonic() < ends:
            kill_one(lambda heard: time.sleep(dice.uniform(0.1, 2) * enough))


def kill_one(wait: Callable[[int], object]) -> None:
    """Fork a worker, and kill it after `wait`, which may read a byte from it once it has sent something."""
    connections.close_all()
    heard, tell = os.pipe()
    worker = os.fork()
    if worker == 0:
        note = delivering._Run.note

        def noted(*said: Any) -> None:
            note(*said)
            os.write(tell, b".")

        setattr(delivering._Run, "note", noted)  # noqa: B010 (a method is replaced)
        work(30)
        os._exit(0)
    wait(heard)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    os.close(heard)
    os.close(tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
