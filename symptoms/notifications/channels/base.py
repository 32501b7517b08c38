"""What every channel is: it takes a message, and says truthfully what became of it.

An operator adds a channel by its class in the setting NOTIFICATION_CHANNELS (see `docs/channels.md`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.utils.functional import Promise

from symptoms.accounts.models import User
from symptoms.notifications.models import Address


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out to one person. `id` is the same at every try, and different for each channel.

    `title` and `body` already say only as much as the person allowed for this channel; `url` is absolute, and
    `answers` says that done, later or stop may be said there.
    """

    id: str
    to: User
    title: str
    body: str
    url: str
    urgent: bool = False
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """The channel took the message over."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Not now. `after` is the least pause, `whole` that the trouble is the channel's and not this message's."""

    why: str
    after: timedelta = timedelta(0)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """Nothing will ever arrive at this address."""

    why: str


Outcome = Taken | TryAgain | Dead


class Channel:
    """A way to reach a person outside the tracker. One object lives as long as one batch of messages."""

    slug: ClassVar[str]
    name: ClassVar[str | Promise]

    @classmethod
    def reaches(cls, user: User, addresses: Sequence[Address]) -> bool:
        """Say whether there is a living address; `addresses` are those of this user and this channel."""
        return any(address.dead_at is None for address in addresses)

    @classmethod
    def endpoint_of(cls, user: User) -> str | None:
        """Return the one address that this channel uses for this person; None where it keeps several itself."""
        return None

    def send(self, message: Message) -> Outcome:
        """Hand one message over. Never raises for what a network or a server does, and never waits for ever."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what was kept open between two messages."""
