"""P11 and P12: find and claim what is due among a million reminders, and send mails to a server on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection

from kesimpta_tracker.bench import mail_floor
from kesimpta_tracker.bench.processes import free_port
from kesimpta_tracker.bench.sink import forget, taken
from kesimpta_tracker.problems import Problem
from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.notifications import wording
from symptoms.notifications.actions import send_due
from symptoms.notifications.leases import claim_reminders
from symptoms.notifications.models import Reminder
from symptoms.notifications.wording import Words

KIND: Final = "bench"
PEOPLE: Final = 1000
DUE: Final = 1000
ROUNDS: Final = 15
FEW: Final = 10_000
LONGEST_WAIT: Final = 300.0
SENT_IN_TURN: Final = 3

FILL: Final = """
INSERT INTO notifications_reminder (id, recipient_id, kind, subject, step, due_at, state, made_at, answer, late)
SELECT gen_random_uuid(), (%(people)s::bigint[])[1 + n %% cardinality(%(people)s::bigint[])], %(kind)s,
       gen_random_uuid(), 'day', %(at)s::timestamptz + make_interval(secs => n * %(apart)s), 'waiting', now(), '', false
FROM generate_series(1, %(count)s) AS n
"""


def measure(total: int, mails: int) -> dict[str, Any]:
    """Return milliseconds to claim a thousand among few and among `total`, and mails a second, ours and the floor's."""
    users = User.objects.bulk_create(
        User(email=f"reminded-{n}@bench.example", name="Bench", time_zone="UTC") for n in range(PEOPLE)
    )
    EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, verified=True) for user in users)
    people = [user.pk for user in users]
    claims = {}
    standing = 0
    for wanted in (FEW, total):
        fill(people, wanted - standing, clock.now() + timedelta(days=2), apart=30)
        standing = wanted
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE notifications_reminder")
        claims[wanted] = median(claim_once(people) for _ in range(ROUNDS))
    return {"claims": claims, **mail_speeds(people, mails)}


def fill(people: list[int], count: int, at: datetime, apart: int = 0, kind: str = KIND) -> None:
    """Write so many waiting reminders, from `at` on, `apart` seconds from one another."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"people": people, "kind": kind, "at": at, "apart": apart, "count": count})


def claim_once(people: list[int]) -> float:
    """Return the milliseconds in which a thousand that are due are found and claimed."""
    fill(people, DUE, clock.now() - timedelta(hours=1), kind="due")
    begun = time.perf_counter()
    claimed = claim_reminders(now=clock.now(), most=DUE)
    took = (time.perf_counter() - begun) * 1000
    if len(claimed) != DUE:
        raise Problem(f"{len(claimed)} reminders were claimed, not {DUE}.")
    Reminder.objects.filter(kind="due").delete()
    return took


def mail_speeds(people: list[int], mails: int) -> dict[str, float]:
    """Return mails a second: ours, and what Celery sends that does nothing else, in turn. Each the median."""
    port = free_port()
    ours, floor = [], []
    with server("-m", "kesimpta_tracker.bench.sink", str(port)):
        wait_for(lambda: taken(port) == (0, 0.0))
        for _ in range(SENT_IN_TURN):
            floor.append(floor_speed(port, mails))
            ours.append(our_speed(people, port, mails))
    return {"mails a second": median(ours), "floor": median(floor), "mails": mails}


def floor_speed(port: int, mails: int) -> float:
    """Queue the mails, start a worker of two processes, and see how fast they come out."""
    for number in range(mails):
        mail_floor.send.delay(number)
    words = ("worker", "-P", "prefork", "-c", "2", "-Q", mail_floor.QUEUE, "--without-mingle", "--without-gossip")
    with server("-m", "celery", "-A", "kesimpta_tracker.bench.mail_floor", *words, EMAIL_PORT=str(port)):
        wait_for(lambda: taken(port)[0] >= mails)
    return speed(port, mails)


def our_speed(people: list[int], port: int, mails: int) -> float:
    """Have so many reminders due, and send them out as the sweep does."""
    wording.register(KIND, lambda reminder: Words("You have a reminder", url="/"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    noon = clock.now().replace(hour=12) + timedelta(days=1)  # nobody is quiet
    fill(people, mails, noon - timedelta(minutes=5))
    while send_due(now=noon):
        pass
    return speed(port, mails)


def speed(port: int, mails: int) -> float:
    count, seconds = taken(port)
    forget(port)
    if count != mails:
        raise Problem(f"{count} mails came, not {mails}.")
    return (count - 1) / seconds


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            if is_so():
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise Problem("The benchmark of mails waited in vain.")
        time.sleep(0.05)


@contextmanager
def server(*words: str, **told: str) -> Iterator[None]:
    """Run a Python program beside the benchmark."""
    process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
        [sys.executable, *words],
        env={**os.environ, **told},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
