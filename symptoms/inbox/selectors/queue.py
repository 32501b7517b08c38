"""The queue of a clinic: whose flags it may see, and what stands in a line."""

import hashlib
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.diary.models import Entry, Report
from symptoms.followups.models import Injection
from symptoms.inbox import words
from symptoms.lib import clock, emergency
from symptoms.lib.units import temperature_words, unit_of
from symptoms.sharing.models import Clinic, Grant, Kind
from symptoms.triage.engine import Rule
from symptoms.triage.engine.assess import FAULTS, UNCLEAR_NOTE
from symptoms.triage.models import URGENCY, Assessment, Flag, FlaggedEntry, Tier
from symptoms.triage.past import of_the_past
from symptoms.triage.ruleset import live_rules

log = logging.getLogger(__name__)

PAGE: Final = 50
# It only says that the symptom itself asks for this tier: any other rule tells more.
OWN_TIER: Final = "B00-own-tier"
LATE: Final = timedelta(seconds=60)
LATE_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue: `since` (UTC) it was raised, acknowledged or resolved, and `by` whom.

    It tells of the entry that leads the flag; `more` says how many others stand in it, `runs_since` the first
    day where it goes on for longer, `says` what the patient answered to "is it urgent for you?".
    """

    id: UUID
    tier: str
    patient: str
    about: str
    what: str
    why: str
    since: datetime
    waiting: str
    key: str
    by: str = ""
    more: int = 0
    runs_since: date | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Late:
    """An entry that no rule has looked at for more than a minute."""

    id: UUID
    patient_id: UUID
    patient: str
    about: str
    what: str
    waiting: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What the clinic sees of one state. `digest` changes when the lines do, not while they only wait."""

    state: str
    rows: list[Row]
    late: list[Late]
    waiting: int
    number: int
    more: bool
    checked_at: datetime
    digest: str

    @property
    def oldest(self) -> Row | None:
        """The line that comes first: of the most urgent tier the one that waits longest."""
        first_page = self.state == Flag.State.WAITING and self.number == 1
        return self.rows[0] if first_page and self.rows else None


def sharing_with(clinic: Clinic, at: datetime, kind: Kind) -> QuerySet[Grant, Any]:
    """Return the ids of the patients who share this kind with `clinic` at `at`. A grant that ends hides its rows."""
    return Grant.objects.current(at).filter(clinic=clinic, reads__contains=[kind]).values("patient")


def flags_of(clinic: Clinic) -> Any:
    """Return the flags of the patients who share their symptoms with `clinic` now.

    One whose entry the patient hid stays only where the clinic knew it and it is still open: no alarm is lost silently.
    """
    sharing = sharing_with(clinic, clock.now(), Kind.SYMPTOMS)
    known = Q(raised_at__lt=F("entry__hidden_at")) & ~Q(state=Flag.State.RESOLVED)
    return Flag.objects.filter(Q(entry__hidden_at=None) | known, patient__in=sharing)


def queue_for_page(*, clinic: Clinic, state: str, number: int, reader: User) -> QueuePage:
    """Return page `number` of the queue, in three queries whatever its length."""
    now = clock.now()
    flags = _in_order(flags_of(clinic).in_state(state), state)
    first = (number - 1) * PAGE
    found = list(with_entry(flags, clinic)[first : first + PAGE + 1])
    names = Counter({flag.patient_id: flag.patient.name for flag in found[:PAGE]}.values())
    rows = [row_of(flag, now, reader, namesakes=names[flag.patient.name] > 1) for flag in found[:PAGE]]
    late = late_entries(clinic=clinic, at=now, reader=reader)
    return QueuePage(
        state=state,
        rows=rows,
        late=late,
        waiting=flags_of(clinic).in_state(Flag.State.WAITING).count(),
        number=number,
        more=len(found) > PAGE,
        checked_at=now,
        digest=_digest(rows, late),
    )


