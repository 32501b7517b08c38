from celery import shared_task

from symptoms.notifications.actions import sending


@shared_task  # type: ignore[untyped-decorator]
def send_due() -> bool:
    """Send out what is due. Return whether there was anything. The watcher does the same where no beat runs."""
    return bool(sending.send_due())
