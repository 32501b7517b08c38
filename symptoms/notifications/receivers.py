import logging
from typing import Any, Final

from celery import current_app
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from symptoms.lib.background import Errands
from symptoms.notifications.signals import something_due
from symptoms.notifications.tasks import send_due

log = logging.getLogger(__name__)
# A broker that is silent answers nothing for seconds. Nobody must wait for that.
errands: Final = Errands(most=1)


@receiver(something_due, dispatch_uid="notifications.hurry")
def hurry(**kwargs: Any) -> None:
    """Ask a worker to send now. Without a broker the sweep or the watcher finds it."""
    if current_app.conf.broker_url:
        errands.run(ask)


def ask() -> None:
    """Give the work to a worker. A broker that is away is a line in the log."""
    try:
        send_due.delay()
    except (OperationalError, OSError):
        log.warning("broker unreachable, what is due waits for the sweep")
