"""What somebody typed as a blood result: read, and doubted where it looks wrong. Pure; nothing is refused that is true.

"0,5", "0.5", "< 0.1" and "1 500" are read; what was typed is kept beside it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from symptoms.followups.blood.catalogue import Analyte, Unit, convert

Side = Literal["below", "inside", "above", "unknown"]
# Ten figures before the point and six behind it: what the column takes.
_TYPED: Final = re.compile(r"([<>≤≥]?)\s*(\d{1,10})(?:[.,](\d{1,6}))?", re.ASCII)
_THOUSANDS: Final = re.compile(r"(?<=\d)[\s\u00a0\u202f'\u2019](?=\d{3}(?!\d))")
# By how much a value behind "<" or ">" is passed, so that a limit of the same number counts as passed.
NUDGE: Final = Decimal("0.000001")
# So many times the range, and one of the two is mistyped more often than not. Our own judgement: the range decides what
# rules S22, S24 and V06 say, a wrong one hides an alarm, and a question costs a tap.
APART: Final = 20


@dataclass(frozen=True, slots=True)
class Value:
    """A number, and whether the lab said that the true one lies below or above it."""

    number: Decimal
    comparator: str = ""

    def __str__(self) -> str:
        return f"{self.comparator}{self.number}"

    @property
    def told(self) -> Decimal:
        """The number as rules and limits see it: "<0.1" is just below 0.1, never 0.1."""
        if not self.comparator:
            return self.number
        return self.number * (1 - NUDGE if self.comparator == "<" else 1 + NUDGE)


def read_value(text: str) -> Value | None:
    """Return what "0,5", "< 0.1" or "1 500" says, or None where it is no such number.

    "1,500" is 1.5: a comma is a decimal comma. Whether that is what was meant, `doubt` asks by the plausible range.
    """
    found = _TYPED.fullmatch(_THOUSANDS.sub("", text.strip()))
    if found is None:
        return None
    sign, whole, rest = found.groups()
    number = Decimal(f"{whole}.{rest}") if rest else Decimal(whole)
    comparators = {"<": "<", "≤": "<", ">": ">", "≥": ">"}
    return Value(number, comparators.get(sign, ""))


def is_plausible(value: Value, unit: Unit, analyte: Analyte) -> bool:
    """Say whether such a value occurs often enough to be taken without a question."""
    if analyte.plausible is None:
        return True
    low, high = analyte.plausible
    own = convert(value.number, unit)
    if value.comparator == "<":
        return own <= high  # what a lab cannot measure any more is low on purpose
    return low <= own <= high


def fits(value: Value, lower: Decimal | None, upper: Decimal | None) -> bool:
    """Say whether a value and the lab's range can stand beside each other without a question."""
    if lower and upper and upper > APART * lower:
        return False
    if upper is not None and value.number > APART * upper:
        return False
    least = lower or upper
    return least is None or bool(value.comparator) or value.number * APART >= least


def meant(value: Value, unit: Unit, analyte: Analyte) -> list[tuple[Value, Unit]]:
    """Return what may have been meant by a value that is not plausible: another unit, a lost or a moved point.

    The likeliest first; what was typed itself is always one of the answers and not among these.
    """
    points = (Decimal(10), Decimal("0.1"), Decimal(100), Decimal("0.01"), Decimal(1000), Decimal("0.001"))
    guesses = [(value, other) for other in analyte.units if other != unit and other.factor != unit.factor]
    guesses += [(Value((value.number * point).normalize(), value.comparator), unit) for point in points]
    likely = [guess for guess in guesses if is_plausible(guess[0], guess[1], analyte)]
    return [(Value(plain(one.number), one.comparator), other) for one, other in likely[:3]]


def side_of(value: Decimal, lower: Decimal | None, upper: Decimal | None) -> Side:
    """Say where a value lies against the lab's own range; both limits belong to it."""
    if lower is not None and value < lower:
        return "below"
    if upper is not None and value > upper:
        return "above"
    return "unknown" if lower is None and upper is None else "inside"


def plain(number: Decimal) -> Decimal:
    """Return a number without trailing noughts and without an exponent."""
    return Decimal(format(number.normalize(), "f"))


def in_own_unit(value: Decimal, unit: Unit) -> Decimal:
    """Return a value in the analyte's own unit, for a person: four figures that count are enough."""
    own = convert(value, unit)
    return plain(Decimal(f"{own:.4g}")) if own else Decimal(0)
