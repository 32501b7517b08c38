"""From an assessment to its flag: raised anew, raised again, or joined quietly (see docs/adr/0006)."""

from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Greatest

from symptoms.diary.models import Entry, Report
from symptoms.lib import clock
from symptoms.sharing.models import Grant
from symptoms.triage.actions.answering import happened
from symptoms.triage.episodes import REACH_DAYS, Alarm, Known, Logged, alarms_of, days_logged, held_of, is_news, run_of
from symptoms.triage.models import FLAGGED, URGENCY, Assessment, Flag, FlagEvent, FlaggedEntry, Tier
from symptoms.triage.past import is_of_the_past

# The rule that lets each symptom speak for itself.
OWN_TIER: Final = "B00-own-tier"
REACH: Final = timedelta(days=REACH_DAYS)
KIND = FlagEvent.Kind


def renew_flag(entry: Entry, assessment: Assessment, before: Assessment | None) -> None:
    """Raise, raise again, join or leave the flag of an entry that was just assessed; call it in that transaction.

    One query where there is nothing to flag; else a handful, whatever the length of the diary. The caller holds
    the row of the entry by no more than FOR NO KEY UPDATE: whoever waits for a turn here must block no saving.
    """
    if entry.hidden_at is not None:
        return  # nobody at the clinic reads it: nothing that they do read may hang on it
    line = FlaggedEntry.objects.filter(entry=entry).first()
    if line is None and (assessment.tier not in FLAGGED or entry.deleted_at is not None):
        return
    if line is None and is_of_the_past(entry):
        return  # the clinic of those days had its flags; a clinic of today reads it in the diary
    _wait_for_turn(entry)
    alarms = _alarms_of(entry, assessment)
    if line is None:
        _first_time(entry, assessment, alarms)
    else:
        _again(line, entry, assessment, before, alarms)


