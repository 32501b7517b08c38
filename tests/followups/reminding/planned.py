"""What hangs on a patient's reminders, for the table of routes."""

from typing import Any

from symptoms.accounts.models import User
from symptoms.followups.actions.feeds import make_feed
from symptoms.followups.models import ReminderCopy
from symptoms.sharing.models import Patient


def things(patient: Patient, to: User) -> dict[str, Any]:
    """Make a copy that goes to `to` and a calendar, and return their ids by name."""
    copy = ReminderCopy.objects.create(patient=patient, user=to, hours=3)
    return {"copy": copy.pk, "secret": make_feed(patient=patient, detail="plain", by=patient.user)}
