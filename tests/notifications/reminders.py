"""One of everything that a person's reminders consist of, for the table of routes."""

from typing import Any
from uuid import uuid4

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.notifications.links import token_of
from symptoms.notifications.models import Address, Notice, Reminder


def things(user: User) -> dict[str, Any]:
    """Make a told and a stopped reminder, a notice and a browser of `user`, and return their ids by name."""
    now = clock.now()
    told = Reminder.objects.create(
        recipient=user, kind="table", subject=uuid4(), step="day", due_at=now, state="told", told_at=now
    )
    stopped = Reminder.objects.create(
        recipient=user, kind="table", subject=uuid4(), step="day", due_at=now, state="stopped"
    )
    browser = Address.objects.create(user=user, channel="push", endpoint=f"https://push.example/{uuid4()}")
    return {
        "notice": Notice.objects.create(recipient=user, reminder=told, title="You have a reminder").pk,
        "token": token_of(told.pk),
        "browser": browser.pk,
        "kind": stopped.kind,
        "subject": stopped.subject,
    }
