"""Whoever dies, hangs or comes twice: in the tracker each reminder stands exactly once, and no mail is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.conf import LazySettings
from django.db.models import Count

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.notifications.actions import send_due
from symptoms.notifications.models import Delivery, Notice, Reminder, Wishes
from tests.factories.cast import make_reached
from tests.notifications.kinds import NOON, make_reminder, make_reminders
from tests.notifications.servers import MailServer, mail_server
from tests.services import eventually
from tests.triage.test_tasks import database_url

ROOT = Path(__file__).resolve().parents[2]
SWARM = str(Path(__file__).with_name("swarm.py"))
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def server() -> MailServer:
    return MailServer()


@pytest.fixture
def port(server: MailServer, settings: LazySettings) -> Iterator[int]:
    """A real mail server, known to this process too."""
    with mail_server(server) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        yield port


@pytest.fixture
def ana(port: int) -> User:
    """Somebody who is never quiet: the processes live by the real clock."""
    ana = make_reached("Ana")
    Wishes.objects.create(user=ana, quiet_from=time(0), quiet_to=time(0))
    return ana


def environment(port: int, **more: str) -> dict[str, str]:
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_USE_TLS": "false", "PYTHONPATH": str(ROOT)}
    return {**os.environ, "DATABASE_URL": database_url(), "BROKER_URL": "", **mail, **more}


def start(port: int, *command: str, **more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment(port, **more))


def stand_exactly_once(reminders: list[Reminder]) -> None:
    """Every one of them is told, and stands once in the tracker and once in the log of each channel."""
    assert set(Reminder.objects.values_list("state", flat=True)) == {"told"}
    assert Notice.objects.filter(reminder__in=reminders).count() == Notice.objects.count() == len(reminders)
    twice = Delivery.objects.values("reminder", "channel").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()


def all_mailed(server: MailServer, reminders: list[Reminder]) -> None:
    assert set(server.ids()) == {f"<{one.pk}.email@localhost>" for one in reminders}
    assert not Delivery.objects.exclude(state="taken").exists()


POINTS = ("claimed", "rendered", "told", "taken up", "sent", "before the mark")


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_nothing_is_lost_or_told_twice(
    ana: User, port: int, server: MailServer, point: str
) -> None:
    reminders = make_reminders(ana, 5)
    died = start(port, SWARM, "die", point, (NOON + timedelta(minutes=1)).isoformat())
    assert died.wait(timeout=30) == -signal.SIGKILL
    assert Notice.objects.count() == (0 if point in ("claimed", "rendered") else 5)
    assert len(server.mails) == {"sent": 1, "before the mark": 5}.get(point, 0)
    held = send_due(now=NOON + timedelta(minutes=1, seconds=30))  # the lease of the dead one still holds
    assert held.told == held.taken == 0 or point == "told"
    send_due(now=NOON + timedelta(minutes=4))
    stand_exactly_once(reminders)
    all_mailed(server, reminders)
    twice = {"sent": 1, "before the mark": 5}.get(point, 0)
    assert sum(count - 1 for count in server.ids().values()) == twice  # a copy has the same Message-ID


def test_workers_killed_a_hundred_times_lose_nothing(ana: User, port: int, server: MailServer) -> None:
    """The dead come from one process that forks, so that a death costs no start of Python."""
    reminders = make_reminders(ana, 300, clock.now() - timedelta(seconds=5))
    assert start(port, SWARM, "kill", "100").wait(timeout=50) == 0
    assert server.mails  # they did not only die, they worked as well
    Delivery.objects.update(lease_until=None)
    while send_due():
        pass
    stand_exactly_once(reminders)
    all_mailed(server, reminders)


def test_two_workers_at_once_send_everything_once(ana: User, port: int, server: MailServer) -> None:
    reminders = make_reminders(ana, 200, clock.now() - timedelta(seconds=5))
    workers = [start(port, SWARM, "work", "25") for _ in range(2)]
    assert [worker.wait(timeout=30) for worker in workers] == [0, 0]
    stand_exactly_once(reminders)
    all_mailed(server, reminders)
    assert set(server.ids().values()) == {1}


def test_no_beat_and_no_broker_the_watcher_sends(ana: User, port: int, server: MailServer) -> None:
    reminders = [make_reminder(ana, clock.now() - timedelta(seconds=1), kind="test", step="email")]
    watcher = start(port, "manage.py", "watch", "--every", "0.2")
    try:
        assert eventually(lambda: len(server.mails) == 1, within=20)
        assert eventually(lambda: Delivery.objects.filter(state="taken").exists())
    finally:
        watcher.terminate()
        assert watcher.wait(timeout=15) == 0
    all_mailed(server, reminders)


def test_two_beats_a_worker_and_a_flushed_broker(ana: User, port: int, server: MailServer, broker_url: str) -> None:
    """Each beat sends its message, the broker forgets one lot of them, and a worker gets the rest twice."""
    ask = (
        "import django; django.setup()\nfrom symptoms.notifications.tasks import send_due\n" + "send_due.delay()\n" * 2
    )
    told = {"DJANGO_SETTINGS_MODULE": "kesimpta_tracker.settings", "BROKER_URL": broker_url}
    reminders = [
        make_reminder(ana, clock.now() - timedelta(seconds=1), kind="test", step=step) for step in ("email", "in-app")
    ]
    assert start(port, "-c", ask, **told).wait(timeout=30) == 0
    with current_app.connection_for_write(broker_url) as broker:
        assert broker.channel().client.llen("celery") == 2
        broker.channel().client.flushall()
    worker = start(port, "-m", "celery", "-A", "kesimpta_tracker", "worker", "-P", "threads", "-c", "2", **told)
    try:
        assert start(port, "-c", ask, **told).wait(timeout=30) == 0
        assert eventually(lambda: len(server.mails) == 1, within=30)
        assert eventually(lambda: not Delivery.objects.exclude(state="taken").exists())
    finally:
        worker.kill()
        worker.wait()
    assert set(server.ids()) == {f"<{reminders[0].pk}.email@localhost>"}
    assert Notice.objects.get().reminder == reminders[1]
