from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 2000


class AnswerForm(forms.Form):
    """What the clinic writes to the patient. A flag is not closed without a word to the patient."""

    # What the page showed: when the flag was last raised, as ISO text.
    news = forms.CharField(required=False)
    note = forms.CharField(
        label=_("Note to the patient"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "aria-describedby": "note-hint"}),
        error_messages={
            "required": _("Write what you did or advised. The patient reads it."),
            "max_length": _("Write at most %(limit_value)d letters."),
        },
    )

    def __init__(self, *args: Any, note_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = note_needed
        self.use_required_attribute = False
        if self.is_bound and self.errors:
            self.fields["note"].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": "note-hint note-error",
                "class": "form-control is-invalid",
            }
