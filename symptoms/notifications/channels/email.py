"""Mail, through Django's mail backend: any SMTP server, or a service by django-anymail (see `docs/channels.md`).

A mail has one recipient, a stable Message-ID (so that a second copy can be told as one), no remote content, and by
default nothing in it that tells about health: neither subject, sender nor text.
"""

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.notifications.channels.base import Channel, Dead, Message, Outcome, Taken, TryAgain
from symptoms.notifications.models import Address

# A server that says "not now" of one mail is asked again, but not at once.
AFTER_4XX: Final = timedelta(minutes=1)
PERMANENT: Final = 500
# The address is bad, the host is, it is malformed, it moved away, it takes no mail; the mailbox was closed (RFC 3463).
ADDRESS_IS_DEAD: Final = {b"5.1.1", b"5.1.2", b"5.1.3", b"5.1.6", b"5.1.10", b"5.2.1"}
NO_SUCH_ADDRESS: Final = {521, 550, 551, 553, 556}
# Wherever it stands, as in "no such user (#5.1.1)", but not inside the number of a machine.
ENHANCED: Final = re.compile(rb"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
# Words of servers that tell no status and mean us who send: our name, our sign-in, our place on somebody's list.
ABOUT_US: Final = re.compile(
    rb"relay|rcpthosts|authenti|sign in|log ?in|sender|spf|dkim|dmarc|helo|ehlo|block|blacklist|spam|reputation"
    rb"|policy|denied|not permitted|not allowed|\bour ip\b|ptr|reverse dns",
    re.IGNORECASE,
)
log = logging.getLogger(__name__)


class Email(Channel):
    """One connection for a batch of mails. It is closed at the first trouble, and opened again for the next mail."""

    slug = "email"
    name = _("E-mail")

    def __init__(self) -> None:
        self._connection: Any = None

    @classmethod
    def reaches(cls, user: User, addresses: Sequence[Address]) -> bool:
        """Say whether the account's address was confirmed, and is not known to be dead."""
        dead = {address.endpoint for address in addresses if address.dead_at is not None}
        return cls.is_confirmed(user) and user.email.lower() not in dead

    @classmethod
    def is_confirmed(cls, user: User) -> bool:
        """Say whether somebody who reads the account's address said that it is theirs. Anybody can type one."""
        known = user.emailaddress_set.all()  # type: ignore[attr-defined]  # allauth's, which has no types
        return bool(user.email) and user.email.lower() in {one.email.lower() for one in known if one.verified}

    @classmethod
    def endpoint_of(cls, user: User) -> str | None:
        return user.email.lower() or None

    def send(self, message: Message) -> Outcome:
        if not self.is_confirmed(message.to):
            return TryAgain(gettext("your e-mail address is not confirmed yet"))
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            sent = self._connection.send_messages([mail_of(message)])
        except (SMTPException, OSError) as error:
            self.close()
            return outcome_of(error)
        except own_errors() as error:
            self.close()
            return outcome_of_service(error)
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
        # "=?" begins a word that a mail program decodes (RFC 2047), to a line end too: a name that has it stays plain.
        subject=" ".join(message.title.split()).replace("=?", "= ?"),
        body=render_to_string("emails/reminder/body.txt", {"message": message}).strip() + "\n",
        to=[message.to.email],
        headers={"Message-ID": message.id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )


def outcome_of(error: SMTPException | OSError) -> Outcome:
    """Judge what the server said. Only a clear and lasting "no" to this recipient makes an address dead."""
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next((int(code), bytes(said)) for code, said in error.recipients.values())  # a mail has one
        if is_dead(code, said):
            return Dead(gettext("the mail server refused the address (%(code)s)") % {"code": code})
        if code >= PERMANENT:
            return refused(code)
        return TryAgain(gettext("the mail server put the address off (%(code)s)") % {"code": code}, AFTER_4XX)
    if isinstance(error, SMTPDataError):
        if error.smtp_code >= PERMANENT:
            return refused(error.smtp_code)
        return TryAgain(gettext("the mail server put the mail off (%(code)s)") % {"code": error.smtp_code}, AFTER_4XX)
    said_code = error.smtp_code if isinstance(error, SMTPResponseException) else ""
    log.warning("the mail server was out of reach: %s %s", type(error).__name__, said_code)
    if isinstance(error, SMTPAuthenticationError):
        log.error("the mail server does not let us in: look at EMAIL_HOST_USER and its password")
    return TryAgain(gettext("the mail server was out of reach"), whole=True)


@cache
def own_errors() -> tuple[type[Exception], ...]:
    """Return what the mail backend raises that is neither SMTP's nor the system's: of django-anymail, its own."""
    return (import_string("anymail.exceptions.AnymailError"),) if is_anymail() else ()


def is_anymail() -> bool:
    """Tell whether mail goes through a service with an API of its own, see `docs/channels.md`."""
    return str(settings.EMAIL_BACKEND).startswith("anymail.")


def outcome_of_service(error: Exception) -> Outcome:
    """Judge what a mail service said through django-anymail. Its words name no address, and go to no log."""
    name = type(error).__name__
    if name == "AnymailRecipientsRefused":
        return Dead(gettext("the mail service refused the address"))
    log.error("the mail service does not take our mail (%s): look at EMAIL_BACKEND and ANYMAIL", name)
    return TryAgain(gettext("the mail service refused the mail"), AFTER_4XX)


def is_dead(code: int, said: bytes) -> bool:
    """Tell whether a refusal concerns the recipient's address for good, and not us who send.

    By the enhanced status code where there is one (RFC 3463: X.1 is the address, X.2.1 a mailbox that was closed),
    else by the code (RFC 5321, 4.2.3), unless the words tell of us. When in doubt the address lives, and we try again.
    """
    if found := ENHANCED.search(said):
        return code >= PERMANENT and found[1] in ADDRESS_IS_DEAD
    return code in NO_SUCH_ADDRESS and not ABOUT_US.search(said)


def refused(code: int) -> TryAgain:
    """The server does not take our mail, whoever it is for: that is the operator's to set right, the mail waits."""
    log.error("the mail server refuses our mail (%s): look at DEFAULT_FROM_EMAIL and EMAIL_HOST_USER", code)
    return TryAgain(gettext("the mail server refused the mail (%(code)s)") % {"code": code}, AFTER_4XX)
