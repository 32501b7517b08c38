from typing import Any

from django.dispatch import receiver

from symptoms.accounts.models import User
from symptoms.inbox.actions import tell_of_unreachable
from symptoms.notifications.signals import channel_died


@receiver(channel_died, dispatch_uid="inbox.tell-of-unreachable")
def tell_clinics(user: User, **kwargs: Any) -> None:
    tell_of_unreachable(user=user)
