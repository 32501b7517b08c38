"""What a manager says about a clinic and who works there."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from symptoms.accounts.models import User
from symptoms.sharing.models import Clinic, ClinicMember


class MemberForm(forms.Form):
    """Invite somebody to work in the clinic."""

    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        error_messages={"required": gettext_lazy("Type their e-mail address.")},
    )
    role = forms.ChoiceField(label=gettext_lazy("They are a"), choices=ClinicMember.Role.choices)


class ClinicForm(forms.ModelForm[Clinic]):
    """Who reads the flagged entries, who stands in, the hours, and how soon somebody answers."""

    class Meta:
        model = Clinic
        fields = ["owner", "stand_in", "response_hours", "office_hours", "away_from", "away_until"]
        labels = {
            "owner": gettext_lazy("Who reads the flagged entries?"),
            "stand_in": gettext_lazy("Who stands in for them?"),
        }
        help_texts = {
            "office_hours": gettext_lazy("Patients read it, for example: Monday to Friday, 9 to 5"),
            "response_hours": gettext_lazy("In office hours. Patients read it."),
            "away_from": gettext_lazy("The first day on which the other person stands in. Leave it empty if not away."),
        }
        widgets = {
            name: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "narrow"})
            for name in ("away_from", "away_until")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = User.objects.filter(clinic_roles__clinic=self.instance, clinic_roles__is_active=True, is_active=True)
        for name in ("owner", "stand_in"):
            self.fields[name].queryset = members.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["response_hours"].widget.attrs |= {"min": 1, "max": 168, "class": "narrow"}

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        first, last = said.get("away_from"), said.get("away_until")
        if first and last and last < first:
            self.add_error("away_until", _("The last day lies before the first one."))
        if said.get("owner") and said.get("owner") == said.get("stand_in"):
            self.add_error("stand_in", _("Choose somebody else to stand in."))
        hours = said.get("response_hours")
        if hours is not None and not 1 <= hours <= 168:
            self.add_error("response_hours", _("Type 1 to 168 hours."))
        return said
