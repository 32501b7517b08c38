"""What was set of one patient, as the page tells it: what stands, who set it and why, and what changed."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Grade
from symptoms.lib import clock
from symptoms.lib.units import Unit, temperature_words, unit_of
from symptoms.lib.words import Words
from symptoms.sharing.models import Clinic, Patient
from symptoms.sharing.selectors import clinic_between
from symptoms.triage.actions.settings import KINDS, RulesSaid, rules_of
from symptoms.triage.engine.assess import FAULTS
from symptoms.triage.models import ExpectedLevel, SettingChange, TriageSettings, UsualSymptom
from symptoms.triage.ruleset import live_rules
from symptoms.triage.words import basis_words, source_words

log = logging.getLogger(__name__)
Kind: Final = SettingChange.Kind
CHANGES_SHOWN: Final = 20
# What each setting does, in one sentence, and the rule by which it does it: that rule's sources are told.
DOES: Final[dict[str, tuple[str, Words]]] = {
    Kind.STRICT_MODE: (
        "P01-infection-any",
        gettext_lazy(
            "On: signs of a cold, a cough of any length and new mild nerve signs ask for a call today. "
            "Off: they ask for one within 1 to 2 days."
        ),
    ),
    Kind.FEVER: (
        "S03-fever",
        gettext_lazy("A temperature from here on is a fever and asks for a call today. It can be set lower than 38."),
    ),
    Kind.COUGH: (
        "P02-cough-persistent",
        gettext_lazy("A cough on so many days in a row asks for a call within 1 to 2 days."),
    ),
    Kind.HEPATITIS_B: (
        "S12-hbv",
        gettext_lazy("After a past hepatitis B, tiredness that gets worse asks for a call today."),
    ),
    Kind.RELAPSES: (
        "P05-relapse",
        gettext_lazy("In the 30 days after a relapse began, nerve signs are not read as a new relapse."),
    ),
    Kind.USUAL: (
        "B00-own-tier",
        gettext_lazy(
            "A usual symptom at its usual level is no reason to call by itself. "
            "Worse than usual is, and emergency signs are always told."
        ),
    ),
    Kind.EXPECTED: (
        "PRO1-severe-or-jump",
        gettext_lazy(
            "Up to this level, “severe” or “much worse” alone asks for no call. "
            "Emergency and same-day rules speak as always, and so does “it is urgent for me”."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what stands, what it does, what that rests on, and the newest change of it."""

    name: str
    value: str
    does: str
    basis: str
    last: SettingChange | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change in words."""

    what: str
    row: SettingChange


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """All that was set of one patient. `clinic` is the reader's own that reads this diary, if any."""

    settings: list[Setting]
    usual: list[UsualSymptom]
    usual_does: str
    usual_basis: str
    expected: list[ExpectedLevel]
    expected_does: str
    expected_basis: str
    changes: list[Change]
    clinic: Clinic | None


def settings_for_page(patient: Patient, *, reader: User, hide: Collection[str] = ()) -> SettingsPage:
    """Return all that the page shows, but for the kinds to `hide`. Six queries, however much was set or changed."""
    today = clock.local_day(clock.now(), patient.time_zone)
    unit = unit_of(reader.temperature_unit)
    levels = {"patient": patient.pk}
    return SettingsPage(
        settings=_settings(patient, rules_of(patient), unit, hide),
        usual=list(_levels(UsualSymptom).filter(**levels)),
        usual_does=str(DOES[Kind.USUAL][1]),
        usual_basis=_basis(Kind.USUAL),
        expected=list(_levels(ExpectedLevel).filter(**levels, last_day__gte=today).order_by("last_day", "pk")),
        expected_does=str(DOES[Kind.EXPECTED][1]),
        expected_basis=_basis(Kind.EXPECTED),
        changes=[Change(_change_words(row, unit), row) for row in _changes(patient, hide)],
        clinic=clinic_between(patient, reader),
    )


