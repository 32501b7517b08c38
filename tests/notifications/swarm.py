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
    """Kill so many. A lease holds for a moment: whoever comes next need not wait for it."""
    leases.LEASE = timedelta(seconds=0.05)  # type: ignore[misc]
    # What a process does only once; one that lives for a moment would come to nothing else.
    str(DNS_NAME)
    mail_of(Message("<id>", User(email="ana@example.org"), "Title", "Body", link_of(uuid4()))).message().as_bytes()
    dice = random.Random(7)  # noqa: S311 (moments to die, no secret)
    for _ in range(times):
        connections.close_all()
        worker = os.fork()
        if worker == 0:
            work(30)
            os._exit(0)
        time.sleep(dice.uniform(0.01, 0.07))
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
