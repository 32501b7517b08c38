from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from symptoms.notifications.endpoints import are_keys, is_push_service
from symptoms.notifications.models import Wishes
from symptoms.notifications.selectors.pages import channel_name

PLACES = (_("Try first"), _("If that does not work"), _("After that"), _("And then"))

NOTHING = "none"


class WishesForm(forms.ModelForm[Wishes]):
    """When and how a person is reminded: quiet hours, the order of the channels, and what each may say."""

    class Meta:
        model = Wishes
        fields = ["quiet_from", "quiet_to"]
        widgets = {
            name: forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "narrow"})
            for name in ("quiet_from", "quiet_to")
        }
        help_texts = {
            "quiet_from": _("No message wakes you in these hours. Only urgent advice does."),
            "quiet_to": _("Put the same time in both, and there are no quiet hours."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slugs = [*settings.NOTIFICATION_CHANNELS]
        names = [(slug, channel_name(slug)) for slug in self.slugs]
        chosen = [slug for slug in self.instance.channels if slug in self.slugs]
        for place, label in zip(range(len(self.slugs)), PLACES, strict=False):
            self.fields[f"place_{place}"] = forms.ChoiceField(
                label=label,
                choices=[*names, (NOTHING, _("Nothing more"))],
                initial=chosen[place] if place < len(chosen) else NOTHING,
            )
        for slug, name in names:
            self.fields[f"detail_{slug}"] = forms.ChoiceField(
                label=_("What a message says: %(channel)s") % {"channel": name},
                choices=Wishes.Detail.choices,
                initial=self.instance.detail_of(slug),
                widget=forms.RadioSelect,
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save"), css_class="btn-primary btn-lg"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        said = [cleaned.get(name, NOTHING) for name in self.fields if name.startswith("place_")]
        channels = [slug for slug in said if slug != NOTHING]
        if len(set(channels)) < len(channels):
            raise ValidationError(_("You chose the same way twice. Choose each way once."))
        cleaned["channels"] = channels
        cleaned["detail"] = {slug: cleaned[f"detail_{slug}"] for slug in self.slugs if f"detail_{slug}" in cleaned}
        return cleaned


class BrowserForm(forms.Form):
    """What a browser's script sends when it subscribes."""

    endpoint = forms.CharField(max_length=500)
    p256dh = forms.CharField(max_length=120)
    auth = forms.CharField(max_length=40)

    def clean_endpoint(self) -> str:
        endpoint: str = self.cleaned_data["endpoint"]
        if not is_push_service(endpoint):
            raise ValidationError(_("This browser uses a push service that is not on the list of this tracker."))
        return endpoint

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        keys = {name: cleaned.get(name, "") for name in ("p256dh", "auth")}
        if not self.errors and not are_keys(keys):
            raise ValidationError(_("The keys of this browser cannot be read."))
        cleaned["keys"] = keys
        return cleaned
