"""Where the marks of a small chart of one blood value stand: points over time, against the lab's own range.

Pure: values in, places out, in the units of the drawing's own view box. The template draws them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

LEFT: Final = 76
WIDTH: Final = 480
TOP: Final = 16
BASE: Final = 176
HEIGHT: Final = 208
MARGIN: Final = 14


@dataclass(frozen=True, slots=True)
class Reading:
    """One value in the unit of the chart, and whether it lies outside the range that its own lab gave."""

    day: date
    value: Decimal
    outside: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of the drawing; outside its range it is drawn as a diamond, inside as a dot."""

    x: float
    y: float
    outside: bool

    @property
    def diamond(self) -> str:
        x, y, reach = self.x, self.y, 8
        return f"{x},{y - reach} {x + reach},{y} {x},{y + reach} {x - reach},{y}"


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing: `lines` are (y, number) of the limits of the range, `band` (y, height) what lies between them."""

    first: date
    last: date
    marks: list[Mark]
    path: str
    lines: list[tuple[float, str]]
    band: tuple[float, float] | None
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"
    left: int = LEFT
    width: int = WIDTH
    base: int = BASE
    text_y: int = HEIGHT - 6


def draw(readings: Sequence[Reading], lower: Decimal | None, upper: Decimal | None) -> Chart:
    """Place the readings (one at least, the oldest first) and the range of the newest one."""
    known = [one.value for one in readings] + [limit for limit in (lower, upper) if limit is not None]
    low, high = min(known), max(known)
    spread = (high - low) or abs(high) or Decimal(1)
    first, last = readings[0].day, readings[-1].day
    days = max(1, (last - first).days)

    def y_of(value: Decimal) -> float:
        return round(BASE - MARGIN - float((value - low) / spread) * (BASE - TOP - 2 * MARGIN), 1)

    def x_of(day: date) -> float:
        return round(LEFT + MARGIN + (day - first).days / days * (WIDTH - LEFT - 2 * MARGIN), 1)

    marks = [Mark(x_of(one.day), y_of(one.value), one.outside) for one in readings]
    limits = [(y_of(limit), f"{limit:f}") for limit in (lower, upper) if limit is not None]
    top = y_of(upper) if upper is not None else TOP
    bottom = y_of(lower) if lower is not None else BASE
    return Chart(
        first=first,
        last=last,
        marks=marks,
        path=" ".join(f"{mark.x},{mark.y}" for mark in marks),
        lines=limits,
        band=(top, round(bottom - top, 1)) if limits else None,
    )
