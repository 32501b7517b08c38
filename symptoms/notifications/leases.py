"""Claim rows by one conditional UPDATE, for a while: whoever dies lets them go when the lease ends."""

from datetime import datetime, timedelta
from typing import Final

from symptoms.notifications.models import Delivery, Reminder

# Longer than the work on what is claimed at once takes; see `BATCH` in telling and delivering.
LEASE: Final = timedelta(seconds=90)
# A row that another one holds is passed over, not waited for. A lease that ends further ahead than two leases is what
# a clock left behind that jumped back: it does not hold. One lease is not enough: whoever looked at the clock a moment
# before another one claimed sees a lease that ends later than its own would.
CLAIM: Final = """
UPDATE {table} SET lease_until = %(lease)s
WHERE id = ANY(ARRAY(
  SELECT id FROM {table}
  WHERE state = 'waiting' AND {due} AND (lease_until IS NULL OR lease_until <= %(now)s OR lease_until > %(too_far)s)
  ORDER BY {order} LIMIT %(most)s
  FOR UPDATE SKIP LOCKED
)) AND state = 'waiting'
RETURNING *
"""
REMINDERS: Final = CLAIM.format(table="notifications_reminder", due="due_at <= %(now)s", order="due_at")
# The same for a pause that no pause is long enough for.
DELIVERIES: Final = CLAIM.format(
    table="notifications_delivery",
    due="(next_try_at <= %(now)s OR next_try_at > %(longest)s)",
    order="next_try_at",
)


def claim_reminders(*, now: datetime, most: int) -> list[Reminder]:
    """Take up to `most` reminders that are due, the oldest first, for the length of a lease. Commits at once."""
    told = _told(now, most)
    return sorted(Reminder.objects.raw(REMINDERS, told), key=lambda row: (row.due_at, row.pk))


def claim_deliveries(*, now: datetime, most: int, longest: timedelta) -> list[Delivery]:
    """Take up to `most` messages whose next try is due. `longest` is the longest pause there is."""
    told = _told(now, most) | {"longest": now + longest}
    return sorted(Delivery.objects.raw(DELIVERIES, told), key=lambda row: (row.next_try_at, row.pk))


def _told(now: datetime, most: int) -> dict[str, datetime | int]:
    return {"now": now, "lease": now + LEASE, "too_far": now + 2 * LEASE, "most": most}
