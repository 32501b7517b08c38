from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.sharing.models import Clinic, Grant, Patient


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
        choices=Grant.Level.choices,
        initial=Grant.Level.READ,
        widget=forms.RadioSelect,
        help_text=_("A clinic always reads and answers. It never adds entries."),
    )

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
            raise ValidationError(
                _("Nobody here uses this address yet. Ask them to sign up first, then try again.")
            )
        if person.pk == self.patient.user_id:
            raise ValidationError(
                _("This is your own address. Type the address of the person you want to share with.")
            )
        return person

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        person, clinic = cleaned.get("email"), cleaned.get("clinic")
        if not self.errors and (person is None) == (clinic is None):
            raise ValidationError(_("Choose a clinic, or type one person's e-mail address. Not both."))
        cleaned["to"] = person or clinic
        return cleaned
