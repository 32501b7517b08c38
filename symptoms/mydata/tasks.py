from celery import shared_task

from symptoms.mydata import actions


@shared_task  # type: ignore[untyped-decorator]
def erase() -> int:
    """Erase the accounts whose grace is over. The watcher does the same where no beat runs."""
    actions.write_missing()
    return actions.erase_due()


@shared_task  # type: ignore[untyped-decorator]
def remove_old() -> int:
    """Remove what is older than the operator's settings say. The watcher does the same where no beat runs."""
    return sum(actions.remove_old().values())
