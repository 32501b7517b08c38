"""What the pages say of vaccines (rule P17) and of a pen (rule P19), word for word from clinical.md 2.3 and 5."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from symptoms.lib.words import Words

# The tier of both rules: "Contact your care team in the next 2 days".
TIER: Final = "prompt"
# P17: US-PI 2.1, 5.1; EU-PIL 2.
NOT_YET: Final = _("Do not have this vaccine until your MS team agrees. Contact them before the date.")
# Judgement: the labels read say nothing of one that was had already.
WAS_HAD: Final = _("Tell your MS team that you had this vaccine, and when.")
# Section 5: US-MG, EU-PIL 2.
WORKS_LESS: Final = _("This kind may work less well during treatment. Ask your MS team when to have it.")
AGREED: Final = _("Your MS team agrees, as it was written down here.")
VACCINE_SOURCE: Final = _("From the US label (2.1, 5.1) and the EU leaflet, section 2.")
# P19: US-MG; EU-PIL 5.
NO_PEN: Final = _("Do not use this pen. Contact your pharmacy or supply team for a new one in 1 to 2 days.")
ASK: Final = _("Nothing you said speaks against it. When in doubt, ask your pharmacist before you inject.")
PEN_SOURCE: Final = _("From the US Medication Guide and the EU leaflet, section 5.")
PEN: Final[dict[str, Words]] = {
    "out": _("Was it out of the fridge for more than 7 days?"),
    "warm": _("Was it warmer than 30 °C (86 °F)?"),
    "frozen": _("Was it frozen?"),
    "dropped": _("Did it fall without its cap?"),
    "cloudy": _("Is the liquid cloudy, or are bits in it?"),
}
