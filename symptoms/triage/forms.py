"""What is filled in on the pages of a patient's settings. Bounds are checked again by the actions."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from symptoms.catalogue.models import Symptom
from symptoms.catalogue.selectors import symptoms_by_body_area
from symptoms.diary.models import Grade
from symptoms.lib import clock
from symptoms.lib.units import temperature_words
from symptoms.lib.words import Words
from symptoms.sharing.models import Patient
from symptoms.triage.actions.settings import HIGHEST_OWN_GRADE, WHY_LENGTH, RulesSaid
from symptoms.triage.models import TriageSettings
from symptoms.triage.models.settings import EXPECTED_DAYS, HIGHEST_FEVER_C, LOWEST_FEVER_C, MOST_COUGH_DAYS

STEP_C: Final = Decimal("0.1")
GRADES: Final = [(grade.value, grade.label) for grade in Grade if grade > Grade.NONE]
PICK: Final = _("Choose one of the answers on the list.")


class ReasonForm(forms.Form):
    """Why something is set or ended: a clinic says it, the patient may."""

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

    def __init__(self, *args: Any, patient: Patient, own: bool = False, button: Words = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.today = clock.local_day(clock.now(), patient.time_zone)
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])
        if own:
            self.fields["why"].required = False
            self.fields["why"].help_text = _("In a few words. All who may read your diary see it.")
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("save", button or _("Save"), css_class="btn-primary btn-lg"))


class RulesForm(ReasonForm):
    """The numbers and switches of one patient. `seen` is the mark of what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    strict_mode = forms.BooleanField(label=_("Strict mode"), required=False)
    fever_c = forms.TypedChoiceField(
        label=_("Fever starts at"), coerce=Decimal, error_messages={"required": PICK, "invalid_choice": PICK}
    )
    cough_days = forms.IntegerField(
        label=_("A cough asks for a call after so many days in a row"),
        min_value=1,
        max_value=MOST_COUGH_DAYS,
        widget=forms.NumberInput(attrs={"class": "narrow", "inputmode": "numeric"}),
        help_text=_("From 1 to 21. At 21 days it always does."),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("Type a number of days from 1 to 21.")
        ),
    )
    hepatitis_b = forms.ChoiceField(
        label=_("Hepatitis B, from a blood test"),
        choices=TriageSettings.HepatitisB.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": PICK},
    )
    relapses_kept = forms.TypedMultipleChoiceField(
        label=_("Relapses on record"),
        coerce=date.fromisoformat,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each by the day it began. Take the tick away to remove one."),
        error_messages={"invalid_choice": _("One of these relapses is no longer on record. Look at the list again.")},
    )
    relapses = forms.DateField(
        label=_("Add a relapse that began on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "narrow"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Type the date as year, month and day, such as 2026-03-14.")},
    )

    def __init__(self, *args: Any, standing: RulesSaid, **kwargs: Any) -> None:
        starts = {name: getattr(standing, name) for name in ("strict_mode", "fever_c", "cough_days", "hepatitis_b")}
        kept = [day.isoformat() for day in standing.relapses]
        super().__init__(*args, initial={**starts, "relapses_kept": kept, "seen": standing.mark}, **kwargs)
        self.fields["fever_c"].choices = fever_choices()  # type: ignore[attr-defined]
        self.fields["strict_mode"].help_text = _("Signs of a cold, any cough and new mild nerve signs: call today.")
        if kept:
            days = [(day.isoformat(), date_format(day, "j F Y")) for day in standing.relapses]
            self.fields["relapses_kept"].choices = days  # type: ignore[attr-defined]
        else:
            del self.fields["relapses_kept"]

    @property
    def said(self) -> RulesSaid:
        """What a valid form says, the relapses in order of time."""
        cleaned = self.cleaned_data
        relapses = {*cleaned.get("relapses_kept", ()), *filter(None, [cleaned["relapses"]])}
        return RulesSaid(
            strict_mode=cleaned["strict_mode"],
            fever_c=cleaned["fever_c"],
            cough_days=cleaned["cough_days"],
            hepatitis_b=cleaned["hepatitis_b"],
            relapses=tuple(sorted(relapses)),
        )

    def starts_from(self, standing: RulesSaid) -> None:
        """Let the next try build on `standing`, now that it was shown.

        What this person changed stays as typed; what only the other one changed becomes what stands, or the
        next try would take it back unseen.
        """
        data = MultiValueDict({name: self.data.getlist(name) for name in self.data})  # type: ignore[attr-defined]
        shown, now = _fields_of(self.cleaned_data["seen"]), _fields_of(standing.mark)
        for name, value in now.items():
            if data.getlist(name) == shown.get(name):
                data.setlist(name, value)
        data["seen"] = standing.mark
        self.data = data


