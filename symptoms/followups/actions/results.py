"""Results as the lab gave them: entered draw by draw, changed and deleted with their history."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.followups.actions.blood_tests import NotPossible, check_taken_on, take_turn, tell, today_of
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.blood.plan import next_due
from symptoms.followups.models import BloodTest, Result, ResultVersion
from symptoms.followups.selectors.courses import record_of
from symptoms.followups.signals import blood_tests_changed, results_saved
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.sharing.selectors import clinic_between

# A draw that was marked as taken within so many days is the one the results belong to: people mistake the day.
SAME_DRAW: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ResultSaid:
    """One value as it was filled in. Either `value` with its unit (UCUM) and the lab's range, or `found`."""

    analyte: str
    typed: str
    value: Decimal | None = None
    comparator: str = ""
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, and the entry of the diary that the advice on it stands at (None: nothing was written)."""

    results: Sequence[Result]
    entry: UUID | None


@transaction.atomic
def save_results(*, patient: Patient, taken_on: date, said: Sequence[ResultSaid], by: User) -> Saved:
    """Write down the values of one draw; the tests they belong to are done. The same again writes nothing.

    NotPossible: a day that is still to come, nothing filled in, another value of that day stands already. Who listens
    to `results_saved` does so in this transaction: no result stands that the rules were not told of.
    """
    take_turn(patient)
    check_taken_on(patient, taken_on)
    if not said:
        raise NotPossible("", _("Fill in one result at least."))
    by_test: defaultdict[str, list[ResultSaid]] = defaultdict(list)
    for one in said:
        by_test[catalogue().test_of(one.analyte).slug].append(one)
    written = [
        result for test, values in by_test.items() for result in _save_of_test(patient, test, taken_on, values, by=by)
    ]
    return Saved(written, _hear(patient, taken_on, by=by) if written else None)


@transaction.atomic
def change_result(*, result: Result, said: ResultSaid, by: User) -> Saved:
    """Put one value right, and keep what it said before. Where nothing changes, nothing is written."""
    take_turn(result.patient)
    locked: Result = Result.objects.live().select_related("patient__user").get(pk=result.pk)
    if _as_said(locked) == said:
        return Saved([], None)
    _keep_version(locked, by)
    for name, value in _fields(said).items():
        setattr(locked, name, value)
    locked.save()
    if clinic_between(locked.patient, by) is None:
        _unsee(locked)
    return Saved([locked], _tell_result(locked, "followups.result-changed", by=by))


@transaction.atomic
def delete_result(*, result: Result, by: User) -> None:
    """Take a value out. The row and its history stay. A test with no value left waits for its result again."""
    take_turn(result.patient)
    locked: Result = Result.objects.live().select_related("patient__user").get(pk=result.pk)
    _keep_version(locked, by)
    locked.deleted_at = clock.now()
    locked.save()
    if not Result.objects.live().filter(blood_test=locked.blood_test_id).exists():
        BloodTest.objects.filter(pk=locked.blood_test_id).update(result_in_at=None, seen_at=None, seen_by=None)
    _tell_result(locked, "followups.result-deleted", by=by, fresh=False)


def _save_of_test(patient: Patient, test: str, taken_on: date, said: Sequence[ResultSaid], *, by: User) -> list[Result]:
    step = _step_of_draw(patient, test, taken_on)
    standing = {result.analyte: result for result in step.results.live()} if step.result_in_at else {}
    fresh = [one for one in said if one.analyte not in standing]
    for one in said:
        if one.analyte in standing and _as_said(standing[one.analyte]) != one:
            told = _("A result of %(what)s of this day stands already. Open it to change it.")
            raise NotPossible(f"{one.analyte}-value", told % {"what": catalogue().analytes[one.analyte].name})
    if not fresh:
        return []
    # Who typed it in for the patient works at the clinic and has seen it, but not what was in before unseen.
    is_seen = clinic_between(patient, by) is not None and (step.result_in_at is None or step.seen_at is not None)
    now = clock.now()
    step.taken_on, step.result_in_at = taken_on, now
    step.seen_at, step.seen_by = (now, by) if is_seen else (None, None)
    step.save()
    _fold_others_into(step)
    made = [
        Result(patient=patient, blood_test=step, taken_on=taken_on, entered_by=by, analyte=one.analyte, **_fields(one))
        for one in fresh
    ]
    Result.objects.bulk_create(made)
    tell(patient, "followups.result-in", step, by=by)
    return made


def _step_of_draw(patient: Patient, test: str, taken_on: date) -> BloodTest:
    """Return the row that these values belong to: that draw, one whose result is awaited, what is due, a new one."""
    rows = BloodTest.objects.live().filter(patient=patient, test=test)
    near = (taken_on - SAME_DRAW, taken_on + SAME_DRAW)
    found: BloodTest | None = (
        rows.filter(taken_on=taken_on).first()
        or rows.filter(taken_on__range=near, result_in_at=None).order_by("-taken_on").first()
        or rows.filter(taken_on=None, due_on__lte=taken_on + timedelta(days=catalogue().early_days))
        .order_by("due_on")
        .first()
    )
    if found is not None:
        return found
    course = record_of(patient).course
    due = next_due(course, catalogue().tests[test], taken_on, catalogue())
    early = catalogue().before_start_days if due == course.start else catalogue().early_days
    counts = due is not None and due - timedelta(days=early) <= taken_on
    if counts and not rows.filter(due_on=due, reason=BloodTest.Reason.PLAN).exists():
        return BloodTest(patient=patient, test=test, reason=BloodTest.Reason.PLAN, due_on=due)
    return BloodTest(patient=patient, test=test, reason=BloodTest.Reason.OWN)


def _fold_others_into(step: BloodTest) -> None:
    """One draw answers every open request of that test up to its day; the others leave the list."""
    others = BloodTest.objects.live().filter(patient=step.patient_id, test=step.test, taken_on=None)
    reach = (step.taken_on or today_of(step.patient)) + timedelta(days=catalogue().early_days)
    others.exclude(pk=step.pk).filter(due_on__lte=reach).update(dropped_at=clock.now())


def _fields(said: ResultSaid) -> dict[str, Any]:
    fields = asdict(said)
    analyte = catalogue().analytes[fields.pop("analyte")]
    return fields | {"loinc": analyte.code(said.unit)}


def _as_said(result: Result) -> ResultSaid:
    return ResultSaid(
        analyte=result.analyte,
        typed=result.typed,
        value=result.value,
        comparator=result.comparator,
        unit=result.unit,
        lower=result.lower,
        upper=result.upper,
        found=result.found,
    )


def _keep_version(result: Result, by: User) -> None:
    said = {name: None if value is None else str(value) for name, value in asdict(_as_said(result)).items()}
    ResultVersion.objects.create(result=result, revision=result.revision, said=said, replaced_by=by)
    result.revision += 1


def _unsee(result: Result) -> None:
    """What was changed at home after the clinic looked has not been seen."""
    BloodTest.objects.filter(pk=result.blood_test_id).update(seen_at=None, seen_by=None)


def _tell_result(result: Result, verb: str, *, by: User, fresh: bool = True) -> UUID | None:
    data = {"analyte": result.analyte, "revision": result.revision}
    record(verb, by=by, patient=result.patient_id, subject=f"result:{result.pk}", data=data)
    return _hear(result.patient, result.taken_on, by=by, fresh=fresh)


def _hear(patient: Patient, since: date, *, by: User, fresh: bool = True) -> UUID | None:
    """Have the results heard, and return the entry that the advice on them stands at."""
    transaction.on_commit(partial(blood_tests_changed.send_robust, sender=Result, patient=patient))
    answers: list[tuple[Any, Any]] = results_saved.send(sender=Result, patient=patient, since=since, by=by, fresh=fresh)
    heard: UUID | None = next((answer for _receiver, answer in answers if isinstance(answer, UUID)), None)
    return heard
