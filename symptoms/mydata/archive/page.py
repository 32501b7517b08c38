"""The page of a download that people read: no script, nothing from elsewhere, words instead of slugs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from symptoms.catalogue.models import Symptom
from symptoms.diary.questions import QUESTIONS, answer_words
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.models import Injection
from symptoms.lib.units import temperature_words, unit_of
from symptoms.lib.words import GRADES, TIERS
from symptoms.mydata.gathering import Gathered, Row


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is told: a heading, and what stands below it."""

    title: str
    facts: list[str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page. `language` is the one it is written in."""

    name: str
    language: str
    made_on: str
    sections: list[Section]


def page_of(whole: Gathered) -> Page:
    """Return the page of a download, newest first, in the language of its owner. One query for names of symptoms."""
    names = dict(Symptom.objects.values_list("slug", "name")) if whole.patient else {}
    told = Told(whole, names)
    sections = [
        Section(_("My diary"), told.entries()),
        Section(_("My injections"), told.injections()),
        Section(_("My blood tests"), told.results()),
        Section(_("What my clinic answered"), told.answers()),
        Section(_("Who may read my diary, or could"), told.sharing()),
        Section(_("Who looked"), told.looks()),
    ]
    return Page(
        name=whole.user.name,
        language=whole.user.language,
        made_on=date_format(whole.made_at.astimezone(told.zone), "j F Y"),
        sections=sections if whole.patient else [],
    )


class Told:
    """Turns the rows of a download into words."""

    def __init__(self, whole: Gathered, names: dict[str, str]) -> None:
        self.tables = defaultdict(list, whole.tables)
        self.looked = whole.who_looked
        self.names = names
        self.people = {one["id"]: one["name"] for one in whole.people}
        self.zone: tzinfo = ZoneInfo(whole.user.time_zone)
        self.unit = unit_of(whole.user.temperature_unit)

    def entries(self) -> list[Line]:
        reports, tiers, photos = defaultdict(list), {}, defaultdict(list)
        for photo in self.tables["entry_photos"]:
            photos[photo["entry"]].append(photo["file"])
        for report in self.tables["reports"]:
            reports[report["entry"]].append(self._report(report))
        for one in self.tables["assessments"]:
            if one["is_current"]:
                tiers[one["entry"]] = one["tier"]
        live = [row for row in self.tables["entries"] if row["deleted_at"] is None]
        newest = sorted(live, key=lambda row: (row["day"], row["made_at"]), reverse=True)
        return [self._entry(row, reports[row["id"]], tiers.get(row["id"]), photos[row["id"]]) for row in newest]

    def _entry(self, row: Row, facts: list[str], tier: str | None, photos: list[str]) -> Line:
        celsius = Decimal(row["temperature_c"]) if row["temperature_c"] else None
        if warm := temperature_words(celsius, row["temperature_typed"], self.unit):
            facts = [*facts, _("Temperature: %(degrees)s") % {"degrees": warm}]
        if not facts and not row["note"]:
            facts = [_("No symptoms")]
        if tier in TIERS and tier != "none":
            facts = [*facts, _("The advice: %(tier)s") % {"tier": TIERS[tier].sentence}]
        if photos:
            facts = [*facts, _("Photos: %(files)s") % {"files": ", ".join(photos)}]
        writer = "" if row["author"] == 1 else _(", written by %(name)s") % {"name": self.people[row["author"]]}
        return Line(f"{_day(row['day'])}{writer}", facts, row["note"])

    def _report(self, report: Row) -> str:
        grade = report["grade"]
        words = _("Not rated") if grade is None else GRADES[grade].word
        said = f"{self.names.get(report['symptom'], report['symptom'])}: {words}"
        answers = report["answers"]
        asked = (f"{one.words} {answer_words(key, answers[key])}" for key, one in QUESTIONS.items() if key in answers)
        return ". ".join([said, *asked])

    def injections(self) -> list[Line]:
        return [
            Line(
                self._moment(row["at"], row["time_zone"]),
                _present(
                    (_("Number"), row["number"]),
                    (_("Where"), _label(Injection.Site, row["site"])),
                    (_("How much"), _label(Injection.Dose, row["dose"])),
                    (_("Batch (lot) number"), row["batch"]),
                    (_("Medicine taken before"), row["medicine_before"]),
                ),
            )
            for row in reversed(self.tables["injections"])
        ]

    def results(self) -> list[Line]:
        names = {slug: one.name for slug, one in catalogue().analytes.items()}
        live = [row for row in self.tables["results"] if row["deleted_at"] is None]
        return [
            Line(
                _day(row["taken_on"]),
                _present(
                    (names.get(row["analyte"]) or row["analyte"], f"{row['typed']} {row['unit']}".strip()),
                    (_("Range of the lab"), _range(row)),
                ),
            )
            for row in sorted(live, key=lambda row: str(row["taken_on"]), reverse=True)
        ]

    def answers(self) -> list[Line]:
        wrote = [row for row in self.tables["flag_events"] if row["note"]]
        return [Line(f"{self._moment(row['at'])}, {self._who(row['by'])}", [], row["note"]) for row in reversed(wrote)]

    def sharing(self) -> list[Line]:
        return [
            Line(
                str(row["clinic"] or self._who(row["user"])),
                _present(
                    (_("From"), self._moment(row["starts_at"])),
                    (_("Until"), row["ends_at"] and self._moment(row["ends_at"])),
                    (_("Stopped"), row["revoked_at"] and self._moment(row["revoked_at"])),
                ),
            )
            for row in self.tables["sharing"]
        ]

    def looks(self) -> list[Line]:
        """Tell who looked on which day, and how many pages."""
        days: dict[tuple[date, str], int] = defaultdict(int)
        for row in self.looked:
            days[datetime.fromisoformat(row["at"]).astimezone(self.zone).date(), self._who(row["who"])] += 1
        newest = sorted(days.items(), reverse=True)
        return [Line(f"{date_format(day, 'j F Y')}, {who}", [_("Pages: %(n)s") % {"n": n}]) for (day, who), n in newest]

    def _moment(self, at: str, zone: str = "") -> str:
        local = datetime.fromisoformat(at).astimezone(ZoneInfo(zone) if zone else self.zone)
        return f"{date_format(local, 'j F Y')}, {time_format(local, 'H:i')}"

    def _who(self, number: int | None) -> str:
        return self.people.get(number, "") or _("the tracker")


def _present(*facts: tuple[str, Any]) -> list[str]:
    return [f"{name}: {value}" for name, value in facts if value not in (None, "")]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _range(row: Row) -> str:
    limits: tuple[str | None, str | None] = (row["lower"], row["upper"])
    return _("%(lower)s to %(upper)s") % {"lower": limits[0] or "?", "upper": limits[1] or "?"} if any(limits) else ""


def _day(day: str) -> str:
    return date_format(date.fromisoformat(day), "l j F Y")
