"""The log page as a form: what was ticked brings its own grade and questions along."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid
from symptoms.diary.forms.cards import Asked, Card, shown
from symptoms.diary.forms.fields import (
    AnswerField,
    DayField,
    GradeField,
    MinutesField,
    WordsField,
    day_choices,
    slugs_in,
    uuid_in,
    without_unseen,
)
from symptoms.diary.forms.temperature import Option, options_for, settle
from symptoms.diary.forms.words import EMERGENCY, NO, Suggestion, left_behind, suggestions
from symptoms.diary.models import Entry
from symptoms.diary.notes import found_in, kept, read_to_keep
from symptoms.diary.questions import QUESTIONS, TEMPERATURE, Question
from symptoms.lib.units import Reading, read_temperature, unit_of
from symptoms.sharing.models import Patient

NOTE_MOST: Final = 5000


class LogForm(forms.Form):
    """What one person says about one day. Without `data` it shows `initial`: a draft, or the entry `of`.

    Where something ticked is an emergency by itself, nothing else may hold the entry up: a field that
    cannot be read is left out, and `left_out` names it. `suggestions` are what its note tells besides.
    """

    temperature = WordsField(gettext_lazy("Temperature"))
    temperature_unit = forms.ChoiceField(required=False, choices=User.TemperatureUnit.choices)
    temperature_meant = WordsField()
    note = WordsField(gettext_lazy("Note"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        patient: Patient,
        today: date,
        initial: Mapping[str, Any] | None = None,
        of: Entry | None = None,
        by_patient: bool = True,
    ) -> None:
        unit = patient.user.temperature_unit
        super().__init__(data, initial={"day": today.isoformat(), "temperature_unit": unit, **(initial or {})})
        self.of = of
        self.today = today
        self.left_out: list[str] = []
        self.days = day_choices(today, also=of.day if of else None)
        self.fields["day"] = DayField(self.days)
        self.by_patient = of.by_patient if of else by_patient
        self.asked = set(data.getlist("asked")) if data is not None else set()
        self._take_up(data.getlist("s") if data is not None else self.initial.get("s", []))

    def _take_up(self, ticked: list[str]) -> None:
        """Find out what is ticked and what the note tells, and add the fields of both."""
        said = self.data if self.is_bound else self.initial
        note = without_unseen(str(said.get("note") or "")).strip()[:NOTE_MOST]
        found = kept(read_to_keep(note, by_patient=self.by_patient) or ())
        told = {one.symptom for one in found}
        kept_cards = [slug for slug in slugs_in(left_behind(said)) if slug not in told]
        known = _symptoms([*slugs_in(ticked), *told, *kept_cards])
        self.unknown = len(set(ticked) - known.keys())
        self.suggestions = suggestions(found, note, said, known)
        taken = {one.slug for one in self.suggestions if one.is_taken}.union(ticked, kept_cards)
        proposed = {one.slug for one in self.proposals if not one.is_dismissed}
        self.symptoms = [known[slug] for slug in known if slug in taken]
        self.carded = [known[slug] for slug in known if slug in taken | proposed]
        for symptom in self.carded:
            self._add_fields(symptom)

    def _add_fields(self, symptom: Symptom) -> None:
        self.fields[f"grade-{symptom.slug}"] = GradeField(symptom.name)
        for question in _questions(symptom):
            field = AnswerField(question) if question.choices else MinutesField(question)
            self.fields[f"{question.key}-{symptom.slug}"] = field

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        over = len(note) - NOTE_MOST
        if over <= 0:
            return note
        if self.is_urgent:
            self.left_out.append(_("the end of your note"))
            return note[:NOTE_MOST]
        raise ValidationError(
            ngettext(
                "Your note is %(over)d sign too long. Please shorten it.",
                "Your note is %(over)d signs too long. Please shorten it.",
                over,
            )
            % {"over": over}
        )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        try:
            said["reading"] = settle(
                str(said.get("temperature") or ""),
                unit_of(str(said.get("temperature_unit") or "")),
                str(said.get("temperature_meant") or ""),
            )
        except ValidationError as doubt:
            self.add_error("temperature", doubt)
        if self.unknown:
            self.add_error(None, _("We do not know one of the things you ticked. Please look again."))
        if self.is_urgent:
            self._leave_out_what_is_wrong()
        if not (self.errors or self.of or self._says_something()):
            self.add_error(None, _("Nothing is filled in yet. Tick what you feel."))
        return said

    def _leave_out_what_is_wrong(self) -> None:
        for name in list(self.errors):
            del self.errors[name]
            self.cleaned_data[name] = self.today if name == "day" else None
            self.left_out.append(str(self.fields[name].label) if name in self.fields else _("one of the ticks"))

    def _says_something(self) -> bool:
        said = self.cleaned_data
        return bool(self.symptoms or said.get("note", "").strip() or said.get("reading"))

    @property
    def is_urgent(self) -> bool:
        """Say whether something ticked, or told in the note, is an emergency by itself."""
        ticked = any(symptom.home_tier == EMERGENCY for symptom in self.symptoms)
        return ticked or any(one.is_emergency for one in self.suggestions)

    @property
    def proposals(self) -> list[Suggestion]:
        """What was found in the note and is not put as a question."""
        return [one for one in self.suggestions if not one.asks]

    @property
    def asks(self) -> bool:
        """Say whether grades are to be asked for before saving: once, and never in an emergency."""
        if not self.is_bound or self.errors or self.is_urgent:
            return False
        return any(
            symptom.slug not in self.asked and not self.data.get(f"grade-{symptom.slug}") for symptom in self.symptoms
        )

    @property
    def slugs(self) -> frozenset[str]:
        return frozenset(symptom.slug for symptom in self.symptoms)

    @property
    def cards(self) -> list[Card]:
        """A card for each symptom that is ticked or proposed."""
        return [self._card(symptom) for symptom in self.carded]

    def _card(self, symptom: Symptom) -> Card:
        asked = [Asked(question, shown(self[f"{question.key}-{symptom.slug}"])) for question in _questions(symptom)]
        return Card(symptom.slug, symptom.name, shown(self[f"grade-{symptom.slug}"]), asked)

    @property
    def wants_temperature(self) -> bool:
        """Say whether the temperature stands open: something ticked asks for it, or it is filled in."""
        return bool(self["temperature"].value()) or any(TEMPERATURE in symptom.questions for symptom in self.symptoms)

    @property
    def temperature_options(self) -> list[Option]:
        text = str(self["temperature"].value() or "")
        return options_for(text, unit_of(str(self["temperature_unit"].value() or "")))

    @cached_property
    def key(self) -> UUID:
        """The idempotency key that was made when the page was drawn, or a new one."""
        return uuid_in(self.data.get("key") if self.is_bound else self.initial.get("key")) or uuid4()

    def said(self) -> EntrySaid:
        """Return what a valid form says."""
        reading: Reading | None = self.cleaned_data.get("reading")
        return EntrySaid(
            day=self.cleaned_data["day"],
            reports=[self._report(symptom) for symptom in self.symptoms],
            temperature_c=reading.celsius if reading else None,
            temperature_typed=str(reading) if reading else self._unread_temperature(),
            note=self.cleaned_data["note"].strip(),
            dismissed=[one.slug for one in self.suggestions if one.is_dismissed and one.slug not in self.slugs],
        )

    def _report(self, symptom: Symptom) -> ReportSaid:
        said = self.cleaned_data
        answers = {question.key: said.get(f"{question.key}-{symptom.slug}") for question in _questions(symptom)}
        if answers.get("side") == "unsure":
            del answers["side"]
        return ReportSaid(
            symptom=symptom,
            grade=said.get(f"grade-{symptom.slug}"),
            answers={key: answer for key, answer in answers.items() if answer not in (None, "")},
        )

    def _unread_temperature(self) -> str:
        text = without_unseen(self.data.get("temperature", "")).strip()
        return f"{text[:9]} ?" if text else ""


def initial_from(entry: Entry) -> dict[str, Any]:
    """Return the fields of the log page as `entry` filled them in. Needs its reports with their symptoms."""
    fields: dict[str, Any] = {"s": [], "day": entry.day.isoformat(), "note": entry.note}
    fields.update(_temperature_from(entry))
    for one in found_in(entry) or ():
        if one.symptom in entry.note_dismissed:
            fields |= {f"found-{one.symptom}": NO, f"told-{one.symptom}": one.told(entry.note)}
    for report in entry.reports.all():
        slug = report.symptom.slug
        fields["s"].append(slug)
        fields[f"grade-{slug}"] = "unsure" if report.grade is None else str(report.grade)
        fields.update({f"{key}-{slug}": answer for key, answer in report.answers.items()})
    return fields


def _temperature_from(entry: Entry) -> dict[str, str]:
    typed = entry.temperature_typed
    if entry.temperature_c is None:
        return {"temperature": typed.removesuffix(" ?")} if typed else {}
    reading = read_temperature(typed) or Reading(entry.temperature_c, "C")
    number, _space, unit = str(reading).partition(" ")
    return {"temperature": number, "temperature_unit": unit, "temperature_meant": str(reading)}


def _symptoms(slugs: list[str]) -> dict[str, Symptom]:
    """Return the symptoms of these slugs in the catalogue's order, retired ones too: a page may be old."""
    found = Symptom.objects.filter(slug__in=slugs).order_by("position") if slugs else ()
    return {symptom.slug: symptom for symptom in found}


def _questions(symptom: Symptom) -> list[Question]:
    return [QUESTIONS[key] for key in symptom.questions if key in QUESTIONS]