def late_entries(*, clinic: Clinic, at: datetime, reader: User) -> list[Late]:
    """Return the entries of the clinic's patients that have waited over a minute for the rules."""
    sharing = sharing_with(clinic, at, Kind.SYMPTOMS)
    entries = Entry.objects.waiting_since(at - LATE).live().filter(~of_the_past(), hidden_at=None, patient__in=sharing)
    entries = entries.select_related("patient__user").annotate(reported=reported("pk"))
    return [
        Late(
            id=entry.pk,
            patient_id=entry.patient_id,
            patient=entry.patient.name,
            about=_born(entry.patient.born_on, full=False),
            what=words.logged(entry.reported, temperature_for(entry, reader), note=entry.note),
            waiting=words.waited(int((at - entry.saved_at).total_seconds() // 60)),
        )
        for entry in entries[:LATE_SHOWN]
    ]


def _in_order(flags: Any, state: str) -> Any:
    """Open flags by urgency; closed ones are looked up, so the newest comes first."""
    return flags.order_by("-resolved_at", "pk") if state == Flag.State.RESOLVED else flags.by_urgency()


def with_entry(flags: Any, clinic: Clinic) -> Any:
    """Take all that a line needs along in the same query, with the kinds that are shared with `clinic`."""
    # What the rules said when the flag was raised; where the leading entry is not the most urgent, its newest.
    raised_by = Assessment.objects.filter(entry=OuterRef("entry")).annotate(
        below=Case(When(tier=OuterRef("tier"), then=0), default=1)
    )
    lines = FlaggedEntry.objects.filter(flag=OuterRef("pk"), entry__deleted_at=None, entry__hidden_at=None)
    grant = Grant.objects.current(clock.now()).filter(clinic=clinic, patient=OuterRef("patient"))
    before = Injection.objects.given().filter(patient=OuterRef("patient"), at__lte=OuterRef("entry__happened_at"))
    last_shot = before.order_by("-at").values(json=JSONObject(number="number", at="at", zone="time_zone"))
    return flags.select_related("entry", "patient__user", "acknowledged_by", "resolved_by").annotate(
        reported=reported("entry"),
        failed_now=Subquery(raised_by.filter(is_current=True).values("result__failed")[:1]),
        result=Subquery(raised_by.order_by("below", "-is_current", "-assessed_at").values("result")[:1]),
        last_shot=Subquery(last_shot[:1]),
        reads=Subquery(grant.values("reads")[:1]),
        entries=Coalesce(Subquery(lines.order_by().values("flag").annotate(n=Count("pk")).values("n")), 0),
    )


def reported(entry: str) -> ArraySubquery:
    reports = Report.objects.filter(entry=OuterRef(entry)).order_by("-grade", "symptom__position")
    return ArraySubquery(reports.values(json=JSONObject(name="symptom__name", grade="grade")))


def row_of(flag: Any, now: datetime, reader: User, *, namesakes: bool = False) -> Row:
    """Return the line of a flag that came by `with_entry`; of namesakes the whole date of birth is said."""
    entry = flag.entry
    gone = gone_words(entry)
    note = entry.note if Kind.NOTES in flag.reads else ""
    said = words.logged(flag.reported, temperature_for(entry, reader), note=note)
    since, by = {
        Flag.State.ACKNOWLEDGED: (flag.acknowledged_at, flag.acknowledged_by),
        Flag.State.RESOLVED: (flag.resolved_at, flag.resolved_by),
    }.get(flag.state, (flag.raised_at, None))
    shot = words.shot(flag.last_shot, entry.day) if Kind.INJECTIONS in flag.reads else ""
    return Row(
        id=flag.pk,
        tier=flag.tier,
        patient=flag.patient.name,
        about=", ".join(filter(None, [_born(flag.patient.born_on, full=namesakes), shot])),
        what=gone or said,
        why="" if entry.hidden_at else _why(flag),
        since=since,
        waiting=words.waited(int((now - since).total_seconds() // 60)),
        key=str(flag.pk),
        by=str(by or ""),
        more=max(0, flag.entries - (not gone)),
        runs_since=flag.since if flag.since < entry.day else None,
        says="" if gone else said_later(entry, flag.result),
    )


def gone_words(entry: Entry) -> str:
    """Say why an entry is not shown, or nothing where it is."""
    if entry.deleted_at is not None:
        return _("The patient took this entry out of the diary.")
    if entry.hidden_at is not None:
        return _("The patient hid this entry. You can call and ask.")
    return ""


def said_later(entry: Entry, result: dict[str, Any] | None) -> str:
    """Say what was answered after an entry was saved: whether it is urgent, and what its note does not mean.

    `result` is what the flag rests on: what it does not rest on is taken back silently.
    """
    seen = (because for one in (result or {}).get("held", ()) for because in one["because"])
    from_note = {because["symptom"] for because in seen if because["kind"] == "note"}
    taken = from_note.intersection(entry.note_dismissed)
    told = _("Something found in this note was taken back.") if taken else ""
    return " ".join(filter(None, [words.urgency(entry.urgent), told]))


def temperature_for(entry: Entry, reader: User) -> str:
    """Say the temperature of an entry in the reader's unit."""
    return temperature_words(entry.temperature_c, entry.temperature_typed, unit_of(reader.temperature_unit))


def rule_of(rule_id: str) -> Rule | None:
    """Return a rule in force. None where it is gone, or where the rules cannot be read: the queue still stands."""
    try:
        return live_rules().rules.get(rule_id)
    except (OSError, *FAULTS):
        log.exception("the rules could not be read; the queue shows entries without their reasons")
        return None


def _born(born_on: date | None, *, full: bool) -> str:
    if born_on is None:
        return _("born: not known")
    return _("born %(date)s") % {"date": words.long_date(born_on)} if full else str(born_on.year)


def _why(flag: Any) -> str:
    """Say the leading rule, and the number that the patient was told to call."""
    result = flag.result or {}
    held = sorted(result.get("held", ()), key=lambda one: (URGENCY[Tier(one["tier"])], one["rule_id"] == OWN_TIER))
    # Of what could not be checked no rule speaks, whatever else holds below its tier.
    if result.get("failed") and held and held[0]["tier"] != flag.tier:
        held = []
    rule = rule_of(held[0]["rule_id"]) if held else None
    title = rule.title if rule else _unchecked(result, flag.failed_now, notes=Kind.NOTES in flag.reads)
    if flag.tier == Tier.EMERGENCY:
        number = emergency.country(flag.patient.country).emergency
        return _("%(title)s. Patient told to call %(number)s.") % {"title": title, "number": number}
    return title


def _unchecked(result: dict[str, Any], failed_now: list[str] | None, *, notes: bool) -> str:
    if UNCLEAR_NOTE in result.get("failed", ()) and not notes:
        return _("A note, not shared with you, may tell of something serious. Please call the patient.")
    if UNCLEAR_NOTE in result.get("failed", ()):
        if UNCLEAR_NOTE not in (failed_now or ()):
            return _("The note could tell of something serious. It was answered or changed since. Please read it.")
        return _("The note may tell of something serious, and nobody has answered what it means. Please read it.")
    return _("A rule could not be checked. Please read the entry.")


def _digest(rows: list[Row], late: list[Late]) -> str:
    lines = [(row.id, row.tier, row.patient, row.what, row.why, row.by, row.more, row.says) for row in rows]
    unchecked = [one.id for one in late]
    return hashlib.sha256(repr((lines, unchecked)).encode()).hexdigest()[:16]
