"""The words and shapes of the five tiers and the five grades: one vocabulary for every page."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise


@dataclass(frozen=True, slots=True)
class TierWords:
    """How one tier is told: a sentence, a short form for lists, and a shape."""

    sentence: Words
    short: Words
    shape: str


@dataclass(frozen=True, slots=True)
class GradeWords:
    """How one grade is told: a word, what it means on a day, and the word with a place to break it."""

    word: Words
    anchor: Words
    narrow: Words


TIERS: Final[dict[str, TierWords]] = {
    "emergency": TierWords(_("Get emergency help now"), _("Emergency"), "exclamation-octagon-fill"),
    "same-day": TierWords(_("Call your care team today"), _("Call today"), "telephone-outbound-fill"),
    "prompt": TierWords(_("Contact your care team in the next 2 days"), _("In 2 days"), "calendar2-week-fill"),
    "visit": TierWords(_("Mention at your next visit"), _("Next visit"), "journal-text"),
    "self-care": TierWords(_("Look after yourself"), _("Self-care"), "leaf-fill"),
}

GRADES: Final[tuple[GradeWords, ...]] = (
    GradeWords(pgettext_lazy("grade", "None"), _("I did not have this"), pgettext_lazy("grade", "None")),
    GradeWords(_("Mild"), _("I noticed it, but I did all I planned"), _("Mild")),
    GradeWords(_("Moderate"), _("It got in the way of some things"), _("Moder\u00adate")),
    GradeWords(_("Severe"), _("It stopped me doing most things, or I needed help"), _("Severe")),
    GradeWords(_("Very severe"), _("I could not do anything, or I needed urgent care"), _("Very severe")),
)
