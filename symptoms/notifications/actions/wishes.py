"""How a person wishes to be reminded, and the tests they ask for."""

from datetime import timedelta

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.lib import clock
from symptoms.notifications.actions.scheduling import hurry_if_due
from symptoms.notifications.models import Reminder, Wishes
from symptoms.notifications.signals import wishes_changed
from symptoms.notifications.wording import TEST

# A button that is pressed again and again sends one test in so long.
TEST_EVERY = timedelta(seconds=20)


@transaction.atomic
def change_wishes(*, wishes: Wishes, by: User) -> None:
    """Keep how a person wishes to be reached. The audit row says that, not what."""
    wishes.save()
    record("notifications.wishes-changed", by=by, subject=f"user:{wishes.user.uuid}")
    transaction.on_commit(lambda: wishes_changed.send(sender=Wishes, user=wishes.user))


@transaction.atomic
def ask_for_test(*, user: User, channel: str, by: User) -> bool:
    """Send a test through one channel, the same way as every reminder goes. False: one was just asked for."""
    User.objects.select_for_update().get(pk=user.pk)
    now = clock.now()
    same = Reminder.objects.filter(recipient=user, kind=TEST, step=channel)
    if same.filter(made_at__gt=now - TEST_EVERY, made_at__lte=now).exists():
        return False
    row = Reminder.objects.create(recipient=user, kind=TEST, subject=user.uuid, step=channel, due_at=now)
    record("notifications.test-asked", by=by, subject=f"user:{user.uuid}", data={"channel": channel})
    hurry_if_due([row])
    return True
