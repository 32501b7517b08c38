import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from celery import current_app
from django.dispatch import receiver
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from symptoms.accounts.models import User
from symptoms.diary.actions import EntrySaid, save_entry, stir_entries
from symptoms.diary.models import Entry
from symptoms.diary.signals import entry_hidden, entry_saved
from symptoms.followups.signals import injection_saved, results_saved
from symptoms.lib import clock
from symptoms.lib.background import Errands
from symptoms.notifications.wording import register
from symptoms.sharing.models import Grant, Patient
from symptoms.sharing.signals import notice_moved
from symptoms.triage.actions.flags import leave_lead
from symptoms.triage.actions.notices import KIND, move_notices
from symptoms.triage.notice_words import notice_words, notices_gone
from symptoms.triage.signals import dry_run_asked
from symptoms.triage.tasks import assess_entry, dry_run

log = logging.getLogger(__name__)
# A broker that is silent answers nothing for seconds. The patient must not wait for that.
errands: Final = Errands(most=50)
# How old a result may be for the rules (triage-readings on S22, S24, V06).
RESULT_DAYS: Final = 14

register(KIND, notice_words, hide=notices_gone, alone=True)


@receiver(entry_saved, dispatch_uid="triage.hurry")
def hurry_assessment(entry_id: UUID, **kwargs: Any) -> None:
    """Ask a worker to assess the entry now. Without a broker the sweep or the watcher finds it."""
    if current_app.conf.broker_url:
        errands.run(send, assess_entry, "entry", str(entry_id))


@receiver(entry_hidden, dispatch_uid="triage.hidden")
def leave_hidden_entry(entry: Entry, **kwargs: Any) -> None:
    """Have the clinic read on in what the patient did not hide."""
    leave_lead(entry)


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


@receiver(results_saved, dispatch_uid="triage.results")
def hear_results(patient: Patient, since: date, by: User, *, fresh: bool, **kwargs: Any) -> UUID | None:
    """Have every entry that a result bears on assessed again; where none is there to speak, log one (docs/adr/0012).

    Return the entry that the advice stands at: one of today, or of the day of a draw that is too old for today.
    """
    stir_entries(patient=patient, since=datetime.combine(since, time(), UTC) - timedelta(days=1))
    today = clock.local_day(clock.now(), patient.time_zone)
    day = today if today - since <= timedelta(days=RESULT_DAYS) else since
    # A hidden one speaks to nobody else: neither a clinic nor who entered the result would hear of it.
    shown = Entry.objects.live().filter(patient=patient, day=day, hidden_at=None)
    spoken: Entry | None = shown.newest_first().first()
    if spoken is None and fresh:
        said = EntrySaid(day, note=_("Lab results of %(day)s were added.") % {"day": date_format(since, "j F Y")})
        spoken = save_entry(patient=patient, said=said, idempotency_key=uuid4(), by=by)
    return spoken.pk if spoken else None


@receiver(notice_moved, dispatch_uid="triage.notice-moved")
def move_what_waits(grant: Grant, by_hours: int, **kwargs: Any) -> None:
    if grant.user is not None:
        move_notices(patient=grant.patient, to=grant.user, by_hours=by_hours)