def _fields_of(mark: str) -> dict[str, list[str]]:
    """Return the fields as a browser sends them for what `mark` tells; nothing for a mark that nobody made."""
    try:
        told = json.loads(mark)
        return {
            "strict_mode": ["on"] if told["strict_mode"] else [],
            "relapses_kept": [str(day) for day in told["relapses"]],
            **{name: [str(told[name])] for name in ("fever_c", "cough_days", "hepatitis_b")},
        }
    except (ValueError, LookupError, TypeError):
        return {}


class SymptomForm(ReasonForm):
    """Names a symptom of the catalogue; the log page's own groups make it easy to find."""

    symptom = forms.ModelChoiceField(
        label=_("Symptom"),
        queryset=Symptom.objects.filter(retired_at=None),
        to_field_name="slug",
        error_messages={"required": _("Choose a symptom."), "invalid_choice": _("Choose a symptom from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(area, [(one.slug, one.name) for one in group]) for area, group in symptoms_by_body_area()]
        self.fields["symptom"].choices = [("", _("Choose a symptom")), *areas]  # type: ignore[attr-defined]
        self.order_fields(["symptom"])


class UsualForm(SymptomForm):
    """A symptom that is usual for this patient, with its usual grade where that is known."""

    grade = forms.TypedChoiceField(
        label=_("How bad is it usually?"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": PICK},
    )

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, own=own, **kwargs)
        grades = [(grade, word) for grade, word in GRADES if not own or grade <= HIGHEST_OWN_GRADE]
        self.fields["grade"].choices = [("", _("Not sure: the diary tells")), *grades]  # type: ignore[attr-defined]
        if own:
            self.fields["grade"].help_text = _("If severe is usual for you, ask your clinic to set it.")


class ExpectedForm(SymptomForm):
    """A grade of a symptom that the clinic expects, from today to a day."""

    grade = forms.TypedChoiceField(
        label=_("Expected up to"),
        coerce=int,
        choices=GRADES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose up to which grade you expect it."), "invalid_choice": PICK},
    )
    last_day = forms.TypedChoiceField(
        label=_("Until the end of"),
        coerce=date.fromisoformat,
        help_text=_("30 days at most. After that day the rules speak again by themselves."),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose a day from the list. It goes 30 days ahead at most.")
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [self.today + timedelta(days=ahead) for ahead in range(EXPECTED_DAYS + 1)]
        choices = [(day.isoformat(), date_format(day, "l j F")) for day in days]
        self.fields["last_day"].choices = [("", _("Choose a day")), *choices]  # type: ignore[attr-defined]


def fever_choices() -> list[tuple[str, str]]:
    """Return the temperatures at which fever may start, the usual one first, each in both units."""
    steps = int((HIGHEST_FEVER_C - LOWEST_FEVER_C) / STEP_C)
    degrees = [HIGHEST_FEVER_C - STEP_C * step for step in range(steps + 1)]
    return [(str(one), f"{temperature_words(one, '', 'C')} ({temperature_words(one, '', 'F')})") for one in degrees]
