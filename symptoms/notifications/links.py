"""Links that answer a reminder without signing in. They carry the reminder's id and a signature, nothing else."""

import base64
import binascii
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

# A mail that is opened later leads to the sign-in.
LIVES: Final = timedelta(days=60)
_signer: Final = TimestampSigner(salt="symptoms.notifications.links")


def token_of(reminder_id: UUID) -> str:
    """Return the token of a reminder, of letters that every mail program leaves alone."""
    return _signer.sign(base64.urlsafe_b64encode(reminder_id.bytes).decode().rstrip("="))


def link_of(reminder_id: UUID) -> str:
    """Return the absolute address at which a reminder is answered."""
    return absolute(reverse("notifications:answer", args=[token_of(reminder_id)]))


def absolute(path: str) -> str:
    """Return the whole address of a path of this site."""
    return settings.PUBLIC_URL.rstrip("/") + path


def reminder_of(token: str) -> UUID | None:
    """Return the reminder that a token was made for; None for one that is odd or too old."""
    try:
        said = _signer.unsign(token, max_age=LIVES)
        return UUID(bytes=base64.urlsafe_b64decode(said + "=="))
    except (BadSignature, binascii.Error, ValueError):
        return None
