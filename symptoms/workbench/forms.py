from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from symptoms.accounts.models import User
from symptoms.accounts.second_factor import CURATORS
from symptoms.triage.actions.dry_runs import MOST_ENTRIES

LONGEST_TEXT: Final = 200_000


class PlainForm(forms.Form):
    """Leave it to us, not to the browser, to say what is missing."""

    use_required_attribute = False


class PurposeForm(PlainForm):
    purpose = forms.CharField(
        label=_("What shall change, and why?"),
        max_length=300,
        error_messages={"required": _("Say in a sentence what shall change.")},
    )


class ReasonForm(PlainForm):
    live = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why do you go back?"),
        max_length=300,
        error_messages={"required": _("Say why, so that others understand it later.")},
    )


class TextForm(PlainForm):
    """A rule or a file as text. What was typed is kept, spaces and all."""

    text = forms.CharField(
        label=_("Text"),
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 28, "class": "code-input", "spellcheck": "false"}),
        error_messages={"required": _("Write the rule here.")},
    )


class NewRuleForm(TextForm):
    file = forms.ChoiceField(label=_("Into which file?"))

    field_order = ("file", "text")

    def __init__(self, *args: Any, files: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].choices = [(name, name) for name in files]  # type: ignore[attr-defined]


class SignForm(PlainForm):
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    clinician = forms.CharField(
        label=_("Name of the clinician"),
        max_length=120,
        error_messages={"required": _("Write who stands by this rule.")},
    )
    role = forms.CharField(
        label=_("Role"),
        help_text=_("Such as: MS nurse, neurologist"),
        max_length=120,
        error_messages={"required": _("Write what the clinician is.")},
    )


class ReviewForm(PlainForm):
    review_on = forms.DateField(
        label=_("Look at these rules again by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day as 2027-05-01.")},
    )
    owner = forms.ModelChoiceField(
        label=_("Who is reminded"), queryset=User.objects.none(), required=False, empty_label=_("The operator")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, is_staff=True, groups__name=CURATORS).order_by("name")
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        return day


class DryRunForm(PlainForm):
    wanted = forms.IntegerField(
        label=_("How many of the newest entries?"),
        min_value=1,
        max_value=MOST_ENTRIES,
        initial=1000,
        error_messages={
            "required": _("Write a number."),
            "invalid": _("Write a number."),
            "min_value": _("Take at least one entry."),
            "max_value": _("Take at most %(limit_value)s entries."),
        },
    )
