"""What the tests of reminders share: a clock that stands, a shot, and what waits or was told."""

from datetime import UTC, datetime
from typing import Any, Final

from symptoms.followups.models import Injection
from symptoms.followups.signals import injection_saved
from symptoms.notifications.models import Reminder
from symptoms.sharing.models import Patient

NOW: Final = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)  # 13:00 in London; clocks go back on the 25th


class Watch:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def give(log: Patient, at: datetime, number: int | None = 8, **fields: Any) -> Injection:
    shot: Injection = Injection.objects.create(
        patient=log, at=at, time_zone=log.time_zone, number=number, site="thigh-left", **fields
    )
    injection_saved.send(sender=Injection, patient=log, at=at)
    return shot


def waiting(log: Patient, kind: str) -> dict[str, datetime]:
    rows = Reminder.objects.filter(recipient=log.user, kind=kind, state="waiting").order_by("due_at")
    return {row.step: row.due_at for row in rows}


def told(log: Patient, kind: str) -> list[str]:
    rows = Reminder.objects.filter(recipient=log.user, kind=kind).exclude(state="waiting")
    return sorted(rows.exclude(state="dropped").values_list("step", flat=True))
