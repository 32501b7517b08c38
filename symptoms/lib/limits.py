"""How often somebody may do what costs much or helps to guess. Logging how one feels has no limit.

Counted in PostgreSQL in one statement, so that all processes see one count and two at once are never one. The key is
a keyed digest: no address of a person is kept.
"""

import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from symptoms.lib import clock

SITE_BITS: Final = 64  # of an IPv6 address: what one household is given
SWEEP_EVERY: Final = 500  # counts, about
_COUNT: Final = """
    INSERT INTO lib_tally AS kept (key, count, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN kept.ends_at <= %s THEN 1 ELSE kept.count + 1 END,
        ends_at = CASE WHEN kept.ends_at <= %s THEN EXCLUDED.ends_at ELSE kept.ends_at END
    RETURNING count
"""
_SWEEP: Final = "WITH over AS (DELETE FROM lib_tally WHERE ends_at <= %s AND key <> %s)"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times within `per`, counted from the first one."""

    name: str
    most: int
    per: timedelta

    def count(self, who: str) -> int:
        """Count one more for `who`, and return how many that makes."""
        now = clock.now()
        key = salted_hmac("symptoms.lib.limits", f"{self.name} {who}", algorithm="sha256").hexdigest()
        query: str = _COUNT
        values: list[Any] = [key, now + self.per, now, now]
        if secrets.randbelow(SWEEP_EVERY) == 0:
            query, values = _SWEEP + query, [now, key, *values]
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return int(cursor.fetchone()[0])

    def allows(self, who: str) -> bool:
        """Count one more for `who`, and say whether it is still within the limit."""
        return self.count(who) <= self.most


def client_address(request: HttpRequest) -> str:
    """Return where a request comes from, as far as our own proxies tell; an IPv6 address as its network.

    The last TRUSTED_PROXY_COUNT parts of X-Forwarded-For were written by our proxies; all before them is hearsay.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.TRUSTED_PROXY_COUNT
    named = told[-count].strip() if 0 < count <= len(told) else ""
    try:
        address = ipaddress.ip_address(named or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, SITE_BITS), strict=False).network_address)
    return str(address)


def who_asks(request: HttpRequest) -> str:
    """Return who is counted: the person who is signed in, or the address."""
    user = getattr(request, "user", None)
    return f"person {user.pk}" if user is not None and user.is_authenticated else f"address {client_address(request)}"


def limited(limit: Limit, *, methods: tuple[str, ...] = ("POST",)) -> Callable[..., Callable[..., HttpResponseBase]]:
    """Answer 429 in plain words to whoever asks this view more often than the limit says."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods and not limit.allows(who_asks(request)):
                return too_often(request, limit)
            return view(request, *args, **kwargs)

        return counted

    return decorate


def too_often(request: HttpRequest, limit: Limit) -> HttpResponse:
    """Return the page that asks to wait."""
    answer = render(request, "error.html", {"status": 429}, status=429)
    answer.headers["Retry-After"] = str(int(limit.per.total_seconds()))
    return answer
