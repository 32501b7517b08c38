"""Samples for the gallery page, where every component stands once in each theme."""

from typing import Any

from symptoms.lib.words import TIERS


def gallery_page() -> dict[str, Any]:
    """Return what the gallery shows."""
    return {"tiers": list(TIERS)}
