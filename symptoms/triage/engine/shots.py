"""The injections up to the assessed entry, and the time since the last of them."""

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from symptoms.triage.engine.facts import InjectionFacts


class Shot(NamedTuple):
    seconds: float
    ordinal: int
    number: int | None


def _when(shot: Shot) -> float:
    return shot.seconds


class Shots:
    """Shots in order of time; what came after `now` is left out."""

    def __init__(self, injections: Sequence[InjectionFacts], now: float, today: int) -> None:
        shots = (Shot(shot.at.timestamp(), shot.day.toordinal(), shot.number) for shot in injections)
        self.given = sorted((shot for shot in shots if shot.seconds <= now), key=_when)
        self.last: Shot | None = self.given[-1] if self.given else None
        self.hours: float = (now - self.last.seconds) / 3600 if self.last else inf
        self.days: float = today - self.last.ordinal if self.last else inf

    @property
    def number(self) -> int | None:
        """Return the running number of the last shot, None where it is not known."""
        return self.last.number if self.last else None

    def earlier(self) -> list[Shot]:
        return self.given[:-1]
