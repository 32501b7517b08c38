import re
from calendar import monthrange
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from symptoms.followups.actions.injections import MoreSaid
from symptoms.followups.models import Injection
from symptoms.followups.schedule import HIGHEST_NUMBER
from symptoms.lib import clock
from symptoms.sharing.models import Patient

DAYS_BACK: Final = 35
MONTH_OF_YEAR: Final = re.compile(r"(0?[1-9]|1[0-2])\s*[/.\-\s]\s*(20\d\d)", re.ASCII)
MORE: Final = (*("given_by", "device", "batch", "expires_on", "out_of_fridge_at", "medicine_before", "phase"),)
NOT_SAID: Final = ("", _("Not noted"))


class WallClockField(forms.CharField):
    """A day and time as `datetime-local` sends them, without a zone. None where it is empty."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": "moment"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:  # type: ignore[override]
        if isinstance(value, datetime) or value in self.empty_values:
            return value or None
        try:
            said = datetime.fromisoformat(str(value).strip())
        except ValueError:
            said = None
        if said is None or said.tzinfo is not None:
            raise ValidationError(_("Type a day and a time, such as 2026-11-23 18:00."))
        return said


class MonthField(forms.CharField):
    """A month as a carton prints it, such as 07/2027: its last day. None where it is empty."""

    def to_python(self, value: Any) -> date | None:  # type: ignore[override]
        if isinstance(value, date) or value in self.empty_values:
            return value or None
        said = MONTH_OF_YEAR.fullmatch(str(value).strip())
        if said is None:
            raise ValidationError(_("Type the month and the year, such as 07/2027."))
        month, year = int(said[1]), int(said[2])
        return date(year, month, monthrange(year, month)[1])

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%m/%Y}" if isinstance(value, date) else value


def _choice(name: str, choices: Any) -> forms.ChoiceField:
    label = str(getattr(Injection._meta.get_field(name), "verbose_name", name))
    return forms.ChoiceField(label=label, choices=(NOT_SAID, *choices), required=False)


class InjectionForm(forms.Form):
    """Log one shot: first which day, hour, number, how much and where; then, if wanted, what else is known of it."""

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
        help_text=_("Count from the first one. Leave it empty if you do not know."),
    )
    dose = forms.ChoiceField(
        label=_("How much went in?"),
        choices=Injection.Dose.choices,
        widget=forms.RadioSelect,
        initial=Injection.Dose.WHOLE,
        required=False,
    )
    site = forms.ChoiceField(label=_("Where did it go?"), choices=Injection.Site.choices, widget=forms.RadioSelect)
    infection = _choice("infection", Injection.Infection.choices)
    given_by = _choice("given_by", Injection.GivenBy.choices)
    device = _choice("device", Injection.Device.choices)
    batch = forms.CharField(
        label=_("Batch (lot) number"), max_length=40, required=False, help_text=_("It stands on the carton after LOT.")
    )
    expires_on = MonthField(
        label=_("Use by"),
        required=False,
        widget=forms.TextInput(attrs={"class": "narrow"}),
        help_text=_("Month and year, such as 07/2027. It stands after EXP."),
    )
    out_of_fridge_at = WallClockField(
        label=_("Out of the fridge since"),
        required=False,
        help_text=_("The labels allow it once, for at most 7 days, not above 30 °C (86 °F)."),
    )
    medicine_before = forms.CharField(
        label=_("Medicine taken before"),
        max_length=200,
        required=False,
        help_text=_("It is not required. Write it down if you took some."),
    )
    phase = _choice("phase", Injection.Phase.choices)

    def __init__(self, *args: Any, patient: Patient, standing: Injection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient, self.standing = patient, standing
        self.zone = standing.time_zone if standing else patient.time_zone
        self.today = clock.local_day(clock.now(), self.zone)
        days = [self.today - timedelta(days=ago) for ago in range(DAYS_BACK + 1)]
        if standing and (was := standing.at.astimezone(ZoneInfo(self.zone)).date()) not in days:
            days.append(was)
        self.fields["day"].choices = [(day.isoformat(), _day_words(day, self.today)) for day in days]  # type: ignore[attr-defined]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("day", "time", "number", "dose", "infection")]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MORE]

    @property
    def more_is_open(self) -> bool:
        """Say whether the second step is shown at once: it has an error, or something stands in it."""
        return any(field.errors or field.value() for field in self.more_fields)

    @property
    def more(self) -> MoreSaid:
        return MoreSaid(**{one.name: self.cleaned_data[one.name] for one in fields(MoreSaid)})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        cleaned["dose"] = cleaned["dose"] or Injection.Dose.WHOLE
        cleaned["at"] = at = instant(cleaned["day"], cleaned["time"], self.zone)
        others = Injection.objects.filter(patient=self.patient, at=at).exclude(pk=getattr(self.standing, "pk", None))
        if at > clock.now():
            self.add_error("time", _("This is still to come. Log the shot when it is done."))
        elif others.exists():
            raise ValidationError(_("A shot at this time is in your list already."))
        if said := cleaned["out_of_fridge_at"]:
            cleaned["out_of_fridge_at"] = out = instant(said.date(), said.time(), self.zone)
            if out > at:
                self.add_error("out_of_fridge_at", _("This is after the shot. Check the day and the time."))
        return cleaned


def standing_values(injection: Injection) -> dict[str, Any]:
    """Return what a form starts from to change a shot, on the clock of the place where it was given."""
    zone = ZoneInfo(injection.time_zone)
    at, out = injection.at.astimezone(zone), injection.out_of_fridge_at
    values = {one.name: getattr(injection, one.name) for one in fields(MoreSaid)}
    wall = out.astimezone(zone).replace(tzinfo=None) if out else None
    first = {"day": at.date().isoformat(), "time": at.time(), "number": injection.number, "site": injection.site}
    return {**values, **first, "out_of_fridge_at": wall}


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
