"""What a reminder says: each room registers a renderer for its kinds. It is called when the reminder goes out.

A renderer is called in the recipient's language and time zone, each time anew. It must check that its reader may
still read what it says (a share may have ended), and return None where the reminder is no longer needed.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.notifications.models import Notice, Reminder

# What a renderer raises when a row it reads is odd. A fault of the database is for the caller.
FAULTS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RuntimeError, ObjectDoesNotExist)
# A reminder of this kind tries one channel, the one that its step names, at any hour.
TEST: Final = "test"
# Where a message for several reminders leads to.
SEVERAL: Final = "/notices/"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """What is told. `title` is one line, `url` a path of this site, `urgent` goes out in quiet hours too.

    A message (`is_message`) is read in the tracker alone: a channel says that there is one, whatever the recipient
    allowed for it, and there is nothing to answer.
    """

    title: str
    body: str = ""
    url: str = ""
    urgent: bool = False
    is_message: bool = False


def test_words(reminder: Reminder) -> Words:
    """Return the words of a test, which the person asked for by a button."""
    return Words(_("This is a test"), _("You asked for it on your reminders page. There is nothing to do."))


type_of_render = Callable[[Reminder], Words | None]
type_of_hide = Callable[[User, Collection[Reminder]], set[UUID]]
_renderers: dict[str, type_of_render] = {TEST: test_words}
_hides: dict[str, type_of_hide] = {}
_alone: set[str] = set()


def register(kind: str, render: type_of_render, hide: type_of_hide | None = None, *, alone: bool = False) -> None:
    """Let `render` find the words of all reminders of this kind. Call it in `AppConfig.ready`.

    Of what was told already, `hide` says which reminders tell of somebody who shares it with the reader no longer.
    Where `alone`, `render` sees all that its reader was told before: one row at a time, by one process at a time.
    """
    _renderers[kind] = render
    if alone:
        _alone.add(kind)
    if hide is not None:
        _hides[kind] = hide


def is_alone(kind: str) -> bool:
    """Say whether reminders of this kind are told one at a time."""
    return kind in _alone


def hidden_from(reader: User, notices: Collection[Notice]) -> set[UUID]:
    """Return the notices of `reader` that tell what is shared with them no longer. No query where none is of others."""
    about = _about(notices)
    gone = {pk for hide in set(_hides.values()) for pk in _gone(hide, reader, [one for _pk, one in about])}
    return {notice for notice, one in about if one.pk in gone}


def _about(notices: Collection[Notice]) -> list[tuple[UUID, Reminder]]:
    """Return each notice with what it tells of; one for several reminders comes several times."""
    about = [(one.pk, one.reminder) for one in notices if one.reminder is not None]
    several = {one.reminder: one.pk for one in notices if one.url == SEVERAL and one.reminder is not None}
    if several and _hides:
        merged = Reminder.objects.filter(merged_into__in=several, kind__in=_hides).select_related("merged_into")
        about += [(several[one.merged_into], one) for one in merged if one.merged_into is not None]
    return about


def _gone(hide: type_of_hide, reader: User, reminders: Collection[Reminder]) -> set[UUID]:
    of_kind = [one for one in reminders if _hides.get(one.kind) is hide]
    return hide(reader, of_kind) if of_kind else set()


def plain() -> Words:
    """Return the words that tell nothing about anybody."""
    return Words(_("You have a reminder"))


def plain_message() -> Words:
    """Return the same for what is read in the tracker alone."""
    return Words(_("You have a message in your tracker"))


def render(reminder: Reminder) -> Words | None:
    """Return the words of a reminder, in its recipient's language and time zone; None: no longer needed.

    A kind that nobody knows, or a renderer that fails, costs the words and never the reminder.
    """
    user = reminder.recipient
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        if (renderer := _renderers.get(reminder.kind)) is None:
            log.error("reminder %s has a kind that nobody speaks for: %s", reminder.pk, reminder.kind)
            return plain()
        try:
            return _writable(renderer(reminder))
        except FAULTS as error:
            log.error("reminder %s has no words: %s", reminder.pk, type(error).__name__)
            return plain()


def _writable(words: Words | None) -> Words | None:
    """Return the words without what neither the database nor a mail can hold: NUL and halves of letters."""
    if words is None:
        return None
    said = (words.title, words.body, words.url)
    title, body, url = (str(text).encode("utf-8", "replace").decode().replace("\0", "") for text in said)
    return Words(" ".join(title.split()), body, url, urgent=words.urgent, is_message=words.is_message)
