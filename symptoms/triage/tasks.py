from uuid import UUID

from celery import shared_task
from django.db import OperationalError

from symptoms.triage import actions


@shared_task(autoretry_for=(OperationalError,), retry_backoff=True, max_retries=3)  # type: ignore[untyped-decorator]
def assess_entry(entry_id: str) -> None:
    """Assess one entry by its id."""
    actions.assess_entry(entry_id=UUID(entry_id))


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> int:
    """Assess all that the broker or a dead worker left behind. Return how many there were."""
    return actions.assess_waiting()
