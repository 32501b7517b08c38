from typing import Any, Final
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """Sign up with a name, an e-mail address and a password."""

    name = forms.CharField(label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "email", "password1"]

    def save(self, request: Any) -> User:
        user: User = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        return user


# Zones by place; the others (Etc/GMT+5, EST) say nothing to a person.
REGIONS: Final = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones to choose from, by region and place."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(REGIONS))
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *zones)]


class YouForm(forms.ModelForm[User]):
    """What a person sets for themselves."""

    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Choose the city nearest to you."))

    class Meta:
        model = User
        fields = ["name", "country", "time_zone", "temperature_unit", "theme"]
        help_texts = {
            "country": _("It decides which emergency number we show."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = dict(zone_choices())
        choices.setdefault(self.instance.time_zone, self.instance.time_zone)
        self.fields["time_zone"].choices = list(choices.items())  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save"), css_class="btn-primary btn-lg"))