def standing_words(said: RulesSaid, *, reader: User) -> list[dict[str, Words]]:
    """Return what stands as pairs of term and text, for a page that was opened before it changed."""
    unit = unit_of(reader.temperature_unit)
    return [{"term": kind.label, "text": value_words(kind, getattr(said, name), unit)} for name, kind in KINDS.items()]


def value_words(kind: str, value: Any, unit: Unit) -> str:
    """Say the value of one setting, as it stands or as a change kept it."""
    return _VALUE_WORDS[kind](value, unit)


def _fever_words(value: Any, unit: Unit) -> str:
    return temperature_words(Decimal(str(value)), "", unit)


def _cough_words(value: Any, unit: Unit) -> str:
    return ngettext("%(days)s day", "%(days)s days", int(value)) % {"days": value}


def _relapse_words(value: Any, unit: Unit) -> str:
    days = [date.fromisoformat(str(day)) for day in value]
    return get_text_list([date_format(day, "j F Y") for day in days], _("and")) or _("None on record")


_VALUE_WORDS: Final[dict[str, Callable[[Any, Unit], str]]] = {
    Kind.STRICT_MODE: lambda value, unit: _("On") if value else _("Off"),
    Kind.FEVER: _fever_words,
    Kind.COUGH: _cough_words,
    Kind.HEPATITIS_B: lambda value, unit: str(TriageSettings.HepatitisB(value).label),
    Kind.RELAPSES: _relapse_words,
}


def _settings(patient: Patient, said: RulesSaid, unit: Unit, hide: Collection[str]) -> list[Setting]:
    rows = SettingChange.objects.filter(patient=patient.pk, kind__in=KINDS.values())
    newest = {row.kind: row for row in rows.order_by("kind", "-at", "-pk").distinct("kind").select_related("by")}
    return [
        Setting(
            name=str(kind.label),
            value=value_words(kind, getattr(said, name), unit),
            does=str(DOES[kind][1]),
            basis=_basis(kind),
            last=newest.get(kind),
        )
        for name, kind in KINDS.items()
        if kind not in hide
    ]


def _levels(model: type[UsualSymptom | ExpectedLevel]) -> Any:
    return model.objects.standing().select_related("symptom", "set_by").order_by("symptom__position")


def _changes(patient: Patient, hide: Collection[str]) -> Any:
    name = Symptom.objects.filter(slug=OuterRef("about")).values("name")[:1]
    rows = SettingChange.objects.filter(patient=patient.pk).exclude(kind__in=hide).annotate(symptom=Subquery(name))
    return rows.select_related("by")[:CHANGES_SHOWN]


def _change_words(row: SettingChange, unit: Unit) -> str:
    said = {"name": getattr(row, "symptom", None) or row.about}
    if row.kind == Kind.USUAL:
        if row.becomes is None:
            return _("%(name)s: no longer on the usual list") % said
        return _("%(name)s: on the usual list, %(grade)s") % {**said, "grade": _grade_words(row.becomes["grade"])}
    if row.kind == Kind.EXPECTED:
        if row.becomes is None:
            return _("%(name)s: expected no longer") % said
        until = date_format(date.fromisoformat(row.becomes["until"]), "j F Y")
        told = _("%(name)s: expected up to %(grade)s until %(until)s")
        return told % {**said, "grade": _grade_words(row.becomes["grade"]), "until": until}
    values = {"was": value_words(row.kind, row.was, unit), "now": value_words(row.kind, row.becomes, unit)}
    return _("%(name)s: was %(was)s, is %(now)s") % {"name": row.get_kind_display(), **values}


def _grade_words(grade: int | None) -> str:
    return _("the diary tells the level") if grade is None else str(Grade(grade).label).lower()


def _basis(kind: str) -> str:
    """Say which rule a setting belongs to and what it rests on; empty where the rules cannot be read."""
    try:
        rule = live_rules()[DOES[kind][0]]
    except (OSError, *FAULTS):
        log.exception("the rules could not be read; the page of settings names no sources")
        return ""
    told = _("Rule %(rule)s. It rests on %(basis)s: %(source)s.")
    return told % {"rule": rule.id, "basis": basis_words(rule.basis), "source": source_words(rule.source)}
