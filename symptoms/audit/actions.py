from typing import Any, Protocol
from uuid import UUID

from symptoms.audit.models import Event


class Actor(Protocol):
    """Whoever does something: the accounts above us, or None for the tracker itself."""

    @property
    def uuid(self) -> UUID: ...


def record(
    verb: str,
    *,
    by: Actor | None,
    patient: UUID | None = None,
    subject: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Write down that `by` did `verb` ("room.thing-done") to `subject` ("kind:id").

    Call it inside the transaction of what it tells about, so that neither stands without the other.
    """
    return Event.objects.create(
        actor=by.uuid if by else None, patient=patient, verb=verb, subject=subject, data=data or {}
    )
