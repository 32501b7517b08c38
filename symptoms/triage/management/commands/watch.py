import logging
import signal
import threading
import time
from types import FrameType
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from symptoms.audit.sealing import seal_events
from symptoms.followups.actions.reminders import refresh_reminders
from symptoms.lib import clock
from symptoms.lib.background import Errands
from symptoms.notifications.actions.delivering import deliver_due
from symptoms.notifications.actions.sending import MOST, SWEEP_SECONDS
from symptoms.notifications.actions.telling import tell_due
from symptoms.triage.actions import assess_waiting
from symptoms.triage.actions.dry_runs import run_waiting_dry_runs
from symptoms.triage.actions.reviews import remind_of_review
from symptoms.triage.signals import watched

log = logging.getLogger(__name__)
# Seconds between two tries to send a reminder: a mail server that hangs must not hold up what is waiting.
REMIND_EVERY: Final = 3600.0
# Messages are sent in a thread of their own: a mail server that hangs must not hold up an entry that waits.
errands: Final = Errands(most=1)

# How long one look goes on with what is not urgent: entries that wait must not wait for it.
DRY_RUN_SECONDS: Final = 3.0


class Command(BaseCommand):
    help = "Do whatever the workers left behind, for ever. Needs neither broker nor beat, only PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()

        def stop(signum: int, frame: FrameType | None) -> None:
            stopped.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while not stopped.wait(options["every"]):
            self.look()

    reminded_at = float("-inf")

    def look(self) -> None:
        """Sweep once. A database that is away for a while is a line in the log and another try."""
        try:
            if done := assess_waiting():
                log.warning("assessed %d entries that no worker had taken", done)
            tell_due(now=clock.now(), most=MOST)
            errands.run(deliver)
            refresh_reminders()
            run_waiting_dry_runs(seconds=DRY_RUN_SECONDS)
            watched.send(sender=None)
            seal_events()
            if time.monotonic() - self.reminded_at >= REMIND_EVERY:
                self.reminded_at = time.monotonic()
                remind_of_review()
                seal_events(whole=True)
        except DatabaseError as error:
            log.warning("database unreachable: %s", type(error).__name__)
            connection.close()


def deliver() -> None:
    """Send what is on its way, once. A database that is away is a line in the log and another try."""
    try:
        deliver_due(now=None, seconds=SWEEP_SECONDS)
    except DatabaseError as error:
        log.warning("messages wait, database unreachable: %s", type(error).__name__)
    finally:
        connection.close()  # this thread's own: an idle one would only be in somebody's way
