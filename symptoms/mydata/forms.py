from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from symptoms.mydata.unpacking import MOST_UPLOAD, Diary, NotADiary, unpack


class ImportForm(forms.Form):
    """A downloaded diary. `diary` is what it holds once the form is valid, `faults` what is wrong with it."""

    file = forms.FileField(
        label=_("The ZIP file that you downloaded"),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip", "class": "form-control"}),
        error_messages={
            "required": _("Choose the file first."),
            "empty": _("This file is empty. Choose the file that you downloaded."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.diary: Diary | None = None
        self.faults: list[str] = []

    def clean_file(self) -> Any:
        upload: Any = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_UPLOAD:
            raise forms.ValidationError(_("The file is too large. Ask whoever runs this tracker."))
        try:
            self.diary = unpack(upload)
        except NotADiary as wrong:
            self.refuse(wrong)
        return upload

    def refuse(self, wrong: NotADiary) -> None:
        """Tell what is wrong with the file: one thing in the form, several in a list."""
        self.faults = [str(fault) for fault in wrong.faults]
        first = self.faults[0] if len(self.faults) == 1 else _("This file cannot be read. See below what is wrong.")
        self.add_error("file", str(first))


class EraseForm(forms.Form):
    """The last word before an account is erased."""

    sure = forms.BooleanField(
        label=_("I have read this. Erase my account and my data."),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Tick the box if you want this.")},
    )
