"""Caregivers whom the patient wants told when an entry says to get help (docs/adr/0017)."""

from datetime import timedelta
from typing import Final

from django.db.models import F

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.notifications.actions import Due, schedule_reminders
from symptoms.notifications.models import LATER_STEP, Reminder
from symptoms.sharing.models import Grant, Patient
from symptoms.triage.models import URGENCY, Assessment, Tier
from symptoms.triage.past import RECENT, is_of_the_past

State = Reminder.State
# Ends in "-copy": it tells of somebody else, and stays out of its reader's download (mydata.tables).
KIND: Final = "entry-copy"
TOLD_OF: Final = (Tier.EMERGENCY, Tier.SAME_DAY)


def plan_notices(entry: Entry, assessment: Assessment, before: Assessment | None) -> None:
    """Plan what caregivers are told of an entry that was just assessed; call it in that transaction.

    Whoever is killed has neither assessed nor planned, and the sweep does both. No query for an entry that says
    nothing urgent, one where nobody is to be told. Whether it still holds is asked when it goes out.
    """
    if assessment.tier not in TOLD_OF or not _is_news(entry, assessment, before):
        return
    wanting = Grant.objects.current(assessment.assessed_at).telling().filter(patient=entry.patient_id)
    for grant in wanting.exclude(user=entry.author_id).select_related("user"):
        if grant.user is not None and grant.notice_hours is not None and not _stands(grant.user, entry, assessment):
            at = assessment.assessed_at + timedelta(hours=grant.notice_hours)
            due = [Due(at=at, step=assessment.tier)]
            schedule_reminders(recipient=grant.user, kind=KIND, subject=entry.pk, due=due)


def _is_news(entry: Entry, assessment: Assessment, before: Assessment | None) -> bool:
    """Say whether it is new or worse, or so young that it may have been dropped while it was hidden."""
    if entry.deleted_at is not None or entry.hidden_at is not None:
        return False
    is_worse = before is None or URGENCY[Tier(assessment.tier)] < URGENCY[Tier(before.tier)]
    return (is_worse or entry.made_at > clock.now() - RECENT) and not is_of_the_past(entry)


def _stands(to: User, entry: Entry, assessment: Assessment) -> bool:
    """Say whether this is planned or was told already: an entry that is assessed again keeps its hour."""
    rows = Reminder.objects.filter(recipient=to, kind=KIND, subject=entry.pk, step=assessment.tier)
    return rows.exclude(state=State.DROPPED).exists()


def move_notices(*, patient: Patient, to: User, by_hours: int) -> None:
    """Move what waits for a caregiver, for the patient chose another delay. One query."""
    waiting = Reminder.objects.filter(recipient=to, kind=KIND, state=State.WAITING).exclude(step=LATER_STEP)
    of_patient = waiting.filter(subject__in=Entry.objects.filter(patient=patient).values("pk"))
    of_patient.update(due_at=F("due_at") + timedelta(hours=by_hours))