def _wait_for_turn(entry: Entry) -> None:
    """Let one assessment at a time decide about the flags of a patient, until its transaction ends.

    Of two entries assessed at the same moment the second then finds the flag of the first. A lock of its own,
    not the patient's row: a save that holds that row may wait for an entry which is being assessed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"triage.flags:{entry.patient_id}"])


def _alarms_of(entry: Entry, assessment: Assessment) -> frozenset[Alarm]:
    grades = dict(entry.reports.order_by().values_list("symptom__slug", "grade"))
    return alarms_of(held_of(assessment.result), grades, checked=assessment.checked)


def _known(entry: Entry) -> list[Known]:
    """Return what the clinic has heard of this patient around the day of `entry`, in one query.

    What was answered before a clinic of now had a share, that clinic has not heard.
    """
    last_word = Greatest(*(OuterRef(f"flag__{step}") for step in ("news_at", "acknowledged_at", "resolved_at")))
    joined_later = Grant.objects.current(clock.now()).filter(
        patient=entry.patient_id, clinic__isnull=False, starts_at__gt=last_word
    )
    lines = FlaggedEntry.objects.filter(
        entry__patient=entry.patient_id,
        entry__day__range=(entry.day - REACH, entry.day + REACH),
        entry__deleted_at=None,
        entry__hidden_at=None,
    ).filter(Q(flag__state=Flag.State.WAITING) | ~Exists(joined_later))
    zone = entry.patient.time_zone
    return [_as_known(line, zone) for line in lines.exclude(entry=entry).select_related("flag", "entry")]


def _logged(entry: Entry, alarms: Iterable[Alarm]) -> Logged:
    """Return the days around the entry on which what alarms was logged at any grade, in one query.

    A hidden entry bridges no gap: to who may not read it, what comes after is news.
    """
    reports = Report.objects.filter(
        entry__patient=entry.patient_id,
        entry__deleted_at=None,
        entry__hidden_at=None,
        entry__day__range=(entry.day - REACH, entry.day + REACH),
        symptom__slug__in={alarm.symptom for alarm in alarms},
    )
    rows = reports.order_by().values_list("entry__day", "symptom__slug", "grade")
    return days_logged((day, {symptom: grade}) for day, symptom, grade in rows)


def _as_known(line: FlaggedEntry, zone: str) -> Known:
    flag = line.flag
    told = max(at for at in (flag.news_at, flag.acknowledged_at, flag.resolved_at) if at is not None)
    return Known(
        day=line.entry.day,
        alarms=line.spoken,
        told=clock.local_day(told, zone),
        emergency=flag.tier == Tier.EMERGENCY,
        key=line,
    )


# -- an entry that stands in no flag yet ------------------------------------------------------------------------


def _first_time(entry: Entry, assessment: Assessment, alarms: frozenset[Alarm]) -> None:
    tier, at = Tier(assessment.tier), assessment.assessed_at
    if tier == Tier.EMERGENCY:
        _raise(entry, tier, at, alarms, since=entry.day)
        return
    known, logged = _known(entry), _logged(entry, alarms)
    run: list[FlaggedEntry] = [one.key for one in run_of(entry.day, alarms, known, logged)]  # type: ignore[misc]
    if not is_news(entry.day, alarms, known, logged):
        _join(_locked(run[0].flag), entry, at, alarms, tier=tier)
        return
    since = min([entry.day, *(line.flag.since for line in run)])
    flag = _to_raise_again(entry, known, run)
    if flag is None:
        _raise(entry, tier, at, alarms, since=since)
        return
    _add_line(flag, entry, at, alarms, raised=True)
    _raise_again(flag, entry, tier, at, since=since)


def _to_raise_again(entry: Entry, known: Iterable[Known], run: Iterable[FlaggedEntry]) -> Flag | None:
    """Return the flag that news of this entry belongs to: the one of that day, or one of its run that is still open.

    One row a patient and day, and one row a run. What the clinic has closed on another day stays closed.
    """
    lines: list[FlaggedEntry] = [one.key for one in known if not one.emergency]  # type: ignore[misc]
    same_day = [line.flag for line in lines if line.raised and line.entry.day == entry.day]
    if same_day:
        return _locked(max(same_day, key=lambda flag: flag.news_at))
    for line in run:
        flag = _locked(line.flag)
        if flag.state != Flag.State.RESOLVED:
            return flag
    return None


def _raise(entry: Entry, tier: Tier, at: datetime, alarms: Iterable[Alarm], *, since: Any) -> Flag:
    flag = Flag.objects.create(
        patient_id=entry.patient_id, entry=entry, tier=tier, raised_at=at, news_at=at, since=since
    )
    _add_line(flag, entry, at, alarms, raised=True)
    happened(flag, KIND.RAISED, entry=entry, tier=tier)
    return flag


def _join(flag: Flag, entry: Entry, at: datetime, alarms: Iterable[Alarm], *, tier: Tier) -> None:
    _add_line(flag, entry, at, alarms, raised=False)
    if entry.day < flag.since:
        flag.since = entry.day
        flag.save(update_fields=["since"])
    happened(flag, KIND.JOINED, entry=entry, tier=tier)


def _add_line(flag: Flag, entry: Entry, at: datetime, alarms: Iterable[Alarm], *, raised: bool) -> None:
    FlaggedEntry.objects.create(flag=flag, entry=entry, joined_at=at, raised=raised, alarms=_as_json(alarms))


def _as_json(alarms: Iterable[Alarm]) -> list[Any]:
    return [astuple(alarm) for alarm in sorted(alarms)]


def _locked(flag: Flag) -> Flag:
    locked: Flag = Flag.objects.select_for_update(no_key=True).get(pk=flag.pk)
    return locked


# -- an entry that stands in a flag already ---------------------------------------------------------------------


def _again(
    line: FlaggedEntry,
    entry: Entry,
    assessment: Assessment,
    before: Assessment | None,
    alarms: frozenset[Alarm],
) -> None:
    flag, tier = Flag.objects.select_for_update(no_key=True).get(pk=line.flag_id), Tier(assessment.tier)
    # What stood before this entry may have changed, and the entry itself not at all.
    changed = entry.versions.filter(revision__gte=entry.assessed_revision).exists()
    if entry.deleted_at is not None:
        alarms = frozenset()
        _lead_on(flag, without=entry)
        happened(flag, KIND.ENTRY_DELETED, entry=entry)
    elif _stands_out(flag, tier, entry):
        line.flag = _move_out(flag, entry, assessment.assessed_at)
        line.raised = True
    elif _rises(flag, line, entry, assessment, before, alarms, changed=changed):
        line.raised = True
        _raise_again(flag, entry, tier, assessment.assessed_at, since=flag.since)
    elif changed:
        happened(flag, KIND.ENTRY_CHANGED, entry=entry, tier=tier)
    line.alarms = _as_json(alarms)
    line.save()


def _stands_out(flag: Flag, tier: Tier, entry: Entry) -> bool:
    """Say whether an entry became an emergency among others: an emergency has a flag of its own."""
    return tier == Tier.EMERGENCY != flag.tier and flag.lines.exclude(entry=entry).exists()


def _move_out(flag: Flag, entry: Entry, at: datetime) -> Flag:
    happened(flag, KIND.MOVED, entry=entry, tier=Tier.EMERGENCY)
    _lead_on(flag, without=entry)
    own = Flag.objects.create(
        patient_id=entry.patient_id, entry=entry, tier=Tier.EMERGENCY, raised_at=at, news_at=at, since=entry.day
    )
    happened(own, KIND.RAISED, entry=entry, tier=Tier.EMERGENCY)
    return own


def leave_lead(entry: Entry) -> None:
    """Have another entry lead the flags that a hidden one leads, where there is one that the clinic may read."""
    for flag in Flag.objects.select_for_update().filter(entry=entry):
        _lead_on(flag, without=entry)


def _lead_on(flag: Flag, *, without: Entry) -> None:
    """Have another entry lead a flag, where there is one that the patient did not take out."""
    others = (
        flag.lines.filter(entry__deleted_at=None, entry__hidden_at=None)
        .exclude(entry=without)
        .order_by("-raised", "-joined_at", "-pk")
    )
    if flag.entry_id == without.pk and (other := others.first()) is not None:
        flag.entry_id = other.entry_id
        flag.save(update_fields=["entry"])


def _rises(
    flag: Flag,
    line: FlaggedEntry,
    entry: Entry,
    assessment: Assessment,
    before: Assessment | None,
    alarms: frozenset[Alarm],
    *,
    changed: bool,
) -> bool:
    """Say whether a flag must be raised again for an entry that it holds already."""
    if URGENCY[Tier(assessment.tier)] < URGENCY[Tier(flag.tier)]:
        return True
    if flag.state == Flag.State.WAITING or assessment.tier not in FLAGGED:
        return False
    if line.raised and _speaks_up(flag, assessment, before, changed=changed):
        return True
    return flag.tier != Tier.EMERGENCY and _has_news(line, entry, alarms)


def _has_news(line: FlaggedEntry, entry: Entry, alarms: frozenset[Alarm]) -> bool:
    """Say whether something speaks now that neither this entry nor the rest of its run told before."""
    fresh = alarms - line.spoken
    if line.alarms is None or not fresh:
        return False
    own = Known(entry.day, line.spoken, told=entry.day)
    return is_news(entry.day, fresh, [own, *_known(entry)], _logged(entry, fresh))


def _speaks_up(flag: Flag, assessment: Assessment, before: Assessment | None, *, changed: bool) -> bool:
    """Say whether a flag that somebody took on must wait again, though its tier is not higher than it was.

    A closed one: when its entry was changed, or is more urgent than when it was closed. Either: when
    something just as urgent is new. Without any of these it stays as it is, or nobody reads the next one.
    """
    closed = flag.state == Flag.State.RESOLVED
    if before is None or not before.checked:
        return closed
    worse = URGENCY[Tier(assessment.tier)] < URGENCY[Tier(before.tier)]
    if closed and (changed or worse):
        return True
    tier = assessment.tier if closed else flag.tier
    return not _speaking(assessment, tier) <= _speaking(before, tier)


def _speaking(assessment: Assessment, tier: str) -> set[tuple[str, str]]:
    """Return what speaks at `tier`: rules, and for the one about any symptom also the symptom."""
    held = [one for one in assessment.result.get("held", ()) if one["tier"] == tier]
    return {(one["rule_id"], symptom) for one in held for symptom in _named(one)}


def _named(held: dict[str, Any]) -> set[str]:
    if held["rule_id"] != OWN_TIER:
        return {""}
    return {because["symptom"] or "" for because in held["because"]}


def _raise_again(flag: Flag, entry: Entry, tier: Tier, at: datetime, *, since: Any) -> None:
    """Have a flag wait again, or wait on in its place, for what `entry` says now.

    One that nobody read yet stays led by the most urgent entry; else the news leads it. An open flag never
    falls to a lower tier; a closed one is as urgent as what raises it again.
    """
    open_tier = tier if flag.state == Flag.State.RESOLVED else min(tier, Tier(flag.tier), key=URGENCY.__getitem__)
    if flag.state != Flag.State.WAITING:
        flag.raised_at = at
    if flag.state != Flag.State.WAITING or open_tier == tier:
        flag.entry = entry
    flag.tier, flag.state, flag.news_at, flag.since = open_tier, Flag.State.WAITING, at, min(flag.since, since)
    flag.acknowledged_at = flag.acknowledged_by = flag.resolved_at = flag.resolved_by = None
    flag.save()
    happened(flag, KIND.RAISED_AGAIN, entry=entry, tier=tier)
