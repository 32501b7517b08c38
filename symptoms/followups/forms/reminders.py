from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.followups.models import CalendarFeed, ReminderSettings
from symptoms.followups.models.reminders import COPY_HOURS


class RemindersForm(forms.ModelForm[ReminderSettings]):
    """When a patient is reminded of what is due, and when they are asked about their day."""

    class Meta:
        model = ReminderSettings
        fields = ["told_at", "log_at"]
        labels = {"told_at": _("Tell me about injections and blood tests at")}
        widgets = {
            name: forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "narrow"})
            for name in ("told_at", "log_at")
        }
        help_texts = {
            "told_at": _("By your own clock, wherever you are."),
            "log_at": _(
                "Leave it empty, and we do not ask. We ask daily for two weeks after an injection, a symptom or a "
                "flag, then every third day, then once a week. We do not ask on a day that you have logged."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Save"), css_class="btn-primary btn-lg"))


class CopyForm(forms.Form):
    """Who hears of a shot or test that the patient did not answer for, and how much later."""

    user = forms.ModelChoiceField(label=_("Who?"), queryset=User.objects.none(), widget=forms.RadioSelect)
    hours = forms.TypedChoiceField(
        label=_("How long after me?"),
        coerce=int,
        choices=COPY_HOURS,
        initial=COPY_HOURS[1][0],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, caregivers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        field.queryset, field.empty_label = caregivers, None  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.add_input(Submit("give", _("Tell them too"), css_class="btn-primary"))


class FeedForm(forms.ModelForm[CalendarFeed]):
    """What the calendar shows to whoever can see it."""

    class Meta:
        model = CalendarFeed
        fields = ["detail"]
        widgets = {"detail": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
