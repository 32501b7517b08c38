"""Body temperature: read what was typed, doubt it where it looks wrong, never convert in silence.

Celsius is what is stored, with two decimals, so that 38.0 °C and 100.4 °F are the same.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

Unit = Literal["C", "F"]

PLAUSIBLE: Final[dict[Unit, tuple[Decimal, Decimal]]] = {
    "C": (Decimal(34), Decimal(43)),
    "F": (Decimal(93), Decimal(110)),
}
# What the store takes, in Celsius, once the person has confirmed it.
STORABLE: Final = (Decimal(30), Decimal(45))
_NUMBER: Final = re.compile(r"\d{1,4}(?:[.,]\d{1,2})?")
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Reading:
    """A temperature as a number and its unit, "C" or "F"."""

    number: Decimal
    unit: Unit

    def __str__(self) -> str:
        return f"{_plain(self.number)} {self.unit}"

    @property
    def celsius(self) -> Decimal:
        """Return it in Celsius, rounded to two decimals."""
        degrees = self.number if self.unit == "C" else (self.number - 32) * 5 / 9
        return degrees.quantize(_HUNDREDTH, ROUND_HALF_UP)

    @property
    def words(self) -> str:
        """Return it as people write it: "38.4 °C"."""
        return f"{_plain(self.number)}\N{NO-BREAK SPACE}°{self.unit}"

    @property
    def is_plausible(self) -> bool:
        low, high = PLAUSIBLE[self.unit]
        return low <= self.number <= high

    @property
    def is_storable(self) -> bool:
        low, high = STORABLE
        return low <= self.celsius <= high


def unit_of(text: str) -> Unit:
    """Return "F" for "F" and Celsius for all else."""
    return "F" if text == "F" else "C"


def read_number(text: str) -> Decimal | None:
    """Return the number in `text` ("38,6" or "38.6"), or None where there is no such number."""
    cleaned = text.strip()
    return Decimal(cleaned.replace(",", ".")) if _NUMBER.fullmatch(cleaned) else None


def read_temperature(text: str) -> Reading | None:
    """Return the reading that was kept as typed, such as "101.3 F", or None."""
    number, _, unit = text.strip().rpartition(" ")
    value = read_number(number)
    return Reading(value, unit_of(unit)) if value is not None and unit in {"C", "F"} else None


def meant(typed: Reading) -> tuple[Reading, ...]:
    """Return what the person may have meant by a reading that is not plausible, the likeliest first.

    The other unit (98.6 with °C), a lost decimal point (385), or, if the store takes it, just what was
    typed. Empty: it must be typed again.
    """
    shifted = typed.number / 10
    guesses = [
        Reading(typed.number, "F"),
        Reading(typed.number, "C"),
        Reading(shifted, "C"),
        Reading(shifted, "F"),
    ]
    likely = [guess for guess in guesses if guess.is_plausible]
    return (*likely, typed) if typed.is_storable and typed not in likely else tuple(likely)


def temperature_words(celsius: Decimal | None, typed: str, unit: Unit) -> str:
    """Say a stored temperature in the reader's unit: just as it was typed where that is the same unit."""
    if celsius is None:
        return ""
    kept = read_temperature(typed)
    if kept is not None and kept.unit == unit:
        return kept.words
    number = celsius if unit == "C" else celsius * 9 / 5 + 32
    return Reading(number.quantize(Decimal("0.1"), ROUND_HALF_UP), unit).words


def _plain(number: Decimal) -> str:
    """Write a number without trailing noughts, but with one decimal at least."""
    text = f"{number:.2f}"
    return text.removesuffix("0")
