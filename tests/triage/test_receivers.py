"""News of the diary reaches a worker, and a dead or silent broker holds nobody up."""

import time
from threading import Event
from uuid import uuid4

import pytest
from celery import current_app
from pytest_django import DjangoCaptureOnCommitCallbacks

from symptoms.followups.signals import injection_saved
from symptoms.triage import receivers
from symptoms.triage.models import Assessment
from symptoms.triage.tasks import assess_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(current_app.conf, "broker_url", "redis+socket:///nowhere/at/all.sock")


def test_saving_with_a_dead_broker_is_quick_and_the_gap_remains(
    cast: Cast, dead_broker: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        entry = make_entry(cast.ana_log, {"headache": 1})
    assert time.monotonic() - started < 5
    assert not Assessment.objects.exists()
    assert entry.assessed_revision < entry.revision


def test_with_every_errand_stuck_saving_goes_on(
    cast: Cast, dead_broker: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    go = Event()
    stuck = [future for _ in range(60) if (future := receivers.errands.run(go.wait, 10))]
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        make_entry(cast.ana_log, {"headache": 1})
    took = time.monotonic() - started
    go.set()
    for future in stuck:
        future.result()
    assert took < 5  # the errands ahead of it last ten seconds


def test_publish_to_a_dead_broker_is_a_line_without_a_word_of_the_diary(
    dead_broker: None, caplog: pytest.LogCaptureFixture
) -> None:
    entry_id = str(uuid4())
    receivers.send(assess_entry, "entry", entry_id)
    (line,) = caplog.messages
    assert line == f"broker unreachable, entry {entry_id} waits for the sweep"


def test_no_broker_named_means_no_errand(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(current_app.conf, "broker_url", "")
    before = len(receivers.errands._thread._threads)
    receivers.hurry_assessment(entry_id=uuid4())
    assert len(receivers.errands._thread._threads) == before


def test_a_shot_stirs_what_was_logged_after_it(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    before = entry.happened_at.replace(microsecond=0)
    injection_saved.send(sender=None, patient=cast.ana_log, at=before)
    entry.refresh_from_db()
    assert entry.revision == 2
