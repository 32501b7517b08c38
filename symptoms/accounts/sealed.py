"""The secrets of authenticator apps and the seeds of recovery codes, sealed before they are stored.

Fernet (AES-128-CBC with HMAC-SHA256) under a key that HKDF-SHA256 makes of FACTOR_KEY, or of SECRET_KEY where there
is none. Old keys stay readable as long as they stand in FACTOR_KEY_FALLBACKS or SECRET_KEY_FALLBACKS;
`manage.py seal_factors` seals all anew with the newest. A database alone, or a backup of it, opens nothing.
"""

import base64
import logging
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MARK: Final = "sealed:"
logger = logging.getLogger(__name__)


@lru_cache(maxsize=32)
def _lock(key: str) -> Fernet:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"symptoms.accounts.sealed").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(made))


def _keys() -> list[str]:
    newest = settings.FACTOR_KEY or settings.SECRET_KEY
    older = [*settings.FACTOR_KEY_FALLBACKS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [newest, *(key for key in older if key != newest)]


def seal(text: str) -> str:
    """Return `text` sealed with the newest key."""
    return MARK + _lock(_keys()[0]).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed; what was stored before sealing began is returned as it is.

    Raises ValidationError where no key opens it: then the factor does not count, and the log says why.
    """
    if not sealed.startswith(MARK):
        return sealed
    try:
        return MultiFernet([_lock(key) for key in _keys()]).decrypt(sealed.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        logger.exception("A second factor was sealed with a key that is not in FACTOR_KEY_FALLBACKS")
        raise ValidationError(_("We cannot read this factor any more. Ask whoever runs this tracker.")) from None


def is_newest(sealed: str) -> bool:
    """Say whether this was sealed with the newest key."""
    try:
        _lock(_keys()[0]).decrypt(sealed.removeprefix(MARK).encode())
    except InvalidToken:
        return False
    return sealed.startswith(MARK)
