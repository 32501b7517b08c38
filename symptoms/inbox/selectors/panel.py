"""One flag with all that somebody at the clinic needs to decide: what, why, what before, who did what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Value, When, Window
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry, EntryVersion
from symptoms.diary.selectors import cut
from symptoms.diary.selectors.cut import cut_said
from symptoms.followups.blood.catalogue import Test, catalogue
from symptoms.followups.injection_words import ILL
from symptoms.followups.models import Injection
from symptoms.followups.selectors import ComingShot, coming_shot
from symptoms.inbox import chart, words
from symptoms.inbox.selectors.queue import (
    OWN_TIER,
    Row,
    flags_of,
    gone_words,
    reported,
    row_of,
    rule_of,
    said_later,
    sharing_with,
    temperature_for,
    with_entry,
)
from symptoms.inbox.selectors.reasons import Reason, reasons_of
from symptoms.lib import clock, emergency
from symptoms.lib.words import TIERS, Words
from symptoms.sharing.models import Clinic, Grant, Kind, Patient
from symptoms.sharing.permissions import allowed_by
from symptoms.sharing.scope import Scope, scope_of
from symptoms.triage.models import URGENCY, Assessment, Flag, FlagEvent, FlaggedEntry, Tier
from symptoms.triage.selectors.found import Told, slugs_told, told_besides

OTHERS: Final = 5
LINES: Final = 10
# The rule that asks the patient "is it urgent for you?".
ASKS: Final = "PRO1"


@dataclass(frozen=True, slots=True)
class Said:
    """One symptom of the entry."""

    name: str
    grade: int | None
    answers: list[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to the entry or its flag."""

    at: datetime
    what: Words
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the flag: what it says and the leading rule. `raised`: the clinic was called to it."""

    entry: Entry
    gone: bool
    when: str
    tier: str
    what: str
    why: str
    says: str
    raised: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The page of one flag. `zone` is the patient's where it is not the reader's, else empty.

    It shows the entry that leads the flag in full, and all its `lines`, the newest first; `earlier` says how many
    older ones are left out. `says` is the patient's answer to "is it urgent for you?", where that was asked.
    """

    flag: Flag
    entry: Entry
    patient: Patient
    heading: str
    born: str
    namesake: bool
    grant: Grant | None
    scope: Scope
    last_shot: str
    coming: ComingShot | None
    zone: str
    backdated: bool
    gone: str
    symptoms: list[Said]
    found: list[Told]
    temperature: str
    reasons: list[Reason]
    unchecked: bool
    now_tier: str
    number: str
    told: str
    says: str
    runs_since: date | None
    lines: list[Line]
    earlier: int
    steps: list[Step]
    chart: chart.Chart
    others: list[Row]

    @property
    def extra_tests(self) -> list[Test]:
        """The blood tests that the rules of this flag call for, by the reviewed file of tests."""
        return catalogue().extra_for(reason.rule_id for reason in self.reasons)

    @property
    def number_of_entries(self) -> int:
        return len(self.lines) + self.earlier


def flag_for_page(*, flag: Flag, clinic: Clinic, reader: User) -> Panel:
    """Return all that the page of `flag` shows, in a dozen queries however long the diary is."""
    now = clock.now()
    entry: Any = Entry.objects.with_reports().annotate(others_hidden=_has_hidden()).get(pk=flag.entry_id)
    patient = flag.patient
    raised, current = _assessments(flag)
    today = clock.local_day(now, patient.time_zone)
    made_at = entry.made_at.astimezone(ZoneInfo(entry.time_zone))
    when = words.day_and_time(made_at, today)
    gone = gone_words(entry)
    grant = Grant.objects.current(now).filter(patient=patient, clinic=clinic).first()
    scope = scope_of(allowed_by(grant)) if grant else Scope()
    steps = _steps(flag, entry, scope)
    reasons = [] if entry.hidden_at else reasons_of(raised, scope, hidden=entry.others_hidden)
    lines, earlier = _lines(flag, reader, today, scope)
    last_shot, coming = _shots(entry, patient, today) if scope.injections else ("", None)
    entry = cut(entry, scope if not gone else Scope())
    words_of_entry = _EntryWords() if gone else _entry_words(entry, raised, scope, reader)
    return Panel(
        flag=flag,
        entry=entry,
        patient=patient,
        heading=_("%(name)s, %(when)s") % {"name": patient.name, "when": when},
        born=_born(patient),
        namesake=_has_namesake(patient, clinic, now),
        grant=grant,
        scope=scope,
        last_shot=last_shot,
        coming=coming,
        zone=entry.time_zone if entry.time_zone != reader.time_zone else "",
        backdated=entry.day != made_at.date(),
        gone=gone,
        symptoms=words_of_entry.symptoms,
        found=words_of_entry.found,
        temperature=words_of_entry.temperature,
        reasons=reasons,
        unchecked=bool(raised and not raised.checked),
        now_tier=_now_tier(raised, current),
        number=_number(flag),
        told=str(TIERS[raised.tier if raised else flag.tier].sentence),
        says=words_of_entry.says,
        runs_since=flag.since if flag.since < entry.day else None,
        lines=lines,
        earlier=earlier,
        steps=steps,
        chart=_chart(patient, entry.day, today, scope),
        others=_others(flag, clinic, now, reader),
    )


