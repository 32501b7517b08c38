"""The plan of the shots: set by the clinic, or by the patient who has none. Each change tells who and why."""

from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.models import Injection, InjectionPlan, InjectionPlanChange
from symptoms.followups.schedule import AfterLate, Interval
from symptoms.followups.signals import injection_saved
from symptoms.lib import clock
from symptoms.sharing.models import Patient

Kind: Final = InjectionPlanChange.Kind
# Advice of the last 48 hours is still in force: the slowest call that the rules ask for is "within 1 to 2 days".
IN_FORCE: Final = timedelta(hours=48)
KINDS: Final = {
    "interval": Kind.INTERVAL,
    "after_late": Kind.AFTER_LATE,
    "start": Kind.START,
    "shot_at": Kind.SHOT_AT,
    "ended_on": Kind.ENDED_ON,
}


class PlanRefused(Exception):
    """It cannot be set so: `field` is what is wrong, `why` a sentence for whoever typed it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class PlanSaid:
    """The plan as it stands or as it was filled in; days and hours are the patient's own."""

    interval: str = Interval.MONTH.value
    after_late: str = AfterLate.ACTUAL.value
    start: date | None = None
    shot_at: time | None = None
    ended_on: date | None = None


def plan_of(patient: Patient) -> PlanSaid:
    """Return the plan that stands, the label's own where nobody set any. One query."""
    row = InjectionPlan.objects.filter(patient=patient.pk).first()
    return PlanSaid(**{one.name: getattr(row, one.name) for one in fields(PlanSaid)}) if row else PlanSaid()


@transaction.atomic
def set_injection_plan(*, patient: Patient, said: PlanSaid, why: str, by: User) -> list[InjectionPlanChange]:
    """Set the plan, and return what changed; the same again changes nothing. PlanRefused: it cannot be set so.

    Who may is asked at the gate. What was logged in the last 48 hours is assessed again: a missed dose, and one that
    is due after an infection, hang on the plan.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    standing = plan_of(patient)
    changed = [name for name in KINDS if getattr(said, name) != getattr(standing, name)]
    if not changed:
        return []
    _check(patient, said, why, by)
    values = {one.name: getattr(said, one.name) for one in fields(PlanSaid)}
    InjectionPlan.objects.update_or_create(patient=patient, defaults=values)
    changes = [_change(patient, standing, said, name, why, by) for name in changed]
    injection_saved.send(sender=Injection, patient=patient, at=clock.now() - IN_FORCE)
    return changes


def _change(patient: Patient, standing: PlanSaid, said: PlanSaid, name: str, why: str, by: User) -> InjectionPlanChange:
    was, becomes = _plain(getattr(standing, name)), _plain(getattr(said, name))
    change: InjectionPlanChange = InjectionPlanChange.objects.create(
        patient=patient, kind=KINDS[name], was=was, becomes=becomes, why=why, by=by
    )
    data = {"kind": str(change.kind)}
    record("followups.plan-changed", by=by, patient=patient.pk, subject=f"plan-change:{change.pk}", data=data)
    return change


def _check(patient: Patient, said: PlanSaid, why: str, by: User) -> None:
    if said.after_late == AfterLate.ORIGINAL and said.start is None:
        raise PlanRefused("start", _("Type the day of the first shot: the days are counted from it."))
    if said.start and said.ended_on and said.ended_on < said.start:
        raise PlanRefused("ended_on", _("This is before the first shot. Check both days."))
    if not why.strip() and patient.user_id != by.pk:
        raise PlanRefused("why", _("Write why, in a few words. The patient and your team can read it."))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value
