from datetime import datetime, timedelta
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.sharing.models import Clinic, Kind, Patient

# Days that a share lasts; an empty one lasts until the patient stops it.
LASTS: Final = (("", _("Until I stop it")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")))

LEVELS: Final = (("read", _("May read")), ("read-add", _("May read and add")))


class ShareForm(forms.Form):
    """Share a log with a person by e-mail address, or with a clinic from the list."""

    clinic = forms.ModelChoiceField(
        label=_("A clinic"),
        queryset=Clinic.objects.order_by("name"),
        required=False,
        empty_label=_("No clinic"),
    )
    email = forms.EmailField(
        label=_("Or a person, by e-mail address"),
        required=False,
        help_text=_("They need an account here first."),
    )
    level = forms.ChoiceField(
        label=_("What may a person do?"),
        choices=LEVELS,
        initial="read",
        widget=forms.RadioSelect,
        help_text=_("A clinic always reads and answers. It never adds entries."),
    )
    lasts = forms.ChoiceField(label=_("For how long?"), choices=LASTS, required=False)

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.helper = FormHelper()
        self.helper.add_input(Submit("share", _("Share my log"), css_class="btn-primary btn-lg"))

    def clean_email(self) -> User | None:
        email = self.cleaned_data["email"]
        if not email:
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise ValidationError(_("Nobody here uses this address yet. Ask them to sign up first, then try again."))
        if person.pk == self.patient.user_id:
            raise ValidationError(_("This is your own address. Type the address of the person you want to share with."))
        return person

    @property
    def scopes(self) -> dict[str, list[str]]:
        """Return the kinds that are read and added, as the action takes them."""
        reads = [str(kind) for kind in (Kind.SYMPTOMS, Kind.NOTES, Kind.INJECTIONS, Kind.BLOOD_TESTS)]
        return {"reads": reads, "adds": reads[:2] if self.cleaned_data["level"] == "read-add" else []}

    def clean_lasts(self) -> datetime | None:
        days = self.cleaned_data["lasts"]
        if not days:
            return None
        zone = self.patient.time_zone
        return clock.end_of_day(clock.local_day(clock.now(), zone) + timedelta(days=int(days)), zone)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        person, clinic = cleaned.get("email"), cleaned.get("clinic")
        if not self.errors and (person is None) == (clinic is None):
            raise ValidationError(_("Choose a clinic, or type one person's e-mail address. Not both."))
        cleaned["to"] = person or clinic
        return cleaned
