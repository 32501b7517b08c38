"""The tracker itself: a notice that waits until the person looks. The only channel that cannot be out of reach."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.notifications.channels.base import Channel, Message, Outcome, Taken
from symptoms.notifications.models import Address, Notice

SLUG = "in-app"


class InApp(Channel):
    """Writes a notice. Reminders get theirs in the transaction that marks them as told, and so exactly one."""

    slug = SLUG
    name = _("In the tracker")

    @classmethod
    def reaches(cls, user: User, addresses: Sequence[Address]) -> bool:
        """Say yes: whoever signs in is reached."""
        return True

    def send(self, message: Message) -> Outcome:
        """Write a notice that belongs to no reminder."""
        Notice.objects.create(
            recipient=message.to, kind=Notice.Kind.TEST, title=message.title, body=message.body, url=message.url
        )
        return Taken()
