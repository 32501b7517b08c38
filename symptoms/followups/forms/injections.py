from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from symptoms.followups.models import Injection
from symptoms.followups.schedule import HIGHEST_NUMBER
from symptoms.lib import clock
from symptoms.sharing.models import Patient

DAYS_BACK: Final = 35


class InjectionForm(forms.Form):
    """Log one shot: on which of the last days, at what time, which one it is and where it went."""

    day = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time", "class": "narrow"}, format="%H:%M"),
        help_text=_("About is enough."),
        error_messages={"invalid": _("Type a time as hours and minutes, such as 18:30.")},
    )
    number = forms.IntegerField(
        label=_("Which shot is it?"),
        min_value=1,
        max_value=HIGHEST_NUMBER,
        required=False,
        widget=forms.NumberInput(attrs={"class": "narrow", "inputmode": "numeric"}),
        help_text=_("Count from your first one. Leave it empty if you do not know."),
    )
    site = forms.ChoiceField(label=_("Where did it go?"), choices=Injection.Site.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.today = clock.local_day(clock.now(), patient.time_zone)
        days = [self.today - timedelta(days=ago) for ago in range(DAYS_BACK + 1)]
        self.fields["day"].choices = [(day.isoformat(), _day_words(day, self.today)) for day in days]  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.add_input(Submit("log", _("Log this shot"), css_class="btn-primary btn-lg"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        cleaned["at"] = at = instant(cleaned["day"], cleaned["time"], self.patient.time_zone)
        if at > clock.now():
            self.add_error("time", _("This is still to come. Log the shot when it is done."))
        elif Injection.objects.filter(patient=self.patient, at=at).exists():
            raise ValidationError(_("A shot at this time is in your list already."))
        return cleaned


def instant(day: date, at: time, zone: str) -> datetime:
    """Return the UTC instant of a local time. One that the clocks skip counts as an hour later."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _day_words(day: date, today: date) -> str:
    words = date_format(day, "l j F")
    if day == today:
        return str(_("Today, %(day)s")) % {"day": words}
    if day == today - timedelta(days=1):
        return str(_("Yesterday, %(day)s")) % {"day": words}
    return words
