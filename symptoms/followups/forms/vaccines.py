from datetime import date, timedelta
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from symptoms.followups.models import Vaccine
from symptoms.followups.vaccine_words import PEN

# Against slips of the year only.
REACH: Final = timedelta(days=20 * 366)
ANSWERS: Final = (("no", _("No")), ("yes", _("Yes")), ("unsure", _("I\u2019m not sure")))


class VaccineForm(forms.ModelForm[Vaccine]):
    """A vaccine that is planned or was had."""

    class Meta:
        model = Vaccine
        fields = ["name", "kind", "day"]
        widgets = {
            "kind": forms.RadioSelect,
            "day": forms.DateInput(attrs={"type": "date", "class": "moment"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "name": _("As on the letter or the packet, such as flu or yellow fever."),
            "kind": _("The leaflet or the person who gives it can tell. If you do not know, say so."),
            "day": _("The day of the appointment, or the day you had it."),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["kind"].choices = Vaccine.Kind.choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.add_input(Submit("add", _("Add this vaccine"), css_class="btn-primary btn-lg"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if abs(day - self.today) > REACH:
            raise ValidationError(_("Check the year of this day."))
        return day


class PenForm(forms.Form):
    """Five questions about a pen. One that is left open counts as "not sure"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, asked in PEN.items():
            self.fields[name] = forms.ChoiceField(
                label=str(asked), choices=ANSWERS, widget=forms.RadioSelect, required=False
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("ask", _("Tell me"), css_class="btn-primary btn-lg"))

    @property
    def speaks_against(self) -> bool:
        """Whether anything but a plain "no" was said."""
        return any(self.cleaned_data.get(name) != "no" for name in PEN)
