from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from symptoms.followups.actions.injection_plans import PlanSaid
from symptoms.followups.models.plans import AFTER_LATE, INTERVALS

DAY = {"type": "date", "class": "moment"}


class InjectionPlanForm(forms.Form):
    """How far apart the shots are and what follows a late one; each with its basis."""

    interval = forms.ChoiceField(
        label=_("How far apart"),
        choices=INTERVALS,
        widget=forms.RadioSelect,
        help_text=_("The labels say monthly. The trials and some patient organisations use 28 days."),
    )
    after_late = forms.ChoiceField(
        label=_("After a late shot"),
        choices=AFTER_LATE,
        widget=forms.RadioSelect,
        help_text=_(
            "The EU leaflet counts from the day it was given. The US label says “at the recommended interval”."
        ),
    )
    start = forms.DateField(
        label=_("Day of the first shot"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("Needed to keep the days set at the start."),
    )
    shot_at = forms.TimeField(
        label=_("Usual time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "narrow"}, format="%H:%M"),
        help_text=_("Any time of day is right (EU leaflet). We remind half an hour before it."),
    )
    ended_on = forms.DateField(
        label=_("Stopped on"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("Only when the care team has ended the medicine. No shot is due from this day on."),
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The patient and the clinic read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Set this plan"), css_class="btn-primary btn-lg"))

    @property
    def said(self) -> PlanSaid:
        return PlanSaid(**{name: value for name, value in self.cleaned_data.items() if name != "why"})
