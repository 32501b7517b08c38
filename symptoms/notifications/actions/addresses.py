"""Ways to reach a person: subscribed, forgotten, dead, alive again."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.notifications.models import Address, Notice
from symptoms.notifications.signals import channel_died

PUSH = "push"
# More browsers than anybody has; the oldest makes room.
MOST_BROWSERS = 10


@transaction.atomic
def subscribe_browser(*, user: User, endpoint: str, keys: dict[str, str], name: str, by: User) -> Address:
    """Keep a browser that takes pushes. One that belonged to somebody else before now belongs to `user` alone."""
    Address.objects.filter(channel=PUSH, endpoint=endpoint).exclude(user=user).delete()
    told = {"keys": keys, "name": name, "dead_at": None, "dead_reason": ""}
    address, _is_new = Address.objects.update_or_create(user=user, channel=PUSH, endpoint=endpoint, defaults=told)
    kept = Address.objects.filter(user=user, channel=PUSH).order_by("-made_at", "-pk")
    Address.objects.filter(pk__in=[one.pk for one in kept[MOST_BROWSERS:]]).delete()
    record("notifications.browser-added", by=by, subject=f"user:{user.uuid}")
    return address


@transaction.atomic
def forget_browser(*, address: Address, by: User) -> None:
    """Send nothing to this browser any more."""
    record("notifications.browser-removed", by=by, subject=f"user:{address.user.uuid}")
    address.delete()


@transaction.atomic
def address_died(*, address: Address, why: str) -> bool:
    """Mark an address that takes nothing any more, and tell the person in the tracker. False: it was known.

    `why` is for the person's own delivery log: technical words, no health.
    """
    living = Address.objects.filter(pk=address.pk, dead_at=None)
    if not living.update(dead_at=clock.now(), dead_reason=why[:200]):
        return False
    user = address.user
    with translation.override(user.language):
        Notice.objects.create(
            recipient=user,
            kind=Notice.Kind.CHANNEL,
            title=_("Messages do not reach you by push any more")
            if address.channel == PUSH
            else _("Messages do not reach you by e-mail any more"),
            body=_("We tried %(where)s. Look at your reminders page to set it right.") % {"where": _where(address)},
            url="/you/reminders/",
        )
    record("notifications.address-died", by=None, subject=f"user:{user.uuid}", data={"channel": address.channel})
    channel_died.send(sender=Address, user=user, channel=address.channel)
    return True


@transaction.atomic
def endpoint_died(*, user: User, channel: str, endpoint: str, why: str) -> bool:
    """Mark the address that a message of this channel went to, known so far or not."""
    address, _is_new = Address.objects.get_or_create(user=user, channel=channel, endpoint=endpoint)
    return address_died(address=address, why=why)


def endpoint_lives(*, user: User, channel: str, endpoint: str) -> bool:
    """Take an address for alive again: a message just went through. Return whether it was dead before."""
    dead = Address.objects.filter(user=user, channel=channel, endpoint=endpoint).exclude(dead_at=None)
    return bool(dead.update(dead_at=None, dead_reason=""))


def _where(address: Address) -> str:
    return address.endpoint if address.channel != PUSH else address.name or _("your browser")
