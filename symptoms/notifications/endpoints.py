"""Which addresses a browser may name for its pushes. They are typed by the browser, so by anybody (SSRF)."""

import base64
import binascii
import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

LONGEST: Final = 500
# The letters of an address without a fragment. Others are read differently by different programs.
PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")
POINT_BYTES: Final = 65  # an uncompressed point of P-256 (RFC 8291, 3.1)
AUTH_BYTES: Final = 16  # the browser's secret (RFC 8291, 3.2)


def is_push_service(endpoint: str) -> bool:
    """Say whether this is an https address of a push service that the operator allows (PUSH_SERVICES)."""
    if len(endpoint) > LONGEST or not PLAIN.fullmatch(endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port or 443
    except ValueError:
        return False
    if parts.scheme != "https" or "@" in parts.netloc:
        return False
    return not _names(parts.hostname or "", port).isdisjoint(settings.PUSH_SERVICES)


def _names(host: str, port: int) -> set[str]:
    """Return how a host may stand on the list: by itself, with its port if that is odd, or by what it is below."""
    if port != 443:
        return {f"{host}:{port}"}
    return {host, *(f"*.{host.split('.', n)[n]}" for n in range(1, host.count(".") + 1))}


def are_keys(keys: dict[str, str]) -> bool:
    """Say whether these are the keys of a subscription: a point of P-256, and sixteen bytes."""
    if set(keys) != {"p256dh", "auth"}:
        return False
    try:
        point, auth = (
            base64.b64decode(_padded(keys[name]), altchars=b"-_", validate=True) for name in ("p256dh", "auth")
        )
    except (binascii.Error, TypeError, ValueError, AttributeError):
        return False
    return len(point) == POINT_BYTES and point[0] == 4 and len(auth) == AUTH_BYTES


def _padded(text: str) -> bytes:
    return text.encode("ascii") + b"=" * (-len(text) % 4)
