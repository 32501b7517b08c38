"""What a clinic, or the patient, sets about one patient. One writer at a time; each change tells who and why.

Who may do what is asked at the gate (`sharing.access`). The entries of the last 48 hours are then assessed
again, for their advice is still in force: the slowest call that the rules ask for is one "within 1 to 2
days" (tier prompt, clinical.md 2). Older entries keep what was said of them at their time.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import stir_entries
from symptoms.diary.models import Grade
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.triage.models import ExpectedLevel, SettingChange, Tier, TriageSettings, UsualSymptom
from symptoms.triage.models.settings import EXPECTED_DAYS, HIGHEST_FEVER_C, LOWEST_FEVER_C, MOST_COUGH_DAYS

Kind: Final = SettingChange.Kind
IN_FORCE: Final = timedelta(hours=48)
# The highest grade that a patient may call usual without a clinic. Basis: judgement. It is the level of a usual
# symptom without a grade (triage-readings: "grade 2"); a severe one keeps still only where a clinic says so.
HIGHEST_OWN_GRADE: Final = Grade.MODERATE
# How long a reason may be, in characters; as the models have it.
WHY_LENGTH: Final = 500
KINDS: Final = {
    "strict_mode": Kind.STRICT_MODE,
    "fever_c": Kind.FEVER,
    "cough_days": Kind.COUGH,
    "hepatitis_b": Kind.HEPATITIS_B,
    "relapses": Kind.RELAPSES,
}


class NotAllowed(Exception):
    """It cannot be set so: `field` is what is wrong, `why` a sentence for whoever typed it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field
        self.why = why


class ChangedMeanwhile(Exception):
    """Somebody changed it since the page was opened; `last` is the newest change."""

    def __init__(self, last: SettingChange | None) -> None:
        super().__init__("changed meanwhile")
        self.last = last


@dataclass(frozen=True, slots=True)
class RulesSaid:
    """The numbers and switches of one patient, as they stand or as they were filled in."""

    strict_mode: bool = False
    fever_c: Decimal = HIGHEST_FEVER_C
    cough_days: int = 3
    hepatitis_b: str = ""
    relapses: tuple[date, ...] = ()

    @property
    def mark(self) -> str:
        """All of it as one short JSON text, by which a page knows whether it still shows what stands."""
        return json.dumps({one.name: _plain(getattr(self, one.name)) for one in fields(self)})


def rules_of(patient: Patient) -> RulesSaid:
    """Return what stands for this patient; the defaults where nobody set anything. One query."""
    row = TriageSettings.objects.filter(patient=patient.pk).first()
    if row is None:
        return RulesSaid()
    return RulesSaid(**{one.name: getattr(row, one.name) for one in fields(RulesSaid)} | {"relapses": (*row.relapses,)})


@transaction.atomic
def change_settings(*, patient: Patient, said: RulesSaid, seen: str, why: str, by: User) -> list[SettingChange]:
    """Set the numbers and switches; `seen` is the mark of what the page showed. Return what changed.

    The same again changes nothing. ChangedMeanwhile: the page was older than what stands. NotAllowed: out of
    bounds, or no reason given.
    """
    _take_turn(patient)
    standing = rules_of(patient)
    if said == standing:
        return []
    if seen != standing.mark:
        raise ChangedMeanwhile(SettingChange.objects.filter(patient=patient, kind__in=KINDS.values()).first())
    _check_rules(said, _today(patient))
    _check_why(patient, why, by)
    TriageSettings.objects.update_or_create(patient=patient, defaults=asdict(said) | {"relapses": [*said.relapses]})
    changed = [name for name in KINDS if getattr(said, name) != getattr(standing, name)]
    changes = [
        SettingChange(kind=KINDS[name], was=_plain(getattr(standing, name)), becomes=_plain(getattr(said, name)))
        for name in changed
    ]
    return _keep(patient, changes, why, by=by)


