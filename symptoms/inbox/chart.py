"""Where the marks of a small chart stand: the worst grade of each day as a bar, each injection as a dot.

Pure: facts in, places out, in the units of the drawing's own view box. The template draws them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

DAYS: Final = 30
LEFT: Final = 116
WIDTH: Final = 480
STEP: Final = 28  # one grade
TOP: Final = 14
BASE: Final = TOP + 4 * STEP
HEIGHT: Final = BASE + 40
PITCH: Final = (WIDTH - LEFT) / DAYS
STUB: Final = 3  # a day with an entry but no symptom is not an empty day


@dataclass(frozen=True, slots=True)
class Day:
    """What one day holds: the worst grade (None: nothing logged), whether it was flagged."""

    worst: int | None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One day with an entry; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table that says the same as the drawing."""

    day: date
    worst: int | None
    flagged: bool
    injection: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing and its table: `grades` are (y, grade) of the lines across, `lines` the days to tell of."""

    first: date
    last: date
    bars: list[Bar]
    dots: list[float]
    grades: list[tuple[int, int]]
    lines: list[Line]

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def dot_y(self) -> int:
        return BASE + 9

    @property
    def left(self) -> int:
        return LEFT

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def base(self) -> int:
        return BASE

    @property
    def text_y(self) -> int:
        return HEIGHT - 6


def window(shown: date, today: date) -> tuple[date, date]:
    """Return the first and last day of the chart: up to today, or up to `shown` where that is long ago."""
    last = today if today - shown < timedelta(days=DAYS) else shown
    return last - timedelta(days=DAYS - 1), last


def draw(*, first: date, days: Mapping[date, Day], injections: Iterable[date]) -> Chart:
    """Place the marks of the 30 days from `first` on; whatever lies outside is left out."""
    span = [first + timedelta(days=n) for n in range(DAYS)]
    shots = set(injections)
    return Chart(
        first=first,
        last=span[-1],
        bars=[
            _bar(n, days[day].worst or 0, days[day].flagged)
            for n, day in enumerate(span)
            if day in days and days[day].worst is not None
        ],
        dots=[_middle(n) for n, day in enumerate(span) if day in shots],
        grades=[(BASE - grade * STEP, grade) for grade in (1, 2, 3, 4)],
        lines=[
            Line(day, said.worst, said.flagged, day in shots)
            for day in reversed(span)
            if (said := days.get(day, Day(None))).worst is not None or day in shots
        ],
    )


def _middle(n: int) -> float:
    return round(LEFT + (n + 0.5) * PITCH, 1)


def _bar(n: int, worst: int, flagged: bool) -> Bar:
    height = worst * STEP or STUB
    width = round(PITCH * 0.7, 1)
    return Bar(round(_middle(n) - width / 2, 1), BASE - height, width, height, flagged)
