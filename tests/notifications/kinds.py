"""The tests' own kind of reminder, and rows of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.notifications.models import Reminder
from symptoms.notifications.wording import Words

KIND = "canary"
# Noon in London, in winter: nobody is quiet.
NOON = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)
SECRET = "Blood test for kesimpta, ZQX-7f3a"


def say(reminder: Reminder) -> Words | None:
    return Words(SECRET, "Your blood is due, ZQX-7f3b", "/somewhere/")


@dataclass
class Speaker:
    """A renderer that remembers what it was asked for."""

    say: Callable[[Reminder], Words | None] = say

    def __call__(self, reminder: Reminder) -> Words | None:
        return self.say(reminder)


def make_reminder(user: User, due_at: datetime = NOON, **said: Any) -> Reminder:
    told = {"kind": KIND, "subject": uuid4(), "step": "day", **said}
    return Reminder.objects.create(recipient=user, due_at=due_at, **told)


def make_reminders(user: User, count: int, due_at: datetime = NOON) -> list[Reminder]:
    with transaction.atomic():
        return [make_reminder(user, due_at + timedelta(milliseconds=n)) for n in range(count)]
