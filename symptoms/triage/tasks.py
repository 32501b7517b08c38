from typing import Final
from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from symptoms.followups.actions.reminders import refresh_reminders
from symptoms.triage import actions
from symptoms.triage.actions.dry_runs import Outcome, run_dry_run, run_waiting_dry_runs
from symptoms.triage.actions.reviews import remind_of_review

# How long a sweep goes on with what is not urgent.
SWEEP_SECONDS: Final = 10.0


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=3)  # type: ignore[untyped-decorator]
def assess_entry(entry_id: str) -> None:
    """Assess one entry by its id."""
    actions.assess_entry(entry_id=UUID(entry_id))


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> int:
    """Assess all that the broker or a dead worker left behind. Return how many there were.

    Old plans of reminders are worked out again. A dry run that no worker took is taken up as well, for a few seconds:
    the next sweep goes on with it.
    """
    done = actions.assess_waiting()
    refresh_reminders()
    run_waiting_dry_runs(seconds=SWEEP_SECONDS)
    return done


@shared_task  # type: ignore[untyped-decorator]
def dry_run(dry_run_id: str) -> None:
    """Go on with a dry run by its id. What does not fit into the time of one task is left to the next."""
    if run_dry_run(dry_run_id=UUID(dry_run_id)) is Outcome.LEFT_OVER:
        dry_run.delay(dry_run_id)


@shared_task  # type: ignore[untyped-decorator]
def remind_review() -> bool:
    """Mail whoever owns the rules once their review is due. The watcher does the same where no beat runs."""
    return remind_of_review()
