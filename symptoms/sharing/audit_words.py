"""What the patient reads of what happened here."""

from django.utils.translation import gettext_lazy as _

from symptoms.audit.words import register

register(
    {
        "sharing.looked": _("%(who)s opened a page"),
        "sharing.diary-started": _("%(who)s started the diary"),
        "sharing.granted": _("%(who)s set what somebody may see"),
        "sharing.notice-set": _("%(who)s set when somebody is told that an entry says to get help"),
        "sharing.notice-ended": _("%(who)s set that somebody is no longer told when an entry says to get help"),
        "sharing.revoked": _("%(who)s stopped sharing with somebody"),
        "sharing.invitation-made": _("%(who)s invited somebody"),
        "sharing.invitation-taken-up": _("%(who)s took up an invitation"),
        "sharing.invitation-confirmed": _("%(who)s confirmed an invitation"),
        "sharing.invitation-withdrawn": _("%(who)s took an invitation back"),
        "sharing.guessed-ids": None,
        "sharing.refused": None,
        "sharing.clinic-made": None,
        "sharing.clinic-set": None,
        "sharing.member-added": None,
        "sharing.member-removed": None,
    }
)
