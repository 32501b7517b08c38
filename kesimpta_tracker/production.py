"""What a tracker for real people may not start with. Pure: it is told what the environment says.

The tracker is for real people as soon as its address is https, or anything but this machine's own.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

SHORTEST_KEY: Final = 50  # as Django's own check, security.W009
FEWEST_LETTERS: Final = 10  # different ones: "xxxxxxxx..." signs nothing
# What stands in examples, tutorials and in Django's own template for new projects.
SAMPLES: Final = ("django-insecure", "changeme", "change-me", "change_me", "replace", "example", "sample", "secret")


@dataclass(frozen=True, slots=True)
class Address:
    """The address that people type: what PUBLIC_URL says, in its parts."""

    scheme: str
    host: str
    netloc: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"

    @property
    def is_https(self) -> bool:
        return self.scheme == "https"

    @property
    def is_for_real_people(self) -> bool:
        return self.is_https or not is_loopback(self.host)


def read_address(url: str) -> Address:
    """Return the parts of PUBLIC_URL. Raises ValueError with a sentence that says what to set."""
    try:
        parts = urlsplit(url)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and not _has_more(parts)
    except ValueError:  # such as a port that is no number
        right = False
    if not right:
        raise ValueError(
            f"PUBLIC_URL is {url!r}. Set it to the address that people type, such as https://tracker.example.org, "
            "without a path or a name in front of an @."
        )
    return Address(parts.scheme, str(parts.hostname), parts.netloc)


def _has_more(parts: SplitResult) -> bool:
    return bool(parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)


def is_loopback(host: str) -> bool:
    """Say whether a host name means this machine: localhost, what ends in it, 127.0.0.0/8 or ::1."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refusals(*, address: Address, key: str, debug: bool, demo: bool, hosts: list[str]) -> list[str]:
    """Return why the tracker must not start for real people, one sentence a reason; empty where it may."""
    if not address.is_for_real_people:
        return []
    found = []
    if not address.is_https:
        found.append(
            f"PUBLIC_URL is {address.origin}, so what people write would cross the network unprotected. "
            "Put the tracker behind a proxy with https, and set PUBLIC_URL to its https address."
        )
    if is_sample(key):
        found.append(
            "SECRET_KEY is missing, short or a sample, so anybody could sign in as anybody. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    if debug:
        found.append("DEBUG is on, so error pages would show what people wrote. Leave DEBUG out.")
    if demo:
        found.append("DEMO is on, so everybody could sign in as the demo cast. Leave DEMO out.")
    if any(host.startswith(("*", ".")) for host in hosts):
        found.append("ALLOWED_HOSTS takes any name, so links in mails could lead elsewhere. Name each host in full.")
    return found


def is_sample(key: str) -> bool:
    """Say whether a signing key can be guessed: short, of few letters, or from an example."""
    plain = key.lower()
    return len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS or any(one in plain for one in SAMPLES)
