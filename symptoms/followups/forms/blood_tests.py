"""What is filled in about a test: its booking, the day of the draw, a plan of the clinic, one more test."""

from datetime import date
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from symptoms.followups.actions.blood_tests import WHY_LENGTH
from symptoms.lib.words import Words

WRONG_DAY: Final = _("Type a day, such as 24.12.2026, or choose it in the calendar.")


def day_field(label: Any, *, needed: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=needed,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date", "class": "narrow"}, format="%Y-%m-%d"),
        error_messages={"required": WRONG_DAY, "invalid": WRONG_DAY},
    )


class StepForm(forms.Form):
    """One step of one test. `due` is the day that it is due on, empty for one before the first injection."""

    step = ""
    due = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, due: date | None = None, button: Words, **initial: Any) -> None:
        super().__init__(data, initial={"due": due, **initial}, auto_id=f"id_{due or 'first'}_%s")
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit(self.step, button, css_class="btn-quiet"))


class BookForm(StepForm):
    step = "book"
    booked_for = day_field(_("When is the appointment?"))


class TakenForm(StepForm):
    step = "taken"
    taken_on = day_field(_("When was the blood taken?"))


class WhyForm(forms.Form):
    """Something that a clinic sets, and why."""

    why = forms.CharField(
        label=_("Why?"),
        max_length=WHY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a few words. The patient and all who may read this diary see it, with your name."),
        error_messages={
            "required": _("Write why, in a few words. The patient and your team can read it."),
            "max_length": _("Write at most %(limit_value)d letters."),
        },
    )

    def __init__(self, *args: Any, button: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("save", button, css_class="btn-primary btn-lg"))


class PlanForm(WhyForm):
    """How often a test is due for one patient."""

    is_on = forms.TypedChoiceField(
        label=_("Is this test done?"),
        choices=(("yes", _("Yes")), ("no", _("No, this patient does not need it"))),
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    first_due = day_field(_("Due first on"), needed=False)
    every_months = forms.IntegerField(
        label=_("Then every so many months"),
        required=False,
        widget=forms.NumberInput(attrs={"class": "narrow", "inputmode": "numeric"}),
        help_text=_("From 1 to 60. Leave it empty if it is done once."),
        error_messages={"invalid": _("Type a number of months from 1 to 60, or leave it empty for once.")},
    )
    until = day_field(_("Until"), needed=False, hint=_("Leave it empty if it goes on."))


class ExtraForm(WhyForm):
    due_on = day_field(_("Due on"))
