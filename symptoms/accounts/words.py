"""What the sign-in says to people, where a template cannot."""

from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from symptoms.accounts.sessions import End

MINUTE_S: Final = 60
HOUR_S: Final = 60 * MINUTE_S


def why_signed_out(end: End) -> str:
    """Return why somebody has to sign in again."""
    if end is End.IDLE:
        said = _("You were signed out, because nothing was done here for %(n)d minutes. Sign in to go on.")
        return said % {"n": settings.SESSION_IDLE_MINUTES}
    return _("You were signed out, as each day. Sign in to go on.")


def too_many_tries(wait_s: float) -> str:
    """Return what somebody reads who tried too often, with when to try again. A passkey needs no waiting."""
    minutes = max(1, -(-int(wait_s) // MINUTE_S))
    when = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return _("That was wrong too often. Wait %(when)s, then try again. A passkey works at once.") % {"when": when}
