from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from symptoms.triage import actions
from symptoms.triage.actions.reviews import remind_of_review


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=3)  # type: ignore[untyped-decorator]
def assess_entry(entry_id: str) -> None:
    """Assess one entry by its id."""
    actions.assess_entry(entry_id=UUID(entry_id))


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> int:
    """Assess all that the broker or a dead worker left behind. Return how many there were."""
    return actions.assess_waiting()


@shared_task  # type: ignore[untyped-decorator]
def remind_review() -> bool:
    """Mail whoever owns the rules once their review is due. The watcher does the same where no beat runs."""
    return remind_of_review()
