"""Whatever dies between a patient and the clinic: saving stays quick, advice is shown, the flag still comes."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from uuid import uuid4

import pytest
from celery import current_app
from django.test import Client
from django.urls import reverse

from kesimpta_tracker.embedded.binaries import find_valkey
from kesimpta_tracker.embedded.places import Places
from kesimpta_tracker.embedded.valkey import Valkey
from kesimpta_tracker.supervisor import Supervisor
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage.models import Flag
from tests.factories.cast import Cast, make_cast
from tests.journeys.conftest import forget_connections
from tests.services import eventually, quiet
from tests.triage.test_tasks import running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

SAVED_WITHIN = 1.9  # below what waiting for a silent broker would take
FLAGGED_WITHIN = 20.0  # the watcher leaves an entry to the worker for five seconds, then takes it


@dataclass
class Broker:
    """A Valkey of this test alone, which may be killed."""

    url: str
    process: int

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process, number)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    folder = Path(tempfile.mkdtemp(prefix="kt-"))
    places = Places(folder)
    places.make()
    valkey = Valkey(find_valkey(), folder / "valkey", places.sockets())
    supervisor = Supervisor(places.logs, quiet)
    valkey.create()
    supervisor.start(valkey.service())
    forget_connections()
    monkeypatch.setitem(current_app.conf, "broker_url", valkey.url)
    monkeypatch.setitem(current_app.conf, "broker_transport_options", {"socket_timeout": 2, "max_retries": 0})
    process = supervisor.children()[0].process.pid
    yield Broker(valkey.url, process)
    if not supervisor.children()[0].ended:
        os.kill(process, signal.SIGCONT)
    supervisor.stop()
    shutil.rmtree(folder, ignore_errors=True)
    forget_connections()


@pytest.fixture
def worker(broker: Broker) -> Iterator[Popen[bytes]]:
    with running("-m", "celery", "-A", "kesimpta_tracker", "worker", "-P", "solo", BROKER_URL=broker.url) as one:
        yield one


@pytest.fixture
def watcher() -> Iterator[Popen[bytes]]:
    with running("manage.py", "watch", "--every", "1", BROKER_URL="") as one:
        yield one


@pytest.fixture
def everybody(broker: Broker) -> Cast:
    return make_cast()


def save(everybody: Cast) -> tuple[float, Entry]:
    """Log a swollen face as the page does, and return how long the answer took; the advice must stand there."""
    browser = Client()
    browser.force_login(everybody.ana)
    day = clock.local_day(clock.now(), everybody.ana.time_zone)
    said = {"key": str(uuid4()), "s": "swelling-face", "grade-swelling-face": "3", "day": day.isoformat()}
    began = time.monotonic()
    answer = browser.post(reverse("diary:log", args=[everybody.ana_log.pk]), said)
    took = time.monotonic() - began
    assert answer.status_code == 303
    assert "Get emergency help now" in browser.get(answer["Location"]).content.decode()
    return took, Entry.objects.latest("saved_at")


def flagged(entry: Entry) -> bool:
    return Flag.objects.filter(lines__entry=entry, tier="emergency").exists()


def test_all_alive_the_worker_is_quick(everybody: Cast, worker: Popen[bytes]) -> None:
    """The first entry waits until the worker is up; the second shows what is usual."""
    _, first = save(everybody)
    assert eventually(lambda: flagged(first), within=30)
    took, second = save(everybody)
    assert took < SAVED_WITHIN
    assert eventually(lambda: flagged(second), within=15)  # no sweep comes so soon


@pytest.mark.parametrize("fault", ["worker killed", "broker killed", "both killed", "broker silent"])
def test_a_death_costs_no_entry_and_no_time(
    everybody: Cast, broker: Broker, worker: Popen[bytes], watcher: Popen[bytes], fault: str
) -> None:
    _, before = save(everybody)
    assert eventually(lambda: flagged(before), within=30)
    if fault in ("worker killed", "both killed"):
        os.killpg(worker.pid, signal.SIGKILL)
    if fault in ("broker killed", "both killed"):
        broker.signal(signal.SIGKILL)
    if fault == "broker silent":
        broker.signal(signal.SIGSTOP)
    entries = []
    for _ in range(3):
        took, entry = save(everybody)
        assert took < SAVED_WITHIN
        entries.append(entry)
    assert eventually(lambda: all(flagged(entry) for entry in entries), within=FLAGGED_WITHIN)
    assert Flag.objects.count() == 4


def test_watcher_killed_leaves_the_work_to_the_worker(
    everybody: Cast, worker: Popen[bytes], watcher: Popen[bytes]
) -> None:
    os.killpg(watcher.pid, signal.SIGKILL)
    _, entry = save(everybody)
    assert eventually(lambda: flagged(entry), within=30)


def test_worker_and_watcher_together_raise_one_flag(
    everybody: Cast, worker: Popen[bytes], watcher: Popen[bytes]
) -> None:
    entries = [save(everybody)[1] for _ in range(10)]
    assert eventually(lambda: all(flagged(entry) for entry in entries), within=30)
    assert Flag.objects.count() == len(entries)
    assert [flag.events.count() for flag in Flag.objects.all()] == [1] * len(entries)
