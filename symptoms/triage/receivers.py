import logging
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from celery import current_app
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from symptoms.diary.actions import stir_entries
from symptoms.diary.signals import entry_saved
from symptoms.followups.signals import injection_saved
from symptoms.lib.background import Errands
from symptoms.sharing.models import Patient
from symptoms.triage.signals import dry_run_asked
from symptoms.triage.tasks import assess_entry, dry_run

log = logging.getLogger(__name__)
# A broker that is silent answers nothing for seconds. The patient must not wait for that.
errands: Final = Errands(most=50)


@receiver(entry_saved, dispatch_uid="triage.hurry")
def hurry_assessment(entry_id: UUID, **kwargs: Any) -> None:
    """Ask a worker to assess the entry now. Without a broker the sweep or the watcher finds it."""
    if current_app.conf.broker_url:
        errands.run(send, assess_entry, "entry", str(entry_id))


def send(task: Any, kind: str, row_id: str) -> None:
    """Give a row to a worker. A broker that is away is a line in the log."""
    try:
        task.delay(row_id)
    except (OperationalError, OSError):
        log.warning("broker unreachable, %s %s waits for the sweep", kind, row_id)


@receiver(dry_run_asked, dispatch_uid="triage.dry-run")
def start_dry_run(dry_run_id: UUID, **kwargs: Any) -> None:
    """Ask a worker for a dry run. Without a broker the watcher takes it up."""
    if current_app.conf.broker_url:
        errands.run(send, dry_run, "dry run", str(dry_run_id))


@receiver(injection_saved, dispatch_uid="triage.stir")
def stir_later_entries(patient: Patient, at: datetime, **kwargs: Any) -> None:
    """Have what was logged after a shot assessed again, now that the shot is known."""
    stir_entries(patient=patient, since=at)
