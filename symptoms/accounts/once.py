"""A code of an authenticator app counts once (RFC 6238, 5.2).

allauth remembers a used code for one period of 30 s. With the neighbouring periods allowed, a code stands for 90 s:
so the period of the last code that counted is kept with the factor, and only a later one counts.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction


@transaction.atomic
def spend(factor_id: int, code: str) -> bool:
    """Use up a code that is right; return False where it, or a later one, was used before."""
    factor = Authenticator.objects.select_for_update().get(pk=factor_id)
    secret = decrypt(factor.data["secret"])
    last = factor.data.get("last_period", -1)
    right = (
        period
        for period in yield_hotp_counters_from_time()
        if period > last and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, period)))
    )
    period = next(right, None)
    if period is None:
        return False
    factor.data["last_period"] = period
    factor.save(update_fields=["data"])
    return True
