"""The one mail of this room: an invitation. It names nobody and says nothing of health."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from symptoms.sharing.models import Invitation

log = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, secret: str) -> bool:
    """Mail the way to an invitation. False where the mail server did not take it.

    The secret stands behind the # of the address: browsers send that part to no server and in no Referer.
    """
    context = {
        "url": f"{settings.PUBLIC_URL}{reverse('sharing:invitation-code')}#{secret}",
        "page": f"{settings.PUBLIC_URL}{reverse('sharing:invitation-code')}",
        "secret": secret,
        "expires_at": invitation.expires_at,
    }
    subject = render_to_string("emails/invitation/subject.txt", context).strip()
    mail = EmailMessage(subject, render_to_string("emails/invitation/body.txt", context), to=[invitation.email])
    try:
        return bool(mail.send())
    except (SMTPException, OSError) as error:
        log.warning("invitation %s was not mailed: %s", invitation.pk, type(error).__name__)
        return False
