"""The page of one blood draw: many values at once, each with its unit and the lab's range, doubted where it is odd."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from symptoms.followups.actions.results import ResultSaid
from symptoms.followups.blood.catalogue import Analyte, Test, Unit, catalogue
from symptoms.followups.blood.typed import Value, fits, is_plausible, meant, plain, read_value
from symptoms.followups.models import Result
from symptoms.lib import clock
from symptoms.sharing.models import Patient

TYPED: Final = 40
# What labs of the United States print, where the file has it.
US_UNITS: Final = ("mg/dL", "10*3/uL")


@dataclass(frozen=True, slots=True)
class Row:
    """The boxes of one value, and the answers to choose from where it was doubted: (key, words)."""

    analyte: Analyte
    value: BoundField
    unit: BoundField | None
    lower: BoundField | None
    upper: BoundField | None
    answers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Group:
    test: Test
    is_open: bool
    rows: list[Row]


class ResultsForm(forms.Form):
    """The values of one draw. `said` holds what is to be saved once the form is valid.

    A value outside what is plausible is an error with answers: what else it may be, or just what was typed.
    """

    taken_on = forms.DateField(
        label=_("On which day was the blood taken?"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control narrow"}, format="%Y-%m-%d"),
        help_text=_("The day of the blood draw, not the day of the letter."),
        error_messages=dict.fromkeys(("required", "invalid"), _("Type the day on which the blood was taken.")),
    )

    def __init__(
        self, *args: Any, patient: Patient, wanted: Collection[str] = (), only: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        self.only = only
        self.wanted = set(wanted)
        self.said: list[ResultSaid] = []
        self.doubts: dict[str, list[tuple[str, str]]] = {}
        self.fields["taken_on"].widget.attrs["max"] = clock.local_day(clock.now(), patient.time_zone).isoformat()
        units = self._units_used()
        for analyte in self.analytes:
            self._add_boxes(analyte, units.get(analyte.slug, ""))
        if only:
            del self.fields["taken_on"]

    @property
    def analytes(self) -> list[Analyte]:
        known = catalogue().analytes
        return [known[self.only]] if self.only else list(known.values())

    @property
    def groups(self) -> Iterator[Group]:
        for test in catalogue().tests.values():
            rows = [self._row(catalogue().analytes[slug]) for slug in test.analytes if f"{slug}-value" in self.fields]
            filled = any(row.value.value() or row.value.errors for row in rows)
            if rows:
                yield Group(test, bool(self.only or filled or test.slug in self.wanted), rows)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for analyte in self.analytes:
            read = self._read_found if analyte.says_found else self._read
            said = read(analyte, cleaned)
            if said is not None:
                self.said.append(said)
        if not self.said and not self.errors:
            self.add_error(None, _("Fill in one result at least."))
        return cleaned

    def _units_used(self) -> dict[str, str]:
        """Return the unit of the newest result of each kind: a lab keeps its units."""
        rows = Result.objects.live().filter(patient=self.patient).order_by("taken_on")
        return dict(rows.values_list("analyte", "unit"))

    def _add_boxes(self, analyte: Analyte, used: str) -> None:
        slug, name = analyte.slug, analyte.name
        if analyte.says_found:
            choices = [("", "-"), *((key, label) for key, label in Result.Found.choices if key)]
            box: forms.Field = forms.ChoiceField(label=name, choices=choices, required=False)
            box.widget.attrs["class"] = "form-select"
            self.fields[f"{slug}-value"] = box
            return
        number = {"class": "form-control", "inputmode": "decimal", "autocomplete": "off"}
        self.fields[f"{slug}-value"] = _box(name, number)
        self.fields[f"{slug}-unit"] = forms.ChoiceField(
            label=translate("Unit"),
            choices=[(unit.ucum, unit.shown) for unit in analyte.units],
            initial=used or self._usual_unit(analyte),
            required=False,
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields[f"{slug}-lower"] = _box(translate("Range from"), number)
        self.fields[f"{slug}-upper"] = _box(translate("Range to"), number)
        self.fields[f"{slug}-sure"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def _usual_unit(self, analyte: Analyte) -> str:
        if self.patient.country == "US":
            return next((unit.ucum for unit in analyte.units if unit.ucum in US_UNITS), analyte.units[0].ucum)
        return analyte.units[0].ucum

    def _row(self, analyte: Analyte) -> Row:
        slug = analyte.slug
        unit, lower, upper = (
            self[f"{slug}-{name}"] if f"{slug}-{name}" in self.fields else None for name in ("unit", "lower", "upper")
        )
        return Row(analyte, self[f"{slug}-value"], unit, lower, upper, self.doubts.get(slug, []))

    def _read_found(self, analyte: Analyte, cleaned: dict[str, Any]) -> ResultSaid | None:
        found = cleaned.get(f"{analyte.slug}-value", "")
        return ResultSaid(analyte.slug, found, found=found) if found else None

    def _read(self, analyte: Analyte, cleaned: dict[str, Any]) -> ResultSaid | None:
        slug, typed = analyte.slug, cleaned.get(f"{analyte.slug}-value", "")
        unit = analyte.unit(cleaned.get(f"{slug}-unit", "")) or analyte.units[0]
        limits = [self._limit(f"{slug}-{name}", cleaned) for name in ("lower", "upper")]
        if not typed:
            if any(limit is not None for limit in limits):
                self.add_error(f"{slug}-value", _("You typed a range and no result. Type the result too."))
            return None
        value = read_value(typed)
        if value is None:
            told = translate("Type the %(what)s result as a number, such as 4.2, 4,2 or <0.1.")
            self.add_error(f"{slug}-value", told % {"what": analyte.name})
            return None
        if limits[0] is not None and limits[1] is not None and limits[0] > limits[1]:
            self.add_error(f"{slug}-lower", _("The range begins above its end. Look at the two numbers again."))
            return None
        return self._sure(analyte, typed, value, unit, limits, cleaned.get(f"{slug}-sure", ""))

    def _limit(self, name: str, cleaned: dict[str, Any]) -> Decimal | None:
        typed = cleaned.get(name, "")
        if not typed:
            return None
        value = read_value(typed)
        if value is None or value.comparator == ">":
            self.add_error(name, _("Type a limit of the lab's range as a number, or leave it empty."))
            return None
        return value.number

    def _sure(
        self, analyte: Analyte, typed: str, value: Value, unit: Unit, limits: list[Decimal | None], answer: str
    ) -> ResultSaid | None:
        """Return what is to be saved, or doubt it: an answer counts for just what was typed when it was asked."""
        chosen: tuple[Value, Unit] | None = (value, unit)
        is_odd = not is_plausible(value, unit, analyte)
        if is_odd or not fits(value, *limits):
            asked = "|".join([typed, unit.ucum, *(str(limit or "") for limit in limits)])
            answers = {f"{asked}|as-typed": (value, unit)}
            for one, other in meant(value, unit, analyte) if is_odd else ():
                answers[f"{asked}|{one.number}|{other.ucum}"] = (one, other)
            chosen = answers.get(answer)
            if chosen is None:
                self._doubt(analyte, value, unit, answers, is_odd=is_odd)
                return None
        sure, sure_unit = chosen or (value, unit)
        return ResultSaid(
            analyte.slug, typed, sure.number, sure.comparator, sure_unit.ucum, lower=limits[0], upper=limits[1]
        )

    def _doubt(
        self, analyte: Analyte, value: Value, unit: Unit, answers: dict[str, tuple[Value, Unit]], *, is_odd: bool
    ) -> None:
        words = {key: _words(one, other) for key, (one, other) in answers.items()}
        as_typed = next(iter(words))
        told = translate("%(value)s, just as I typed it") if is_odd else translate("%(value)s, and the range is right")
        words[as_typed] = told % {"value": words[as_typed]}
        self.doubts[analyte.slug] = list(words.items())
        if is_odd:
            told = translate("%(what)s: is %(value)s right? It is not often seen. Choose below what the lab wrote.")
        else:
            told = translate(
                "%(what)s: %(value)s and the range of the lab are far apart. Is a point missing, or is the range in "
                "another unit? Put it right, or choose the answer below."
            )
        self.add_error(f"{analyte.slug}-value", told % {"what": analyte.name, "value": _words(value, unit)})


def initial_of(result: Result) -> dict[str, Any]:
    """Return what the boxes of a result show when it is to be changed: what was typed, if that is what stands."""
    slug = result.analyte
    if result.value is None:
        return {f"{slug}-value": result.found}
    typed = read_value(result.typed)
    same = typed is not None and typed.number == result.value
    limits = {
        name: "" if (limit := getattr(result, name)) is None else str(plain(limit)) for name in ("lower", "upper")
    }
    return {
        f"{slug}-value": result.typed if same else f"{result.comparator}{plain(result.value)}",
        f"{slug}-unit": result.unit,
        **{f"{slug}-{name}": limit for name, limit in limits.items()},
    }


def _box(label: str, attrs: dict[str, str]) -> forms.CharField:
    return forms.CharField(label=label, max_length=TYPED, required=False, widget=forms.TextInput(attrs=dict(attrs)))


def _words(value: Value, unit: Unit) -> str:
    return f"{value} {unit.shown}"
