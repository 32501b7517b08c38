"""The temperature on the log page: read, doubted, asked about, never converted in silence."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from symptoms.lib.units import Reading, Unit, meant, read_number


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that the person may have meant, as a radio button."""

    value: str
    words: str


def options_for(text: str, unit: Unit) -> list[Option]:
    """Return what may have been meant by `text`, where it is a number but not plausible."""
    number = read_number(text)
    typed = Reading(number, unit) if number is not None else None
    if typed is None or typed.is_plausible:
        return []
    return [Option(str(reading), reading.words) for reading in meant(typed)]


def settle(text: str, unit: Unit, confirmed: str) -> Reading | None:
    """Return the reading that stands, or None where nothing was typed.

    A reading that is not plausible stands only if `confirmed` names one of the things it may mean.
    """
    if not text.strip():
        return None
    number = read_number(text)
    if number is None:
        raise ValidationError(_("Type your temperature as a number, such as 38.5 or 101.3."))
    typed = Reading(number, unit)
    if typed.is_plausible:
        return typed
    readings = meant(typed)
    for reading in readings:
        if str(reading) == confirmed:
            return reading
    raise ValidationError(_doubt(typed, readings))


def _doubt(typed: Reading, readings: tuple[Reading, ...]) -> str:
    words = {"typed": typed.words}
    if not readings:
        return _("%(typed)s cannot be right. Look again and type it once more, or leave it empty.") % words
    if readings[0] == typed:
        return _("%(typed)s is very unusual. Is it right?") % words
    return _("You typed %(typed)s. Did you mean %(guess)s?") % {**words, "guess": readings[0].words}
