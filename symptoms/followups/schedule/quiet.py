"""Move what is planned out of a person's quiet hours."""

from datetime import datetime, time

from symptoms.notifications.quiet import quiet_until


def after_quiet(instant: datetime, zone: str, quiet_from: time, quiet_to: time) -> datetime:
    """Return `instant` (UTC), or the end of the quiet hours it falls into on the wall clock of `zone`.

    Hours that cross midnight and nights on which the clocks change are right to the minute; equal hours mean none.
    """
    return quiet_until(instant, zone, quiet_from, quiet_to) or instant
