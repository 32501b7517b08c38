from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tier(models.TextChoices):
    """How soon to seek help, the most urgent first."""

    EMERGENCY = "emergency", _("Get emergency help now")
    SAME_DAY = "same-day", _("Call your care team today")
    PROMPT = "prompt", _("Contact your care team in the next 2 days")
    VISIT = "visit", _("Mention at your next visit")
    SELF_CARE = "self-care", _("Look after yourself")
    NONE = "none", _("Nothing logged")


URGENCY: Final = {tier: rank for rank, tier in enumerate(Tier)}
FLAGGED: Final = (Tier.EMERGENCY, Tier.SAME_DAY, Tier.PROMPT)
