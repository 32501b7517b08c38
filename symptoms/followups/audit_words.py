"""What the patient reads of what happened here."""

from django.utils.translation import gettext_lazy as _

from symptoms.audit.words import register

register(
    {
        "followups.injection-logged": _("%(who)s logged an injection"),
        "followups.injection-changed": _("%(who)s changed an injection"),
        "followups.injection-removed": _("%(who)s removed an injection"),
        "followups.vaccine-added": _("%(who)s added a vaccine"),
        "followups.vaccine-agreed": _("%(who)s wrote down that the care team agrees to a vaccine"),
        "followups.vaccine-removed": _("%(who)s removed a vaccine"),
        "followups.check-in": _("%(who)s answered a question after an injection"),
        "followups.plan-changed": _("%(who)s changed the plan of the injections"),
        "followups.copies-given": _("%(who)s let somebody hear of the reminders too"),
        "followups.copies-ended": _("%(who)s ended the copies of the reminders"),
        "followups.feed-made": _("%(who)s made a link for a calendar"),
        "followups.feed-ended": _("%(who)s ended the link for a calendar"),
        "followups.reminders-changed": _("%(who)s changed the hours of the reminders"),
        "followups.test-booked": _("%(who)s booked a blood test"),
        "followups.test-booking-undone": _("%(who)s took a booking of a blood test back"),
        "followups.test-taken": _("%(who)s said that blood was taken"),
        "followups.test-taken-undone": _("%(who)s said that blood was not taken after all"),
        "followups.test-asked-for": _("%(who)s asked for an extra blood test"),
        "followups.test-plan-set": _("%(who)s set how often a blood test is done"),
        "followups.test-plan-ended": _("%(who)s went back to the tracker\u2019s own dates of a blood test"),
        "followups.result-in": _("%(who)s added results of a blood test"),
        "followups.result-changed": _("%(who)s changed a result of a blood test"),
        "followups.result-deleted": _("%(who)s deleted a result of a blood test"),
        "followups.result-seen": _("%(who)s looked at the result of a blood test"),
    }
)
