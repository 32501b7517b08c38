"""When what is due is due: shots, blood tests, check-ins, and the instants to remind of them.

Pure: days, hours and zones in, days and instants (UTC) out; no Django, no clock.
"""

from symptoms.followups.schedule.months import months_after, next_month
from symptoms.followups.schedule.shots import (
    HIGHEST_NUMBER,
    OWN_HAND,
    AfterLate,
    DueShot,
    Interval,
    ShotPlan,
    coming_shots,
    next_shot,
    next_site,
)

__all__ = [
    "HIGHEST_NUMBER",
    "OWN_HAND",
    "AfterLate",
    "DueShot",
    "Interval",
    "ShotPlan",
    "coming_shots",
    "months_after",
    "next_month",
    "next_shot",
    "next_site",
]
