"""Send what is on its way through the channels, and mark it only after the channel took it.

Whoever is killed between sending and marking has sent a message that is sent again, with the same Message-ID.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _

from symptoms.lib import clock
from symptoms.notifications import routes
from symptoms.notifications.actions.addresses import endpoint_died, endpoint_lives
from symptoms.notifications.channels.base import Channel, Dead, Outcome, Taken, TryAgain
from symptoms.notifications.leases import LEASE, claim_deliveries
from symptoms.notifications.models import Delivery, Notice, Reminder
from symptoms.notifications.wording import FAULTS, Words, render

log = logging.getLogger(__name__)
State = Delivery.State
BATCH: Final = 100
# A batch is let go of when so much of its lease is gone: one more message may hang for the channel's time-out.
WORK_S: Final = LEASE.total_seconds() / 2
# What is sent is marked in small lots: so many messages, or seconds, are sent twice at most when we are killed.
LOT: Final = 10
LOT_S: Final = 1.0
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_BACKOFF: Final = timedelta(hours=1)
# Longer than any pause there is: quiet hours take less than a day.
LONGEST_PAUSE: Final = timedelta(hours=25)
# A server that is down for a weekend is waited for (assurance.md, fault matrix: back-off for 72 h).
GIVE_UP_AFTER: Final = timedelta(hours=72)
# Tries after which the next channel gets the message too: about four minutes.
NEXT_AFTER_TRIES: Final = 3


@dataclass(slots=True)
class Sent:
    """How many messages were taken, put off, or given up."""

    taken: int = 0
    again: int = 0
    failed: int = 0


def deliver_due(*, now: datetime | None, seconds: float) -> Sent:
    """Send what is due for `seconds` at most (and one time-out more). `now` stands still in tests, else it runs."""
    run = _Run(now=now, ends=time.monotonic() + seconds)
    try:
        while time.monotonic() < run.ends and (batch := run.claim()):
            run.work(batch)
    finally:
        run.close()
    return run.sent


@dataclass
class _Run:
    """One sweep through what is due: its open channels, those in trouble, and what is sent but not marked yet."""

    now: datetime | None
    ends: float
    sent: Sent = field(default_factory=Sent)
    channels: dict[str, Channel] = field(default_factory=dict)
    trouble: dict[str, TryAgain] = field(default_factory=dict)
    unmarked: list[Delivery] = field(default_factory=list)
    marked_at: float = field(default_factory=time.monotonic)

    def at(self) -> datetime:
        return self.now or clock.now()

    def claim(self) -> list[Delivery]:
        return claim_deliveries(now=self.at(), most=BATCH, longest=LONGEST_PAUSE)

    def work(self, batch: list[Delivery]) -> None:
        """Send one batch within its lease; what is left over is let go of."""
        told = ("wishes", "addresses", "emailaddress_set")
        prefetch_related_objects(batch, *(f"reminder__recipient__{name}" for name in told))
        begun = time.monotonic()
        for place, row in enumerate(batch):
            if time.monotonic() > min(self.ends, begun + WORK_S):
                Delivery.objects.filter(pk__in=[one.pk for one in batch[place:]]).update(lease_until=None)
                break
            self.send(row)
        self.mark()

    def send(self, row: Delivery) -> None:
        """Render and send one message, and note what became of it."""
        words = render(row.reminder) if row.reminder.recipient.is_active else None
        if words is None:
            _update(row, state=State.DROPPED)
        elif until := routes.held_back_until(row.reminder, words, self.at()):
            _update(row, next_try_at=until)
        else:
            self.note(row, self.hand_over(row, words), words)

    def hand_over(self, row: Delivery, words: Words) -> Outcome:
        """Give the message to its channel. One that is in trouble is left alone until the next sweep."""
        if row.channel in self.trouble:
            return self.trouble[row.channel]
        if not routes.is_known(row.channel):
            return Dead(_("this tracker does not use it any more"))
        try:
            outcome = self.channel(row.channel).send(routes.message_of(row.reminder, row.channel, words))
        except (*FAULTS, OSError) as error:  # one message that a channel chokes on must not stop the others
            log.error("message %s could not be sent: %s", row.pk, type(error).__name__)
            return TryAgain(_("something went wrong on our side"))
        if isinstance(outcome, TryAgain) and outcome.whole:
            self.trouble[row.channel] = outcome
        return outcome

    def channel(self, slug: str) -> Channel:
        if slug not in self.channels:
            self.channels[slug] = routes.channel_class(slug)()
        return self.channels[slug]

    def note(self, row: Delivery, outcome: Outcome, words: Words) -> None:
        """Write down what became of a message: soon where it was taken, at once otherwise."""
        if isinstance(outcome, Taken):
            self.unmarked.append(row)
            self.sent.taken += 1
            if len(self.unmarked) >= LOT or time.monotonic() - self.marked_at > LOT_S:
                self.mark()
        elif isinstance(outcome, TryAgain) and self.at() - row.made_at < GIVE_UP_AFTER:
            put_off(row, outcome, words, self.at())
            self.sent.again += 1
        else:
            give_up(row, outcome, words, self.at())
            self.sent.failed += 1

    def mark(self) -> None:
        """Mark what the channels took."""
        self.marked_at = time.monotonic()
        taken, self.unmarked = self.unmarked, []
        if not taken:
            return
        rows = Delivery.objects.filter(pk__in=[row.pk for row in taken], taken_at=None)
        now = self.at()
        rows.update(state=State.TAKEN, taken_at=now, tries=F("tries") + 1, lease_until=None, reason="")
        for row in taken:
            revive(row)

    def close(self) -> None:
        """Mark what is left and close the channels, also where a fault ends the sweep."""
        try:
            self.mark()
        finally:
            for channel in self.channels.values():
                channel.close()


def revive(row: Delivery) -> None:
    """Take the address for alive again that was thought dead: a test went through."""
    user = row.reminder.recipient
    is_dead = any(one.dead_at for one in user.addresses.all() if one.channel == row.channel)
    if is_dead and (endpoint := routes.channel_class(row.channel).endpoint_of(user)):
        endpoint_lives(user=user, channel=row.channel, endpoint=endpoint)


@transaction.atomic
def put_off(row: Delivery, outcome: TryAgain, words: Words, now: datetime) -> None:
    """Try again after a pause that doubles. After a few tries the next channel gets the message as well."""
    tries = row.tries + 1
    pause = max(outcome.after, min(FIRST_PAUSE * 2 ** min(row.tries, 10), LONGEST_BACKOFF))
    due = now + pause
    due = routes.held_back_until(row.reminder, words, due) or due
    _update(row, tries=tries, next_try_at=due, reason=outcome.why[:200])
    if tries == NEXT_AFTER_TRIES:
        open_next(row, words, now)


@transaction.atomic
def give_up(row: Delivery, outcome: Dead | TryAgain, words: Words, now: datetime) -> None:
    """Mark the message as not sent, tell the person in the tracker, and use the next channel."""
    _update(row, state=State.FAILED, tries=row.tries + 1, reason=outcome.why[:200])
    user = row.reminder.recipient
    if isinstance(outcome, Dead):
        if routes.is_known(row.channel) and (endpoint := routes.channel_class(row.channel).endpoint_of(user)):
            endpoint_died(user=user, channel=row.channel, endpoint=endpoint, why=outcome.why)
    else:
        _tell_given_up(row)
    open_next(row, words, now)


def open_next(row: Delivery, words: Words, now: datetime) -> None:
    """Put the reminder on its way through the next channel that it has not taken yet."""
    reminder = Reminder.objects.select_related("recipient").get(pk=row.reminder_id)  # with what was just found out
    used = set(Delivery.objects.filter(reminder=reminder).values_list("channel", flat=True))
    if slug := routes.next_channel(reminder, used):
        due = routes.held_back_until(reminder, words, now) or now
        told = {"made_at": now, "next_try_at": due, "message_id": routes.message_id(reminder, slug)}
        Delivery.objects.get_or_create(reminder=reminder, channel=slug, defaults=told)


def _tell_given_up(row: Delivery) -> None:
    user = row.reminder.recipient
    name = routes.channel_class(row.channel).name if routes.is_known(row.channel) else row.channel
    with translation.override(user.language):
        title = _("A message did not reach you")
        body = _("We tried for three days: %(channel)s. Look at your reminders page.") % {"channel": name}
        Notice.objects.create(recipient=user, kind=Notice.Kind.CHANNEL, title=title, body=body, url="/you/reminders/")


def _update(row: Delivery, **said: object) -> None:
    """Write what became of a message and let go of it. One that was dropped or taken meanwhile stays so."""
    Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(lease_until=None, **said)
