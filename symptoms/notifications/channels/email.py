"""Mail, through Django's mail backend: any SMTP server, or a service by django-anymail (see `docs/channels.md`).

A mail has one recipient, a stable Message-ID (so that a second copy can be told as one), no remote content, and by
default nothing in it that tells about health: neither subject, sender nor text.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any, Final

from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.notifications.channels.base import Channel, Dead, Message, Outcome, Taken, TryAgain
from symptoms.notifications.models import Address

# A server that says "not now" of one mail is asked again, but not at once.
AFTER_4XX: Final = timedelta(minutes=1)
PERMANENT: Final = 500
log = logging.getLogger(__name__)


class Email(Channel):
    """One connection for a batch of mails. It is closed at the first trouble, and opened again for the next mail."""

    slug = "email"
    name = _("E-mail")

    def __init__(self) -> None:
        self._connection: Any = None

    @classmethod
    def reaches(cls, user: User, addresses: Sequence[Address]) -> bool:
        """Say whether the account's address is not known to be dead."""
        dead = {address.endpoint for address in addresses if address.dead_at is not None}
        return bool(user.email) and user.email.lower() not in dead

    @classmethod
    def endpoint_of(cls, user: User) -> str | None:
        return user.email.lower() or None

    def send(self, message: Message) -> Outcome:
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            sent = self._connection.send_messages([mail_of(message)])
        except (SMTPException, OSError) as error:
            self.close()
            return outcome_of(error)
        if not sent:
            self.close()
            return TryAgain(gettext("the mail was not taken"))
        return Taken()

    def close(self) -> None:
        kept, self._connection = self._connection, None
        if kept is not None:
            try:
                kept.close()
            except (SMTPException, OSError) as error:
                log.info("a mail connection was not closed in order: %s", type(error).__name__)


def mail_of(message: Message) -> EmailMessage:
    """Return the mail of a message."""
    return EmailMessage(
        subject=" ".join(message.title.split()),
        body=render_to_string("emails/reminder/body.txt", {"message": message}).strip() + "\n",
        to=[message.to.email],
        headers={"Message-ID": message.id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )


def outcome_of(error: SMTPException | OSError) -> Outcome:
    """Judge what the server said. Only a clear and lasting "no" to this recipient or mail makes an address dead."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
        if codes and min(codes) >= PERMANENT:
            return Dead(gettext("the mail server refused the address (%(code)s)") % {"code": codes[0]})
        return TryAgain(
            gettext("the mail server put the address off (%(code)s)") % {"code": codes[0] if codes else "-"}, AFTER_4XX
        )
    if isinstance(error, SMTPDataError):
        if error.smtp_code >= PERMANENT:
            return Dead(gettext("the mail server refused the mail (%(code)s)") % {"code": error.smtp_code})
        return TryAgain(gettext("the mail server put the mail off (%(code)s)") % {"code": error.smtp_code}, AFTER_4XX)
    code = error.smtp_code if isinstance(error, SMTPResponseException) else ""
    log.warning("the mail server was out of reach: %s %s", type(error).__name__, code)
    if isinstance(error, SMTPAuthenticationError):
        log.error("the mail server does not let us in: look at EMAIL_HOST_USER and its password")
    return TryAgain(gettext("the mail server was out of reach"), whole=True)
