"""Which channel comes next for a reminder, and what a message through it says."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.notifications.channels.base import Channel, Message
from symptoms.notifications.links import absolute, link_of
from symptoms.notifications.models import Reminder, Wishes
from symptoms.notifications.quiet import quiet_until
from symptoms.notifications.wording import TEST, Words, plain, plain_message


@cache
def channel_class(slug: str) -> type[Channel]:
    """Return the class of a channel. Loaded on first use: not every tracker pushes."""
    path = settings.NOTIFICATION_CHANNELS[slug]
    found = import_string(path)
    if not (isinstance(found, type) and issubclass(found, Channel) and found.slug == slug):
        raise ImproperlyConfigured(f"NOTIFICATION_CHANNELS: {path} is no channel with the slug {slug!r}.")
    return found


def is_known(slug: str) -> bool:
    """Say whether the operator has set this channel up."""
    return slug in settings.NOTIFICATION_CHANNELS


def wishes_of(user: User) -> Wishes:
    """Return the wishes of a person: what they said, or the defaults."""
    return getattr(user, "wishes", None) or Wishes(user=user)


def next_channel(reminder: Reminder, used: Iterable[str] = ()) -> str | None:
    """Return the first channel of the recipient's order that is not used yet and has a living address."""
    user, tried = reminder.recipient, set(used)
    if reminder.kind == TEST:
        return reminder.step if is_known(reminder.step) and reminder.step not in tried else None
    for slug in wishes_of(user).channels:
        if slug not in tried and is_known(slug) and reaches(user, slug):
            return slug
    return None


def reaches(user: User, slug: str) -> bool:
    """Say whether this channel has a living address of this person. Reads `user.addresses`, prefetched or not."""
    return channel_class(slug).reaches(user, [one for one in user.addresses.all() if one.channel == slug])


def held_back_until(reminder: Reminder, words: Words, now: datetime) -> datetime | None:
    """Return when the recipient's quiet hours end; None if it may go out now."""
    if words.urgent or reminder.kind == TEST:
        return None
    wishes, zone = wishes_of(reminder.recipient), reminder.recipient.time_zone
    return quiet_until(now, zone, wishes.quiet_from, wishes.quiet_to)


def message_id(reminder: Reminder, slug: str) -> str:
    """Return the id of the message, equal at every try and on every machine."""
    return f"<{reminder.pk}.{slug}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def message_of(reminder: Reminder, slug: str, words: Words) -> Message:
    """Return what goes out through a channel: as much as the recipient allowed for it, in their language."""
    user = reminder.recipient
    told = words
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        if words.is_message:
            told = plain_message()
        elif reminder.kind != TEST and wishes_of(user).detail_of(slug) != Wishes.Detail.FULL:
            told = plain()
        late = [late_words(reminder.due_at)] if reminder.late else []
        body = "\n".join([*filter(None, [told.body]), *late])
    return Message(
        id=message_id(reminder, slug),
        to=user,
        title=told.title,
        body=body,
        url=_url_of(reminder, words),
        # A push service sees how soon a message wants to come: all that are read in the tracker alone look the same.
        urgent=words.urgent or words.is_message,
        answers=reminder.kind != TEST and not words.is_message,
    )


def _url_of(reminder: Reminder, words: Words) -> str:
    if words.is_message:
        return absolute(reverse("notifications:notices"))
    return link_of(reminder.pk) if reminder.kind != TEST else absolute(reverse("notifications:reminders"))


def late_words(due_at: datetime) -> str:
    """Say that a reminder comes late, in the language and zone in force."""
    due = date_format(timezone.localtime(due_at), "l j F, H:i")
    return _("This comes late. It was due on %(due)s.") % {"due": due}
