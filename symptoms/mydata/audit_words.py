"""What the patient reads of what happened here."""

from django.utils.translation import gettext_lazy as _

from symptoms.audit.words import register

register(
    {
        "mydata.downloaded": _("%(who)s downloaded the data"),
        "mydata.imported": _("%(who)s brought a diary back"),
        "mydata.erase-asked": _("%(who)s asked to erase everything"),
        "mydata.kept": _("%(who)s decided to keep the data"),
        "mydata.erased": None,
        "mydata.share-ended-again": _("%(who)s stopped sharing with somebody again, after a backup was put back"),
    }
)