@transaction.atomic
def add_usual(*, patient: Patient, symptom: Symptom, grade: int | None, why: str, by: User) -> UsualSymptom:
    """Put a symptom on the patient's usual list, with its usual grade where that is known.

    NotAllowed: an emergency sign, a grade that this person may not set, on the list already, no reason given.
    """
    _take_turn(patient)
    _check_symptom(symptom)
    most = HIGHEST_OWN_GRADE if _is_patient(patient, by) else Grade.VERY_SEVERE
    if grade is not None and not Grade.MILD <= grade <= most:
        raise NotAllowed("grade", _usual_bounds(most))
    standing = UsualSymptom.objects.standing().filter(patient=patient, symptom=symptom).select_related("set_by").first()
    if standing is not None:
        told = _("This is on the usual list already, set by %(who)s on %(day)s. Take it off first, then add it anew.")
        raise NotAllowed("symptom", told % _who(standing))
    _check_why(patient, why, by)
    level: UsualSymptom = UsualSymptom.objects.create(patient=patient, symptom=symptom, grade=grade, why=why, set_by=by)
    _keep(patient, [SettingChange(kind=Kind.USUAL, about=symptom.slug, becomes={"grade": grade})], why, by=by)
    return level


@transaction.atomic
def end_usual(*, level: UsualSymptom, why: str, by: User) -> bool:
    """Take a symptom off the usual list. False: somebody did already. NotAllowed: no reason given."""
    _take_turn(level.patient)
    _check_why(level.patient, why, by)
    if not _end(level, by):
        return False
    change = SettingChange(kind=Kind.USUAL, about=level.symptom.slug, was={"grade": level.grade})
    _keep(level.patient, [change], why, by=by)
    return True


@transaction.atomic
def expect_level(
    *, patient: Patient, symptom: Symptom, grade: int, last_day: date, why: str, by: User
) -> ExpectedLevel:
    """Expect a symptom up to `grade` from today until `last_day`, both included, in days of the patient.

    PRO1 then keeps still up to that grade; no emergency or same-day rule does. NotAllowed: an emergency sign,
    out of bounds, expected already, no reason given.
    """
    _take_turn(patient)
    _check_symptom(symptom)
    today = _today(patient)
    if grade not in range(Grade.MILD, Grade.VERY_SEVERE + 1):
        raise NotAllowed("grade", _("Choose a grade from mild to very severe."))
    if not today <= last_day <= today + timedelta(days=EXPECTED_DAYS):
        raise NotAllowed("last_day", _expected_bounds(today))
    _check_why(patient, why, by)
    level = ExpectedLevel(
        patient=patient, symptom=symptom, grade=grade, first_day=today, last_day=last_day, why=why, set_by=by
    )
    _make_room_for(level, today)
    level.save(force_insert=True)
    change = SettingChange(kind=Kind.EXPECTED, about=symptom.slug, becomes=_span(level))
    _keep(patient, [change], why, by=by)
    return level


@transaction.atomic
def end_expected(*, level: ExpectedLevel, why: str, by: User) -> bool:
    """End an expected level now. False: somebody did already. NotAllowed: no reason given."""
    _take_turn(level.patient)
    _check_why(level.patient, why, by)
    if not _end(level, by):
        return False
    change = SettingChange(kind=Kind.EXPECTED, about=level.symptom.slug, was=_span(level))
    _keep(level.patient, [change], why, by=by)
    return True


