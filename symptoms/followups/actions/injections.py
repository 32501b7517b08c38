"""Shots: written down, changed and removed with their history. Each sends the same news, for advice hangs on it."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.models import CheckIn, Injection, InjectionVersion
from symptoms.followups.models.injections import LAST_STARTER
from symptoms.followups.schedule.reminders import Clock, check_in_reminders
from symptoms.followups.signals import injection_saved
from symptoms.lib import clock
from symptoms.sharing.models import Patient

# A question that was due this long ago is not asked any more: the next one, or the log itself, takes its place.
ASKED_FOR: Final = timedelta(hours=24)
NO_QUIET: Final = time(0)


@dataclass(frozen=True, slots=True)
class MoreSaid:
    """What else is known of a shot; the names are those of `Injection`. Instants are UTC."""

    dose: str = Injection.Dose.WHOLE
    phase: str = ""
    device: str = ""
    given_by: str = ""
    batch: str = ""
    expires_on: date | None = None
    out_of_fridge_at: datetime | None = None
    infection: str = ""
    medicine_before: str = ""


NOTHING_MORE: Final = MoreSaid()
SAID: Final = ("at", "time_zone", "number", "site", *(one.name for one in fields(MoreSaid)))


@transaction.atomic
def log_injection(
    *, patient: Patient, at: datetime, number: int | None, site: str, by: User, more: MoreSaid = NOTHING_MORE
) -> Injection:
    """Write down a shot given at `at` (UTC). Entries made since then are looked at again.

    Sent twice at once, it is written down once: one writer at a time.
    """
    _take_turn(patient)
    standing: Injection | None = Injection.objects.filter(patient=patient, at=at).first()
    if standing is not None:
        return standing
    injection = Injection(patient=patient, time_zone=patient.time_zone)
    _write(injection, at, number, site, more)
    injection.save(force_insert=True)
    _tell("followups.injection-logged", injection, at, by=by)
    return injection


@transaction.atomic
def change_injection(
    *, injection: Injection, at: datetime, number: int | None, site: str, by: User, more: MoreSaid
) -> Injection:
    """Change a shot; what it said before stays in its history. The same again changes nothing.

    Injection.DoesNotExist: somebody removed it meanwhile.
    """
    locked = _locked(injection)
    before, old = snapshot(locked), locked.at
    _write(locked, at, number, site, more)
    if snapshot(locked) == before:
        return locked
    _keep(locked, before, InjectionVersion.Kind.CHANGED, by=by)
    locked.revision += 1
    locked.save()
    _tell("followups.injection-changed", locked, min(old, at), by=by)
    return locked


@transaction.atomic
def remove_injection(*, injection: Injection, by: User) -> None:
    """Take a shot off the list; its words stay in the history. Removed twice, it is removed once."""
    try:
        locked = _locked(injection)
    except Injection.DoesNotExist:
        return
    _keep(locked, snapshot(locked), InjectionVersion.Kind.REMOVED, by=by)
    subject, patient, at = f"injection:{locked.pk}", locked.patient, locked.at
    locked.delete()
    record("followups.injection-removed", by=by, patient=patient.pk, subject=subject)
    injection_saved.send(sender=Injection, patient=patient, at=at)


@transaction.atomic
def settle_check_in(*, injection: Injection, step: str, state: str, by: User) -> None:
    """Note that the question of a step was answered (the person went to the log) or skipped. The first answer stays."""
    locked = _locked(injection)
    known = CheckIn.objects.filter(injection=locked, step=step)
    changed = known.waiting().update(state=state, settled_at=clock.now())
    if changed:
        data = {"step": step, "state": state}
        record("followups.check-in", by=by, patient=locked.patient_id, subject=f"injection:{locked.pk}", data=data)
        injection_saved.send(sender=CheckIn, patient=locked.patient, at=clock.now())


def snapshot(injection: Injection) -> dict[str, Any]:
    """Return all that a shot says, as plain JSON: days and instants as ISO text."""
    values = {name: getattr(injection, name) for name in SAID}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _take_turn(patient: Patient) -> None:
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


def _locked(injection: Injection) -> Injection:
    _take_turn(injection.patient)
    found: Injection = Injection.objects.select_related("patient__user").get(pk=injection.pk)
    return found


def _write(injection: Injection, at: datetime, number: int | None, site: str, more: MoreSaid) -> None:
    for one in fields(MoreSaid):
        setattr(injection, one.name, getattr(more, one.name))
    injection.at, injection.number, injection.site = at.astimezone(UTC), number, site
    if number is not None:
        starter = number <= LAST_STARTER
        injection.phase = Injection.Phase.STARTER if starter else Injection.Phase.MONTHLY


def _keep(injection: Injection, said: dict[str, Any], kind: str, *, by: User) -> None:
    InjectionVersion.objects.create(
        patient=injection.patient, injection=injection.pk, revision=injection.revision, kind=kind, said=said, by=by
    )


def _tell(verb: str, injection: Injection, since: datetime, *, by: User) -> None:
    _ask_again(injection)
    record(verb, by=by, patient=injection.patient_id, subject=f"injection:{injection.pk}")
    injection_saved.send(sender=Injection, patient=injection.patient, at=since)


def _ask_again(injection: Injection) -> None:
    """Have the questions that are still to come stand where the shot now is. A shot that misfired has none."""
    injection.check_ins.filter(state=CheckIn.State.WAITING).delete()
    if injection.dose == Injection.Dose.MISFIRE:
        return
    settled = set(injection.check_ins.values_list("step", flat=True))
    since = clock.now() - ASKED_FOR
    planned = check_in_reminders(injection.at, Clock(ZoneInfo(injection.time_zone).key, NO_QUIET, NO_QUIET))
    CheckIn.objects.bulk_create(
        CheckIn(patient=injection.patient, injection=injection, step=one.step, due_at=one.at)
        for one in planned
        if one.at > since and one.step not in settled
    )
