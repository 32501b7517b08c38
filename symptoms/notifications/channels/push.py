"""Web Push to the browsers that a person subscribed. The sending itself is in `web_push`."""

from collections.abc import Sequence
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from symptoms.notifications.actions.addresses import address_died
from symptoms.notifications.channels.base import Channel, Dead, Message, Outcome, Taken, TryAgain
from symptoms.notifications.models import Address

# Loaded at the first push: what it brings takes 20 MB, and most trackers and most processes never push.
PUSHER = "symptoms.notifications.channels.web_push.Pusher"


class Push(Channel):
    """To every browser that the person subscribed. It is enough that one of them takes the message."""

    slug = "push"
    name = _("Push message")

    def __init__(self) -> None:
        self._pusher: Any = None

    def send(self, message: Message) -> Outcome:
        if self._pusher is None:
            self._pusher = import_string(PUSHER)()
        living = list(Address.objects.filter(user=message.to, channel=self.slug, dead_at=None))
        outcomes = [self._send_to(address, message) for address in living]
        return best_of(outcomes) if outcomes else Dead(gettext("no browser takes messages"))

    def close(self) -> None:
        if self._pusher is not None:
            self._pusher.close()

    def _send_to(self, address: Address, message: Message) -> Outcome:
        said: Outcome = self._pusher.push(address, message)
        if isinstance(said, Dead):
            address_died(address=address, why=said.why)
        return said


def best_of(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what counts for the message: one that took it, else one that may yet, else dead."""
    order = (Taken, TryAgain, Dead)
    return min(outcomes, key=lambda outcome: order.index(type(outcome)))
