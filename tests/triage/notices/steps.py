"""What the tests of notices share: what is logged, what Ana wishes and does, and what was heard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from symptoms.diary.actions import delete_entry, hide_entry
from symptoms.diary.models import Entry
from symptoms.notifications.actions import send_due
from symptoms.notifications.models import Notice
from symptoms.sharing.actions import grant_access, revoke_access, set_notice
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast
from tests.followups.reminding.steps import Watch
from tests.triage.runs import say

NOON = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
RED: dict[str, int | None] = {"swelling-face": 3}
AMBER: dict[str, int | None] = {"trouble-swallowing": 1}
MILD: dict[str, int | None] = {"headache": 1}
HOUR = timedelta(hours=1)
KIND = "entry-copy"
PLAIN = "You have a message in your tracker"


def tell(grant: Grant, hours: int | None, cast: Cast) -> None:
    set_notice(grant=grant, hours=hours, by=cast.ana)


def go(watch: Watch, at: datetime) -> None:
    watch.at = at
    send_due(now=at)


def heard(who: Any) -> list[str]:
    """Return the tiers that somebody was told of, in their order."""
    told = Notice.objects.filter(recipient=who, reminder__kind=KIND).order_by("made_at", "pk")
    return list(told.values_list("reminder__step", flat=True))


type_of_change = Callable[[Cast, Grant, Entry], object]
ENDS: dict[str, type_of_change] = {
    "withdrawn": lambda cast, grant, entry: revoke_access(grant=grant, by=cast.ana),
    "expired": lambda cast, grant, entry: Grant.objects.filter(pk=grant.pk).update(ends_at=NOON + timedelta(minutes=9)),
    "narrowed": lambda cast, grant, entry: grant_access(
        patient=cast.ana_log, to=cast.sam, reads=["notes", "photos"], by=cast.ana
    ),
    "unwished": lambda cast, grant, entry: tell(grant, None, cast),
    "hidden": lambda cast, grant, entry: hide_entry(entry=entry, by=cast.ana),
    "deleted": lambda cast, grant, entry: delete_entry(entry=entry, by=cast.ana),
    "lower": lambda cast, grant, entry: say(entry, {"headache": 1}),
    "closed": lambda cast, grant, entry: type(cast.sam).objects.filter(pk=cast.sam.pk).update(is_active=False),
}
