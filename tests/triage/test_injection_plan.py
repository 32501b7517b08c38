"""P11 and P18 follow the plan of the person: the days set at the start, the first dose, the end."""

from datetime import date, timedelta
from typing import Any

import pytest

from symptoms.followups.actions import PlanSaid, log_injection, set_injection_plan
from symptoms.followups.models import Injection
from symptoms.followups.selectors import injections_for_page
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.triage.actions import assess_now
from symptoms.triage.facts import facts_for
from tests.factories.cast import Cast
from tests.factories.diary import make_entry


def ago(days: int) -> date:
    return clock.local_day(clock.now(), "Europe/London") - timedelta(days=days)


def plan(cast: Cast, **said: Any) -> None:
    set_injection_plan(patient=cast.ana_log, said=PlanSaid(**said), why="as agreed", by=cast.okoye)


def shot(cast: Cast, days: int, number: int) -> Injection:
    at = clock.now() - timedelta(days=days)
    return log_injection(patient=cast.ana_log, at=at, number=number, site="thigh-left", by=cast.ana)


def known_for(cast: Cast, days: int) -> None:
    Patient.objects.filter(pk=cast.ana_log.pk).update(created_at=clock.now() - timedelta(days=days))
    cast.ana_log.refresh_from_db()


def rules(cast: Cast, **grades: int) -> set[str]:
    """Log symptoms today and return the first parts of the ids of the rules that hold."""
    entry = make_entry(cast.ana_log, {slug.replace("_", "-"): grade for slug, grade in grades.items()})
    return {held.rule_id.split("-")[0] for held in assess_now(entry).held}


@pytest.mark.parametrize(("after_late", "missed"), [("original", True), ("actual", False)])
def test_a_dose_is_missed_by_the_days_set_at_the_start(cast: Cast, after_late: str, missed: bool) -> None:
    plan(cast, interval="28d", after_late=after_late, start=ago(60))
    shot(cast, 25, 4)  # due 32 days ago; the next by the old days 4 days ago, else in 3
    assert ("P18" in rules(cast, headache=1)) is missed
    assert injections_for_page(cast.ana_log).is_missed is missed


@pytest.mark.parametrize(("after_late", "near"), [("original", True), ("actual", False)])
def test_an_infection_before_the_next_of_the_old_days_is_heard(cast: Cast, after_late: str, near: bool) -> None:
    plan(cast, interval="28d", after_late=after_late, start=ago(54))
    shot(cast, 19, 4)  # by the old days the next is in 2 days, else in 9
    assert ("P11" in rules(cast, runny_nose=1)) is near


@pytest.mark.parametrize(("days", "missed"), [(0, False), (1, True)])
def test_the_first_dose_of_the_plan_is_missed_a_day_later(cast: Cast, days: int, missed: bool) -> None:
    known_for(cast, 30)
    plan(cast, start=ago(days))
    assert ("P18" in rules(cast, headache=1)) is missed


def test_an_infection_before_the_first_dose_is_heard(cast: Cast) -> None:
    plan(cast, start=ago(-3))
    assert "P11" in rules(cast, runny_nose=1)


def test_a_first_day_from_before_the_diary_is_no_missed_dose(cast: Cast) -> None:
    """The shots since then were logged elsewhere, if anywhere."""
    known_for(cast, 5)
    plan(cast, start=ago(6))
    assert "P18" not in rules(cast, headache=1)
    assert injections_for_page(cast.ana_log).due is None


@pytest.mark.parametrize(("ended", "holds"), [(0, False), (-1, False), (-2, False), (-3, True)])
def test_a_dose_on_or_after_the_end_is_not_due(cast: Cast, ended: int, holds: bool) -> None:
    """The next would be in two days."""
    plan(cast, interval="28d", ended_on=ago(ended))
    shot(cast, 26, 9)
    assert ("P11" in rules(cast, runny_nose=1)) is holds
    assert (injections_for_page(cast.ana_log).due is not None) is holds


@pytest.mark.parametrize(("ended", "missed"), [(0, False), (1, False), (-1, True)])
def test_after_the_end_nobody_is_told_to_take_a_dose_that_was_late(cast: Cast, ended: int, missed: bool) -> None:
    plan(cast, interval="28d", ended_on=ago(ended))
    shot(cast, 33, 9)  # due five days ago
    assert ("P18" in rules(cast, headache=1)) is missed
    page = injections_for_page(cast.ana_log)
    assert page.is_missed is missed
    assert (page.due is not None) is missed


def test_the_plan_is_that_of_the_patient_alone(cast: Cast) -> None:
    plan(cast, interval="28d", after_late="original", start=ago(60))
    entry = make_entry(cast.bo_log, {"headache": 1})
    schedule = facts_for(entry).schedule
    assert schedule is not None
    assert (schedule.interval, schedule.next_dose, schedule.ended_on) == ("month", None, None)