def _assessments(flag: Flag) -> tuple[Assessment | None, Assessment | None]:
    """Return the newest assessment of the tier that was raised, and the one that holds now."""
    found = list(Assessment.objects.filter(entry=flag.entry_id).order_by("-is_current", "-assessed_at", "-pk"))
    current = found[0] if found and found[0].is_current else None
    return next((one for one in found if one.tier == flag.tier), current), current


@dataclass(frozen=True, slots=True)
class _EntryWords:
    """What the leading entry says; nothing where it is gone."""

    symptoms: list[Said] = field(default_factory=list)
    found: list[Told] = field(default_factory=list)
    temperature: str = ""
    says: str = ""


def _entry_words(entry: Entry, raised: Assessment | None, scope: Scope, reader: User) -> _EntryWords:
    return _EntryWords(
        symptoms=[_said(report) for report in entry.reports.all()],
        found=_found(entry) if scope.notes else [],
        temperature=temperature_for(entry, reader),
        says=_says(entry, raised),
    )


def _shots(entry: Entry, patient: Patient, today: date) -> tuple[str, ComingShot | None]:
    """Return the last shot before the entry, in words, and the one that comes next."""
    return _last_shot(entry), coming_shot(patient, today=today)


def _born(patient: Patient) -> str:
    return words.long_date(patient.born_on) if patient.born_on else _("not known")


def _number(flag: Flag) -> str:
    """Return the emergency number where the patient lives, for an emergency."""
    return emergency.country(flag.patient.country).emergency if flag.tier == Tier.EMERGENCY else ""


def _now_tier(raised: Assessment | None, current: Assessment | None) -> str:
    """Return the tier that holds now, where it is another than the one the clinic was called with."""
    return current.tier if current and raised and current.tier != raised.tier else ""


def _says(entry: Entry, raised: Assessment | None) -> str:
    answered = said_later(entry, raised.result if raised else None)
    return answered if entry.urgent else " ".join(filter(None, [answered, _not_answered(raised)]))


