"""The chain over the events: what a digest covers."""

import hashlib
import json
from datetime import UTC
from typing import Final

from symptoms.audit.models import Event

BEGINNING: Final = "0" * 64


def canonical(event: Event) -> str:
    """Return all of an event, as the database gives it back, as JSON without a choice of how to write it."""
    whole = {
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": str(event.actor) if event.actor else None,
        "patient": str(event.patient) if event.patient else None,
        "verb": event.verb,
        "subject": event.subject,
        "data": event.data,
    }
    return json.dumps(whole, sort_keys=True, separators=(",", ":"))


def digest_of(event: Event, previous: str) -> str:
    """Return 64 hexadecimal digits: sha256 (FIPS 180-4) over the digest before and the event."""
    return hashlib.sha256(f"{previous}\n{canonical(event)}".encode()).hexdigest()
