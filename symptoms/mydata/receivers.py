import time
from typing import Any, Final

from django.dispatch import receiver

from symptoms.mydata import actions
from symptoms.sharing.signals import share_ended
from symptoms.triage.signals import watched

# Seconds. An erasure is late by no more than this where neither beat nor broker runs.
ERASE_EVERY: Final = 600.0
REMOVE_EVERY: Final = 86_400.0
_last: Final[dict[str, float]] = {}


@receiver(share_ended, dispatch_uid="mydata.share-ended")
def remember_ended_shares(**kwargs: Any) -> None:
    """Write down outside the database that a share was ended. Where that cannot be, the watcher tries again."""
    actions.write_missing()


@receiver(watched, dispatch_uid="mydata.watch")
def erase_and_remove(**kwargs: Any) -> None:
    """Do at the watcher's side what `tasks` does at the worker's."""
    if _is_time("erase", ERASE_EVERY):
        actions.write_missing()
        actions.erase_due()
    if _is_time("remove", REMOVE_EVERY):
        actions.remove_old()


def _is_time(what: str, every: float) -> bool:
    now = time.monotonic()
    if now - _last.get(what, float("-inf")) < every:
        return False
    _last[what] = now
    return True
