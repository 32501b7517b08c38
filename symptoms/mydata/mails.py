"""The one mail of this room: that an account is going to be erased. It says nothing of what is in it."""

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from symptoms.accounts.models import User
from symptoms.lib.background import Errands

# Nobody waits for a mail server: the page tells the same, and so does every page until the day.
ERRANDS: Final = Errands(most=100)
log = logging.getLogger(__name__)


def tell_erase_asked(user: User, at: datetime) -> None:
    """Mail the owner of an account that it is erased at `at` (UTC), for it may be somebody else who asked."""
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        context = {"at": timezone.localtime(at), "url": settings.PUBLIC_URL}
        subject = render_to_string("emails/erase_asked/subject.txt", context).strip()
        mail = EmailMessage(subject, render_to_string("emails/erase_asked/body.txt", context).strip(), to=[user.email])
    ERRANDS.run(_send, mail, user.pk)


def _send(mail: EmailMessage, user: int) -> None:
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        log.warning("person %s was not told by mail that the account is erased: %s", user, type(error).__name__)
