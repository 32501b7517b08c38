"""A real worker, a real broker, and the watcher that needs neither."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage.models import Assessment, Flag
from symptoms.triage.tasks import sweep
from tests.factories.cast import make_cast
from tests.factories.diary import make_entry
from tests.services import eventually

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


def database_url() -> str:
    """The address of this test's own database."""
    wanted = os.environ["DATABASE_URL"]
    return wanted.rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])


@contextmanager
def running(*command: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url(), **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def assessed(entry: Entry) -> bool:
    return Assessment.objects.filter(entry=entry, is_current=True).exists()


def test_a_worker_assesses_what_is_sent_to_it(broker_url: str) -> None:
    entry = make_entry(make_cast().ana_log, {"swelling-face": 2})
    code = (
        "import django; django.setup()\n"
        "from symptoms.triage.tasks import assess_entry\n"
        f"assess_entry.delay('{entry.pk}')\n"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "kesimpta_tracker.settings", "BROKER_URL": broker_url}
    with running("-m", "celery", "-A", "kesimpta_tracker", "worker", "-P", "solo", BROKER_URL=broker_url):
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url(), **settings},
            check=True,
        )
        assert eventually(lambda: assessed(entry), within=30)
    assert Flag.objects.get(lines__entry=entry).tier == "emergency"


def test_the_watcher_assesses_with_no_broker_at_all() -> None:
    entry = make_entry(make_cast().ana_log, {"swelling-face": 2})
    Entry.objects.update(saved_at=clock.now() - timedelta(minutes=1))
    with running("manage.py", "watch", "--every", "0.2", BROKER_URL=""):
        assert eventually(lambda: assessed(entry), within=30)
    assert Flag.objects.get(lines__entry=entry).tier == "emergency"


def test_the_watcher_ends_when_asked() -> None:
    with running("manage.py", "watch", "--every", "0.2", BROKER_URL="") as watcher:
        entry = make_entry(make_cast().ana_log, {"headache": 1})
        Entry.objects.update(saved_at=clock.now() - timedelta(minutes=1))
        assert eventually(lambda: assessed(entry), within=30)
        watcher.terminate()
        assert watcher.wait(timeout=10) == 0


def test_the_sweep_counts_what_it_did() -> None:
    make_entry(make_cast().ana_log, {"headache": 1})
    Entry.objects.update(saved_at=clock.now() - timedelta(minutes=1))
    assert sweep() == 1
    assert sweep() == 0
