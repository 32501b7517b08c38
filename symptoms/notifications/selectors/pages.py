"""What a person reads about their reminders: what is open, what was sent, what is wrong."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from symptoms.accounts.models import User
from symptoms.notifications import routes
from symptoms.notifications.channels.in_app import InApp
from symptoms.notifications.models import Address, Delivery, Notice, Reminder, Wishes
from symptoms.notifications.wording import TEST, hidden_from, plain, test_words

OLDER_SHOWN: Final = 30
OPEN_SHOWN: Final = 50
LOG_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """Notices that wait for the person, and those that were dealt with, newest first."""

    open: list[Notice]
    older: list[Notice]


def open_notices(user: User) -> int:
    """Count what waits for the person. One query, two more where it tells of others."""
    return len(_told(user, Notice.objects.filter(recipient=user, settled_at=None).select_related("reminder")))


def notices_for_page(user: User) -> NoticesPage:
    """Return the notices of a person. Two queries, and two more for each list that tells of others."""
    rows = Notice.objects.filter(recipient=user).select_related("reminder").order_by("-made_at", "-pk")
    return NoticesPage(
        open=_told(user, rows.filter(settled_at=None)[:OPEN_SHOWN]),
        older=_told(user, rows.exclude(settled_at=None)[:OLDER_SHOWN]),
    )


def _told(user: User, notices: Iterable[Notice]) -> list[Notice]:
    """Return these without what is not shared with the person any more."""
    found = list(notices)
    hidden = hidden_from(user, found)
    return [one for one in found if one.pk not in hidden]


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel as the page shows it: does it reach the person, and if not, why."""

    slug: str
    name: str
    reaches: bool
    dead_reason: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message on its way: what, through which channel, and what became of it."""

    title: str
    channel: str
    row: Delivery


@dataclass(frozen=True, slots=True)
class Stopped:
    """Reminders that the person stopped, by what they were about when last told."""

    kind: str
    subject: UUID
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RemindersPage:
    """Everything on the page of reminders but the form."""

    wishes: Wishes
    channels: list[ChannelLine]
    browsers: list[Address]
    log: list[LogLine]
    stopped: list[Stopped]


def reminders_for_page(user: User) -> RemindersPage:
    """Return how a person is reached and what was sent. Five queries, however much was sent."""
    addresses = list(Address.objects.filter(user=user).order_by("-made_at", "-pk"))
    return RemindersPage(
        wishes=Wishes.objects.filter(user=user).first() or Wishes(user=user),
        channels=[_channel(user, slug, addresses) for slug in settings.NOTIFICATION_CHANNELS],
        browsers=[one for one in addresses if one.channel == "push"],
        log=_log(user),
        stopped=_stopped(user),
    )


def _channel(user: User, slug: str, addresses: list[Address]) -> ChannelLine:
    of_channel = [one for one in addresses if one.channel == slug]
    cls = routes.channel_class(slug)
    reaches = cls.reaches(user, of_channel)
    why = "" if reaches else next((one.dead_reason for one in of_channel if one.dead_at), "")
    return ChannelLine(slug, str(cls.name), reaches, why)


def _log(user: User) -> list[LogLine]:
    rows = Delivery.objects.filter(reminder__recipient=user).select_related("reminder", "reminder__notice")
    sent = list(rows.order_by("-pk")[:LOG_SHOWN])
    hidden = _hidden(user, [row.reminder for row in sent])
    return [LogLine(_title(row.reminder, hidden), channel_name(row.channel), row) for row in sent]


def _hidden(user: User, reminders: list[Reminder]) -> set[UUID]:
    """Return which of these were told of what is not shared with the person any more."""
    notices = []
    for reminder in reminders:
        if hasattr(reminder, "notice"):
            reminder.notice.reminder = reminder
            notices.append(reminder.notice)
    gone = hidden_from(user, notices)
    return {one.reminder_id for one in notices if one.pk in gone and one.reminder_id}


def _title(reminder: Reminder, hidden: Collection[UUID] = ()) -> str:
    notice: Notice | None = getattr(reminder, "notice", None)
    if notice is not None:
        return plain().title if reminder.pk in hidden else notice.title
    return test_words(reminder).title if reminder.kind == TEST else ""


def channel_name(slug: str) -> str:
    """Return what a channel is called, also one that is no longer set up."""
    if slug == InApp.slug:
        return str(InApp.name)
    return str(routes.channel_class(slug).name) if routes.is_known(slug) else slug


def _stopped(user: User) -> list[Stopped]:
    rows = Reminder.objects.filter(recipient=user, state=Reminder.State.STOPPED, answer=Reminder.Answer.STOP)
    stopped = list(rows.select_related("notice").order_by("-answered_at"))
    hidden = _hidden(user, stopped)
    return [
        Stopped(row.kind, row.subject, _title(row), row.answered_at)
        for row in stopped
        if row.answered_at is not None and row.pk not in hidden
    ]
