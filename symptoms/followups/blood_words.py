"""What the pages say of a blood test: its state, on what its date rests, how a value lies against its range."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from symptoms.followups.blood.catalogue import Test
from symptoms.followups.blood.typed import Side
from symptoms.lib.words import Words

# The honest sentences of clinical.md 3, word for word, and one for what the label asks for later than the start.
LABEL: Final[dict[str, Words]] = {
    "before-start": _("The medicine\u2019s US label asks for this test before you start."),
    "before-start-and-during": _(
        "The medicine\u2019s US label asks for this test before you start and during treatment. It names no interval."
    ),
    "after-stopping": _("The medicine\u2019s US label ties this test to the time after stopping. It gives no dates."),
}
PRACTICE: Final = _("Many clinics do this test. The label does not ask for it.")
CLINIC_DECIDES: Final = _("Your clinic decides how often. This date is a starting point your clinic can change.")
# US-PP, US-MG by clinical.md 3: active hepatitis B bars use, a carrier or core-positive person needs a liver expert.
HEPATITIS_B: Final = _(
    "Hepatitis B was found in your blood. Call your care team before your next injection. The medicine\u2019s US label "
    "asks for a liver expert before and during treatment."
)
STATES: Final[dict[str, Words]] = {
    "due": _("Due"),
    "booked": _("Booked"),
    "taken": _("Taken, the result is awaited"),
    "result-in": _("Result in, not seen by a clinic yet"),
    "seen": _("Seen by the clinic"),
}
# What a clinic's list is grouped by.
UNSEEN: Final = _("Result in, not seen yet")
LATE: Final = _("Late, not booked")
MISSED: Final = _("The booked day has passed")
AWAITED: Final = _("Taken, but no result came")
SIDES: Final[dict[Side, Words]] = {
    "below": _("Below the lab\u2019s range"),
    "inside": _("Inside the lab\u2019s range"),
    "above": _("Above the lab\u2019s range"),
    "unknown": _("No range from the lab"),
}


def basis_words(test: Test) -> list[Words]:
    """Return the sentences that say why a test is on the list."""
    if test.basis == "practice":
        return [PRACTICE]
    return [LABEL[test.label_asks], CLINIC_DECIDES] if test.basis == "both" else [LABEL[test.label_asks]]