def _found(entry: Entry) -> list[Told]:
    """Return what the note told besides the ticks, in one query where there is anything."""
    slugs = set(slugs_told(entry)) if entry.note else set()
    names = dict(Symptom.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    ticked = {report.symptom.slug for report in entry.reports.all() if report.grade != 0}
    return told_besides(entry, ticked, names, {}) if slugs else []


def _not_answered(raised: Assessment | None) -> str:
    """Say that nobody answered, where the question stands on the patient's page."""
    held = raised.result.get("held", []) if raised else []
    asked = any(one["rule_id"].startswith(ASKS) for one in held)
    return _("The patient did not answer whether it is urgent.") if asked else ""


def _lines(flag: Flag, reader: User, today: date, scope: Scope) -> tuple[list[Line], int]:
    """Return the newest entries of the flag and how many older ones there are; none where it is only one."""
    lines = flag.lines.order_by("-entry__day", "-entry__made_at", "-pk")
    found = list(
        lines.select_related("entry__author").annotate(reported=reported("entry"), total=Window(Count("pk")))[:LINES]
    )
    if len(found) < 2:
        return [], 0
    return [_line(one, flag, reader, today, scope) for one in found], found[0].total - len(found)


def _line(line: Any, flag: Flag, reader: User, today: date, scope: Scope) -> Line:
    entry: Entry = line.entry
    at = entry.made_at.astimezone(ZoneInfo(entry.time_zone))
    gone = gone_words(entry)
    cut(entry, scope if not gone else Scope())
    logged = words.logged(line.reported, temperature_for(entry, reader), note=entry.note)
    tier, why = _loudest(line) if entry.hidden_at is None else ("", "")
    return Line(
        entry=entry,
        when=words.day_and_time(at, today) if at.date() == entry.day else words.long_date(entry.day),
        tier=tier,
        gone=bool(gone),
        what=gone or logged,
        why=why,
        says="" if gone else words.urgency(entry.urgent),
        raised=line.raised,
        leads=entry.pk == flag.entry_id,
    )


def _loudest(line: FlaggedEntry) -> tuple[str, str]:
    """Return the tier and the title of the rule that speaks loudest in an entry; nothing where that is not kept."""
    held = sorted((URGENCY[Tier(one.tier)], one.rule_id == OWN_TIER, one.rule_id, one.tier) for one in line.spoken)
    if not held:
        return "", ""
    rule = rule_of(held[0][2])
    return held[0][3], rule.title if rule else ""


def _has_namesake(patient: Patient, clinic: Clinic, at: datetime) -> bool:
    same_name = Patient.objects.filter(user__name__iexact=patient.user.name).exclude(pk=patient.pk)
    return same_name.filter(pk__in=sharing_with(clinic, at, Kind.SYMPTOMS)).exists()


def _last_shot(entry: Entry) -> str:
    given = Injection.objects.filter(patient=entry.patient_id).until(entry.happened_at).first()
    found = {"number": given.number, "at": given.at.isoformat(), "zone": given.time_zone} if given else None
    told = words.shot(found, entry.day)
    if given and given.infection in ILL:
        said = {"injection": told, "said": given.get_infection_display()}
        told = _("%(injection)s (fever or infection in the 7 days before: %(said)s)") % said
    if given and given.dose == Injection.Dose.PART:
        told = _("%(injection)s (only a part went in, or not sure)") % {"injection": told}
    since = given.at if given else datetime.min.replace(tzinfo=UTC)
    failed = Injection.objects.filter(patient=entry.patient_id, dose=Injection.Dose.MISFIRE, at__gt=since)
    if failed.filter(at__lte=entry.happened_at).exists():
        return _("%(injection)s; one misfired since") % {"injection": told}
    return told


def _said(report: Any) -> Said:
    return Said(report.symptom.name, report.grade, words.answers(report.answers))


def _has_hidden() -> Exists:
    return Exists(Entry.objects.filter(patient=OuterRef("patient")).exclude(hidden_at=None))


def _steps(flag: Flag, entry: Entry, scope: Scope) -> list[Step]:
    """Return the story of an entry and its flag, the newest first."""
    story = [Step(entry.made_at, _("Written down"), str(entry.author))]
    shown = not gone_words(entry)
    story += [_change(version, scope, shown=shown) for version in _versions(entry)]
    events = FlagEvent.objects.filter(flag=flag).exclude(kind=FlagEvent.Kind.JOINED)
    story += [_event(event, entry) for event in events.select_related("by", "entry")]
    return sorted(story, key=lambda step: step.at, reverse=True)


def _event(event: FlagEvent, lead: Entry) -> Step:
    tier = f": {TIERS[event.tier].short}" if event.tier in TIERS else ""
    who = str(event.by) if event.by else _("the rules")
    if event.entry and event.entry_id != lead.pk:
        day = words.long_date(event.entry.day)
        who = _("%(who)s, about the entry of %(day)s") % {"who": who, "day": day}
    return Step(event.at, f"{event.get_kind_display()}{tier}", who, event.note)


def _versions(entry: Entry) -> Iterable[EntryVersion]:
    return EntryVersion.objects.filter(entry=entry).select_related("replaced_by")


def _change(version: EntryVersion, scope: Scope, *, shown: bool) -> Step:
    """Say what stood there before a change; of an entry that was taken out, nothing is `shown`."""
    said = cut_said(version.said, scope) if shown else {}
    before = ", ".join(
        f"{one['symptom'].replace('-', ' ')} ({words.grade(one['grade'])})" for one in said.get("reports", ())
    )
    parts = [part for part in (before, said.get("temperature_typed"), said.get("note")) if part]
    note = _("It said before: %(before)s") % {"before": "; ".join(parts) or _("no symptom")}
    return Step(version.replaced_at, _("Entry changed"), str(version.replaced_by), note if shown else "")


def _chart(patient: Patient, shown: date, today: date, scope: Scope) -> chart.Chart:
    first, last = chart.window(shown, today)
    graded = Case(
        When(reports=None, then=Value(0)),
        default=Coalesce("reports__grade", Value(1), output_field=IntegerField()),
        output_field=IntegerField(),
    )
    days = (
        Entry.objects.live()
        .filter(patient=patient)
        .shown(scope)
        .between(first, last)
        .order_by()
        .values("day")
        .annotate(worst=Max(graded), flagged=Count("flagged"))
    )
    shots = Injection.objects.given().filter(patient=patient, at__date__gte=first).values_list("at", "time_zone")
    return chart.draw(
        first=first,
        days={one["day"]: chart.Day(one["worst"], bool(one["flagged"])) for one in days},
        injections=[at.astimezone(ZoneInfo(zone)).date() for at, zone in shots] if scope.injections else [],
    )


def _others(flag: Flag, clinic: Clinic, now: datetime, reader: User) -> list[Row]:
    """Return the other open flags of the patient: three lines in the queue may be one illness."""
    open_ones = flags_of(clinic).filter(patient=flag.patient_id).exclude(pk=flag.pk)
    found = with_entry(open_ones.exclude(state=Flag.State.RESOLVED).by_urgency(), clinic)[:OTHERS]
    return [row_of(one, now, reader) for one in found]
