from typing import Any

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


class YouForm(forms.ModelForm[User]):
    """What a person sets for themselves."""

    class Meta:
        model = User
        fields = ["name", "country", "time_zone", "temperature_unit", "theme"]
        help_texts = {
            "country": _("It decides which emergency number we show."),
            "time_zone": _("Where you live, such as Europe/London or America/New_York."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save"), css_class="btn-primary btn-lg"))
