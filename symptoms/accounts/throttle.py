"""How long somebody who tried too often has to wait. The counting itself is allauth's (ACCOUNT_RATE_LIMITS)."""

import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

APP = "allauth.account"


def wait_s(request: HttpRequest, key: str, action: str = "login_failed") -> float:
    """Return the seconds until the next try counts, for the account `key` from the address of `request`."""
    now, longest = time.time(), 0.0
    for rate in ratelimit.get_rates(app=APP, action=action):
        name = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        tries = [at for at in cache.get(name, []) if at > now - rate.duration]  # the newest first
        if len(tries) >= rate.amount:
            longest = max(longest, tries[rate.amount - 1] + rate.duration - now)
    return longest
