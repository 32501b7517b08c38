"""What the patient reads of what happened here."""

from django.utils.translation import gettext_lazy as _

from symptoms.audit.words import register

register(
    {
        "diary.entry-saved": _("%(who)s logged an entry"),
        "diary.entry-changed": _("%(who)s changed an entry"),
        "diary.entry-deleted": _("%(who)s deleted an entry"),
        "diary.entry-hidden": _("%(who)s hid an entry from everybody else"),
        "diary.entry-shown": _("%(who)s showed a hidden entry again"),
        "diary.photos-added": _("%(who)s added a photo to an entry"),
        "diary.photo-removed": _("%(who)s removed a photo from an entry"),
        "diary.urgency-answered": _("%(who)s said how urgent an entry is"),
        "diary.finding-answered": _("%(who)s said what a note means"),
    }
)
