"""Send out what is due. The beat's task and the watcher both call this; any number of them may, at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from symptoms.lib import clock
from symptoms.notifications.actions.delivering import deliver_due
from symptoms.notifications.actions.telling import tell_due

# How long one sweep goes on sending; the next one goes on from there. Below the time limit of a task.
SWEEP_SECONDS: Final = 20.0
# Reminders told in one sweep.
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """What one sweep did."""

    told: int
    merged: int
    dropped: int
    taken: int
    again: int
    failed: int

    def __bool__(self) -> bool:
        return any((self.told, self.merged, self.dropped, self.taken, self.again, self.failed))


def send_due(*, now: datetime | None = None, most: int = MOST, seconds: float = SWEEP_SECONDS) -> Counts:
    """Tell up to `most` reminders that are due in the tracker, then send for `seconds` what is on its way.

    Safe to call at any time and by several processes: in the tracker a reminder stands exactly once, a channel gets
    it at least once, with the same message id. Raises only what a database that is away raises.
    """
    told = tell_due(now=now or clock.now(), most=most)
    sent = deliver_due(now=now, seconds=seconds)
    return Counts(
        told=told.told,
        merged=told.merged,
        dropped=told.dropped,
        taken=sent.taken,
        again=sent.again,
        failed=sent.failed,
    )
