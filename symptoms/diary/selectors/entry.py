from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import snapshot
from symptoms.diary.models import Entry, EntryPhoto
from symptoms.diary.questions import QUESTIONS, answer_words
from symptoms.diary.selectors.cut import cut_said
from symptoms.lib.units import Unit, temperature_words
from symptoms.lib.words import GRADES, Words
from symptoms.sharing.scope import Scope

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One symptom of an entry: its name, its grade, and (question, answer) pairs in words."""

    name: str
    grade: int | None
    answers: list[tuple[Words, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody changed in an entry, and when: one sentence for each thing."""

    at: datetime
    who: User
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """An entry in words, and its history, the newest change first."""

    lines: list[Line]
    temperature: str
    unread_temperature: str
    history: list[Change]
    photos: list[EntryPhoto]


def entry_for_page(entry: Entry, *, unit: Unit, scope: Scope) -> EntryPage:
    """Return what `entry` says and said before, of the kinds in `scope`: one query, three where it was changed.

    One more for its photos, where the reader may see them. Their bytes are not read.
    """
    reports = list(entry.reports.all())
    unread = entry.temperature_typed if entry.temperature_c is None else ""
    return EntryPage(
        lines=[Line(one.symptom.name, one.grade, _answers(one.answers)) for one in reports],
        temperature=temperature_words(entry.temperature_c, entry.temperature_typed, unit),
        unread_temperature=unread.removesuffix(" ?"),
        history=_history(entry, unit, scope),
        photos=photos_of(entry) if scope.photos else [],
    )


def photos_of(entry: Entry) -> list[EntryPhoto]:
    """Return the photos of an entry with who added each, in the order in which they came: one query, no bytes."""
    return list(EntryPhoto.objects.filter(entry=entry).select_related("author").in_order())


def _history(entry: Entry, unit: Unit, scope: Scope) -> list[Change]:
    versions = list(entry.versions.select_related("replaced_by"))
    if not versions:
        return []
    now, before = cut_said(snapshot(entry), scope), [cut_said(version.said, scope) for version in versions]
    told = [now, *before]
    slugs = {slug for said in told for slug in (*_by_symptom(said), *said.get("dismissed", ()))}
    names = dict(Symptom.objects.filter(slug__in=slugs).values_list("slug", "name"))
    changes, after = [], now
    for version, said in zip(versions, before, strict=True):
        if sentences := changed_words(said, after, names, unit):
            changes.append(Change(version.replaced_at, version.replaced_by, sentences))
        after = said
    return changes


def changed_words(before: Said, after: Said, names: Mapping[str, str], unit: Unit) -> list[str]:
    """Say what differs between two snapshots, a sentence for each thing."""
    sentences = []
    if before["day"] != after["day"]:
        sentences.append(_("Day: %(old)s, now %(new)s.") % {"old": _day(before), "new": _day(after)})
    sentences += _changed_reports(_by_symptom(before), _by_symptom(after), names)
    old, new = _temperature(before, unit), _temperature(after, unit)
    if old != new:
        sentences.append(_("Temperature: %(old)s, now %(new)s.") % {"old": old, "new": new})
    if before["note"] != after["note"]:
        sentences.append(_("The note was: “%(old)s”") % {"old": before["note"] or _("empty")})
    return sentences + _changed_answers(set(before.get("dismissed", ())), set(after.get("dismissed", ())), names)


def _changed_answers(before: Set[str], after: Set[str], names: Mapping[str, str]) -> list[str]:
    """Say what was taken back of what the note told, or stands again."""
    back = [_("Not meant in the note: %(name)s.") % {"name": names.get(slug, slug)} for slug in sorted(after - before)]
    again = [_("Meant in the note: %(name)s.") % {"name": names.get(slug, slug)} for slug in sorted(before - after)]
    return back + again


def _changed_reports(before: Said, after: Said, names: Mapping[str, str]) -> list[str]:
    sentences = []
    for slug in dict.fromkeys([*before, *after]):
        words = {"name": names.get(slug, slug)}
        if slug not in after:
            sentences.append(_("Taken out: %(name)s (%(old)s).") % {**words, "old": _grade(before[slug])})
        elif slug not in before:
            sentences.append(_("Added: %(name)s (%(new)s).") % {**words, "new": _grade(after[slug])})
        elif before[slug]["grade"] != after[slug]["grade"]:
            old, new = _grade(before[slug]), _grade(after[slug])
            sentences.append(_("%(name)s: %(old)s, now %(new)s.") % {**words, "old": old, "new": new})
        if slug in before and slug in after and before[slug]["answers"] != after[slug]["answers"]:
            old = ", ".join(f"{question} {answer}" for question, answer in _answers(before[slug]["answers"]))
            sentences.append(_("%(name)s, answers before: %(old)s.") % {**words, "old": old or _("none")})
    return sentences


def _answers(answers: Mapping[str, str | int]) -> list[tuple[Words, str]]:
    return [(question.words, answer_words(key, answers[key])) for key, question in QUESTIONS.items() if key in answers]


def _by_symptom(said: Said) -> dict[str, Any]:
    return {one["symptom"]: one for one in said["reports"]}


def _grade(report: Said) -> str:
    return _("not rated") if report["grade"] is None else str(GRADES[report["grade"]].word)


def _day(said: Said) -> str:
    return date_format(date.fromisoformat(said["day"]), "l j F Y")


def _temperature(said: Said, unit: Unit) -> str:
    celsius = said["temperature_c"]
    words = temperature_words(Decimal(celsius) if celsius else None, said["temperature_typed"], unit)
    return words or said["temperature_typed"].removesuffix(" ?") or _("none")
