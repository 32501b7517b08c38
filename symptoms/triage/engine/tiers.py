"""The tiers of advice, highest first, and how they compare."""

from collections.abc import Iterable
from typing import Final

TIERS: Final = ("emergency", "same-day", "prompt", "visit", "self-care")
NONE: Final = "none"
SELF_CARE: Final = "self-care"
# What an assessment says at least when a rule could not be evaluated.
UNCHECKED: Final = "same-day"

RANK: Final = {tier: rank for rank, tier in enumerate((*TIERS, NONE))}


def highest(tiers: Iterable[str]) -> str:
    """Return the most urgent of `tiers`, or `none` where there are none."""
    return min(tiers, key=RANK.__getitem__, default=NONE)
