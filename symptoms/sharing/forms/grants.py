"""What a patient says about sharing: which kinds, with whom, for how long. Whatever else is posted is not read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from symptoms.lib import clock
from symptoms.lib.words import Words
from symptoms.sharing.models import NOTICE_HOURS, Clinic, Grant, Invitation, Kind, Patient

# Days that a share lasts; an empty one lasts until the patient stops it.
LASTS: Final = (
    ("", gettext_lazy("Until I stop it")),
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("One year")),
)
KEEP: Final = "keep"
NOT_AT_ALL: Final = ""
# Nobody but the tracker makes a report.
ADDABLE: Final = [kind for kind in Kind if kind != Kind.REPORTS]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind on the page, and what is ticked of it. `adds` is None where nobody may add it."""

    kind: str
    name: Words
    reads: bool
    adds: bool | None


class KindsForm(forms.Form):
    """Which kinds may be read and added, and for how long. Nothing is ticked unless the patient ticks it."""

    may_add = True

    reads = forms.MultipleChoiceField(choices=Kind.choices, required=False)
    adds = forms.MultipleChoiceField(choices=[(kind.value, kind.label) for kind in ADDABLE], required=False)
    lasts = forms.ChoiceField(
        label=gettext_lazy("For how long?"),
        choices=LASTS,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        if not self.may_add:
            del self.fields["adds"]

    @property
    def rows(self) -> list[Row]:
        reads = self["reads"].value() or []
        adds = (self["adds"].value() or []) if self.may_add else []
        return [
            Row(kind.value, kind.label, kind in reads, kind in adds if self.may_add and kind in ADDABLE else None)
            for kind in Kind
        ]

    def clean_lasts(self) -> datetime | None:
        days = self.cleaned_data["lasts"]
        if not days:
            return None
        zone = self.patient.time_zone
        return clock.end_of_day(clock.local_day(clock.now(), zone) + timedelta(days=int(days)), zone)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        reads, adds = set(said.get("reads") or ()), set(said.get("adds") or ())
        if "reads" in said and not reads:
            self.add_error("reads", _("Tick at least one thing that they may see."))
        elif adds - reads:
            names = ", ".join(str(kind.label) for kind in Kind if kind in adds - reads)
            self.add_error("reads", _("To add it, they must also see it: %(names)s.") % {"names": names})
        elif Kind.NOTES in adds and Kind.SYMPTOMS not in adds:
            self.add_error("reads", _("A note belongs to an entry. To add notes, they must also add symptoms."))
        return said

    @property
    def scopes(self) -> dict[str, Any]:
        """Return what was said, as the actions take it."""
        said = self.cleaned_data
        return {"reads": said["reads"], "adds": said.get("adds", ()), "ends_at": said["lasts"]}


class InviteForm(KindsForm):
    """Invite somebody by e-mail, or by a code. Whether an account has that address, nobody is told."""

    field_order = ("way", "email", "for_whom", "reads", "adds", "lasts")  # as on the page

    way = forms.ChoiceField(label=gettext_lazy("How?"), choices=Invitation.Way.choices, initial=Invitation.Way.EMAIL)
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        help_text=gettext_lazy("Only an account with this address can accept, within a week."),
        required=False,
        error_messages={"required": gettext_lazy("Type their e-mail address, or choose a code.")},
    )
    for_whom = forms.CharField(
        label=gettext_lazy("With a code: who is it for?"),
        help_text=gettext_lazy("A word for your own list. You see who typed the code, and say yes or no."),
        required=False,
        max_length=80,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = self["way"].value() == Invitation.Way.EMAIL

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        by_mail = said.get("way") == Invitation.Way.EMAIL
        if by_mail and said.get("email", "").lower() == self.patient.user.email.lower():
            self.add_error("email", _("This is your own address. Type the address of the person you want to invite."))
        return said


class ClinicShareForm(KindsForm):
    """Share with a clinic from the list, never with one of its people."""

    may_add = False
    field_order = ("clinic", "reads", "lasts")  # as on the page

    clinic = forms.ModelChoiceField(
        label=gettext_lazy("Which clinic?"),
        queryset=Clinic.objects.order_by("name", "pk"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose a clinic.")},
    )


class GrantForm(KindsForm):
    """Change what somebody who is in already may see and add, until when, and whether they are told of bad days.

    A clinic is told of flags, and who reads no symptoms is told nothing: to these, `notice` is not offered.
    """

    notice = forms.TypedChoiceField(
        choices=[(NOT_AT_ALL, gettext_lazy("Not at all")), *NOTICE_HOURS], coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        self.may_add = grant.clinic_id is None
        self.ends_at = grant.ends_at
        initial: dict[str, Any] = {"reads": grant.reads, "adds": grant.adds, "lasts": KEEP if grant.ends_at else ""}
        initial["notice"] = NOT_AT_ALL if grant.notice_hours is None else grant.notice_hours
        super().__init__(*args, patient=grant.patient, initial=initial, **kwargs)
        if grant.clinic_id or Kind.SYMPTOMS not in grant.reads:
            del self.fields["notice"]
        else:
            told = _("Tell %(name)s when an entry says to get help")
            self.fields["notice"].label = told % {"name": grant.user}
        if grant.ends_at:
            day = date_format(clock.local_day(grant.ends_at, grant.patient.time_zone), "j F Y")
            keep = (KEEP, _("Until %(day)s, as now") % {"day": day})
            self.fields["lasts"].choices = [keep, *LASTS]  # type: ignore[attr-defined]

    def clean_lasts(self) -> datetime | None:
        return self.ends_at if self.cleaned_data["lasts"] == KEEP else super().clean_lasts()

    @property
    def told_after(self) -> int | None:
        """Return after how many hours they are told; None: not at all, also where symptoms are shared no longer."""
        return self.cleaned_data.get("notice") if Kind.SYMPTOMS in self.cleaned_data["reads"] else None


class CodeForm(forms.Form):
    """The code of an invitation, as it was read aloud or pasted from the mail."""

    code = forms.CharField(
        label=gettext_lazy("The code"), max_length=100, error_messages={"required": gettext_lazy("Type the code.")}
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not code.isascii() or not code.isprintable():
            raise ValidationError(_("A code has only letters and figures."))
        return code