def _take_turn(patient: Patient) -> None:
    """Let one writer at a time at a patient's rows, until its transaction ends: the same turn as the diary's."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


def _today(patient: Patient) -> date:
    return clock.local_day(clock.now(), patient.time_zone)


def _is_patient(patient: Patient, by: User) -> bool:
    return bool(patient.user_id == by.pk)


def _check_rules(said: RulesSaid, today: date) -> None:
    """Hold the numbers to their bounds: fever triage-readings on S03, cough clinical.md P02."""
    if not LOWEST_FEVER_C <= said.fever_c <= HIGHEST_FEVER_C:
        raise NotAllowed("fever_c", _("Fever starts between 37.5 and 38.0 °C. It can be set lower, never higher."))
    if not 1 <= said.cough_days <= MOST_COUGH_DAYS:
        raise NotAllowed("cough_days", _("Type a number of days from 1 to 21."))
    if said.hepatitis_b not in TriageSettings.HepatitisB.values:
        raise NotAllowed("hepatitis_b", _("Choose one of the answers on the list."))
    if any(day > today for day in said.relapses):
        raise NotAllowed("relapses", _("A relapse cannot begin in the future. Check the date."))


def _check_symptom(symptom: Symptom) -> None:
    if symptom.home_tier == Tier.EMERGENCY:
        told = _("“%(name)s” is an emergency sign. It cannot be usual or expected: the tracker always speaks of it.")
        raise NotAllowed("symptom", told % {"name": symptom.name})
    if symptom.retired_at is not None:
        raise NotAllowed("symptom", _("Nobody can log this symptom any more. Choose another one."))


def _check_why(patient: Patient, why: str, by: User) -> None:
    """A clinic says why it changes what the patient is told; the patient need not."""
    if not why.strip() and not _is_patient(patient, by):
        raise NotAllowed("why", _("Write why, in a few words. The patient and your team can read it."))
    if len(why) > WHY_LENGTH:
        raise NotAllowed("why", _("Write at most %(most)s letters.") % {"most": WHY_LENGTH})


def _usual_bounds(most: int) -> str:
    if most == HIGHEST_OWN_GRADE:
        return _("You can say that mild or moderate is usual. If severe is usual for you, ask your clinic to set it.")
    return _("Choose a grade from mild to very severe, or none.")


def _expected_bounds(today: date) -> str:
    last = date_format(today + timedelta(days=EXPECTED_DAYS), "j F Y")
    return _("Choose a day from today to %(last)s: 30 days at most.") % {"last": last}


def _make_room_for(level: ExpectedLevel, today: date) -> None:
    """End a level that ran out on its own, for one symptom has one; refuse where one still holds."""
    standing = (
        ExpectedLevel.objects.standing()
        .filter(patient=level.patient_id, symptom=level.symptom_id)
        .select_related("set_by")
        .first()
    )
    if standing is None:
        return
    if standing.last_day >= today:
        told = _("A level of this is expected already, set by %(who)s on %(day)s. End it first, then set it anew.")
        raise NotAllowed("symptom", told % _who(standing))
    _end(standing, level.set_by)


def _end(level: UsualSymptom | ExpectedLevel, by: User) -> bool:
    standing = type(level).objects.standing().filter(pk=level.pk)
    return bool(standing.update(ended_at=clock.now(), ended_by=by))


def _who(level: UsualSymptom | ExpectedLevel) -> dict[str, str]:
    return {"who": str(level.set_by), "day": date_format(level.set_at, "j F")}


def _span(level: ExpectedLevel) -> dict[str, Any]:
    return {"grade": level.grade, "until": level.last_day.isoformat()}


def _plain(value: Any) -> Any:
    """Return a setting as JSON has it: numbers with a point as text, days as ISO text."""
    if isinstance(value, tuple):
        return [day.isoformat() for day in value]
    return str(value) if isinstance(value, Decimal) else value


def _keep(patient: Patient, changes: Sequence[SettingChange], why: str, *, by: User) -> list[SettingChange]:
    """Write down what changed, and have what it may change assessed again. The audit names kinds, no symptom."""
    now = clock.now()
    for change in changes:
        change.patient, change.why, change.at, change.by = patient, why, now, by
        change.save(force_insert=True)
        data = {"kind": str(change.kind)}
        record("triage.setting-changed", by=by, patient=patient.pk, subject=f"setting-change:{change.pk}", data=data)
    stir_entries(patient=patient, since=now - IN_FORCE)
    return list(changes)
