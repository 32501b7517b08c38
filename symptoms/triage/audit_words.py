"""What the patient reads of what happened here."""

from django.utils.translation import gettext_lazy as _

from symptoms.audit.words import register
from symptoms.triage.models import RuleSetEvent

register(
    {
        "triage.called": _("%(who)s said that the care team was called"),
        "triage.setting-changed": _("%(who)s changed how the rules read the diary"),
        "triage.flag-raised": _("%(who)s flagged an entry"),
        "triage.flag-raised-again": _("%(who)s flagged an entry again"),
        "triage.flag-joined": _("%(who)s added an entry to a flag"),
        "triage.flag-moved": _("%(who)s gave an entry a flag of its own"),
        "triage.flag-entry-changed": _("%(who)s told the clinic that a flagged entry was changed"),
        "triage.flag-entry-deleted": _("%(who)s told the clinic that a flagged entry was deleted"),
        "triage.flag-acknowledged": _("%(who)s took up a flagged entry"),
        "triage.flag-resolved": _("%(who)s closed a flagged entry"),
        "triage.flag-called": _("%(who)s said that the care team was called"),
        "triage.dry-run-asked": None,
        "triage.reassessed": None,
        "triage.rule-signed": None,
        "triage.rules-review-told": None,
        **{f"triage.rules-{kind}": None for kind in RuleSetEvent.Kind.values},
    }
)
