"""Where messages reach a person, and how they wish to be reached."""

import datetime as dt
import uuid
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Nobody is woken by a reminder (product.md, "You"); both are settable.
QUIET_FROM: Final = dt.time(21, 0)
QUIET_TO: Final = dt.time(8, 0)


class Address(models.Model):
    """One way to reach a person outside the tracker: a browser that takes pushes, or an e-mail address.

    The e-mail address itself is the account's; a row for it is made when the first message goes there, so that
    what is known about this very address (that it is dead) is kept and a new address starts anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="addresses")
    channel = models.SlugField(max_length=20)
    endpoint = models.CharField(max_length=500)
    keys = models.JSONField(default=dict, blank=True)  # of a browser: {"p256dh": ..., "auth": ...}
    name = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    dead_at = models.DateTimeField(null=True)
    dead_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["Address"]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "endpoint"], name="notifications_address_once"),
            models.CheckConstraint(
                condition=Q(dead_at=None, dead_reason="") | (Q(dead_at__isnull=False) & ~Q(dead_reason="")),
                name="notifications_address_dead_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.user_id}"


def first_channels() -> list[str]:
    """The channels of somebody who chose nothing: a push where there is one, else a mail."""
    return ["push", "email"]


class Wishes(models.Model):
    """How one person wishes to be reminded. No row: the defaults hold."""

    class Detail(models.TextChoices):
        PLAIN = "plain", _("Only “You have a reminder”")
        FULL = "full", _("What it is about")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishes")
    quiet_from = models.TimeField(_("Quiet from"), default=QUIET_FROM)
    quiet_to = models.TimeField(_("Quiet until"), default=QUIET_TO)
    channels = ArrayField(models.SlugField(max_length=20), default=first_channels, blank=True)
    detail: models.JSONField[dict[str, str]] = models.JSONField(default=dict, blank=True)  # {channel: plain | full}

    objects: ClassVar[models.Manager["Wishes"]] = models.Manager()

    def __str__(self) -> str:
        return f"{', '.join(self.channels)}; quiet {self.quiet_from} to {self.quiet_to}"

    def detail_of(self, channel: str) -> str:
        """Return how much a message of this channel says. Whatever is odd counts as plain."""
        said: Any = self.detail.get(channel)
        return said if said == self.Detail.FULL else self.Detail.PLAIN.value


class VapidKeys(models.Model):
    """The one pair of keys with which this tracker signs its pushes (RFC 8292). Made on first use, never changed.

    A new pair would cut off every browser that has subscribed with the old one.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    private = models.TextField()  # PEM
    public = models.CharField(max_length=100)  # the uncompressed point, base64url without padding
    made_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["VapidKeys"]] = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="notifications_vapid_keys_once")]

    def __str__(self) -> str:
        return self.public
