"""Changing and removing shots, the plan, the questions after a shot: kept, audited, and told to the rules."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.followups.actions import (
    MoreSaid,
    PlanRefused,
    PlanSaid,
    change_injection,
    log_injection,
    plan_of,
    remove_injection,
    set_injection_plan,
    settle_check_in,
)
from symptoms.followups.models import CheckIn, Injection, InjectionPlanChange, InjectionVersion
from symptoms.lib import clock
from symptoms.triage.actions import assess_entry
from symptoms.triage.facts import facts_for
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.inbox import flags

HOUR = timedelta(hours=1)


def given(cast: Cast, hours: float = 3, number: int | None = 8, **more: Any) -> Injection:
    at = clock.now() - hours * HOUR
    said = MoreSaid(**more)
    return log_injection(patient=cast.ana_log, at=at, number=number, site="thigh-left", by=cast.ana, more=said)


def change(cast: Cast, shot: Injection, **said: Any) -> Injection:
    at, number = said.pop("at", shot.at), said.pop("number", shot.number)
    more = MoreSaid(**said)
    return change_injection(injection=shot, at=at, number=number, site="thigh-left", by=cast.ana, more=more)


def test_change_keeps_what_was_said_and_has_entries_assessed_again(cast: Cast) -> None:
    shot = given(cast, 2)
    entry = make_entry(cast.ana_log, {"wheeze": 1})
    assess_entry(entry_id=entry.pk)
    change(cast, shot, at=shot.at - HOUR, batch="LOT-77")
    kept = InjectionVersion.objects.get()
    assert (kept.kind, kept.said["batch"], kept.said["at"]) == ("changed", "", shot.at.isoformat())
    assert Injection.objects.get().batch == "LOT-77"
    assert Entry.objects.unassessed().filter(pk=entry.pk).exists()
    assert "LOT-77" not in str(Event.objects.get(verb="followups.injection-changed").data)


def test_same_again_changes_nothing(cast: Cast) -> None:
    shot = given(cast)
    change(cast, shot)
    assert not InjectionVersion.objects.exists()
    assert not Event.objects.filter(verb="followups.injection-changed").exists()


def test_removed_shot_counts_no_more_and_leaves_its_words(cast: Cast) -> None:
    shot = given(cast, 2)
    entry = make_entry(cast.ana_log, {"wheeze": 1})
    assess_entry(entry_id=entry.pk)
    remove_injection(injection=shot, by=cast.ana)
    remove_injection(injection=shot, by=cast.ana)
    assert not Injection.objects.exists()
    assert InjectionVersion.objects.get().kind == "removed"
    assert Event.objects.filter(verb="followups.injection-removed").count() == 1
    assert Entry.objects.unassessed().filter(pk=entry.pk).exists()
    assert facts_for(Entry.objects.get(pk=entry.pk)).injections == ()


@pytest.mark.parametrize(("dose", "counts"), [("whole", 1), ("part", 1), ("misfire", 0)])
def test_misfire_is_no_dose_and_a_part_is_one(cast: Cast, dose: str, counts: int) -> None:
    given(cast, 3, dose=dose)
    entry = make_entry(cast.ana_log, {"chills": 1})
    assert len(facts_for(entry).injections) == counts


@pytest.mark.parametrize(("number", "phase"), [(1, "starter"), (3, "starter"), (4, "monthly"), (None, "")])
def test_phase_follows_the_number(cast: Cast, number: int | None, phase: str) -> None:
    assert given(cast, number=number).phase == phase


def test_three_questions_follow_a_shot_and_none_a_misfire(cast: Cast) -> None:
    shot = given(cast, 1)
    due = dict(CheckIn.objects.values_list("step", "due_at"))
    assert (due["24h"], due["72h"]) == (shot.at + 24 * HOUR, shot.at + 72 * HOUR)
    assert due["evening"] >= shot.at + 2 * HOUR
    change(cast, shot, dose="misfire")
    assert not CheckIn.objects.exists()


def test_question_is_settled_once_and_moves_with_its_shot(cast: Cast) -> None:
    shot = given(cast, 26)
    settle_check_in(injection=shot, step="24h", state="skipped", by=cast.ana)
    settle_check_in(injection=shot, step="24h", state="answered", by=cast.ana)
    change(cast, shot, at=shot.at + HOUR)
    assert CheckIn.objects.get(step="24h").state == "skipped"
    assert CheckIn.objects.get(step="72h").due_at == shot.at + 73 * HOUR
    assert Event.objects.filter(verb="followups.check-in").count() == 1


def test_shot_of_long_ago_asks_nothing(cast: Cast) -> None:
    given(cast, 24 * 10)
    assert not CheckIn.objects.exists()


def test_plan_is_changed_with_who_and_why(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"chills": 1})
    assess_entry(entry_id=entry.pk)
    said = PlanSaid(interval="28d", after_late="original", start=date(2026, 1, 5))
    set_injection_plan(patient=cast.ana_log, said=said, why="Agreed today", by=cast.okoye)
    assert plan_of(cast.ana_log) == said
    changes = InjectionPlanChange.objects.filter(patient=cast.ana_log)
    assert {one.kind: (one.was, one.becomes) for one in changes} == {
        "interval": ("month", "28d"),
        "after-late": ("actual", "original"),
        "start": (None, "2026-01-05"),
    }
    assert {(one.by, one.why) for one in changes} == {(cast.okoye, "Agreed today")}
    assert Entry.objects.unassessed().filter(pk=entry.pk).exists()
    assert set_injection_plan(patient=cast.ana_log, said=said, why="", by=cast.okoye) == []


@pytest.mark.parametrize(
    ("said", "why", "field"),
    [
        (PlanSaid(after_late="original"), "x", "start"),
        (PlanSaid(start=date(2026, 2, 1), ended_on=date(2026, 1, 1)), "x", "ended_on"),
        (PlanSaid(interval="28d"), " ", "why"),
    ],
)
def test_odd_plan_is_refused_and_nothing_kept(cast: Cast, said: PlanSaid, why: str, field: str) -> None:
    with pytest.raises(PlanRefused) as wrong:
        set_injection_plan(patient=cast.ana_log, said=said, why=why, by=cast.okoye)
    assert wrong.value.field == field
    assert not InjectionPlanChange.objects.exists()


def test_patient_need_not_say_why(cast: Cast) -> None:
    assert set_injection_plan(patient=cast.bo_log, said=PlanSaid(interval="28d"), why="", by=cast.bo)


def test_plan_page_is_set_by_the_clinic_or_by_who_has_none(client: Client, cast: Cast) -> None:
    said = {"interval": "28d", "after_late": "actual", "why": "We agreed"}
    for user, log, status in (
        (cast.ana, cast.ana_log, 403),
        (cast.okoye, cast.ana_log, 302),
        (cast.bo, cast.bo_log, 302),
        (cast.sam, cast.ana_log, 403),
    ):
        client.force_login(user)
        assert client.post(reverse("followups:injection-plan", args=[log.pk]), said).status_code == status, user
    assert plan_of(cast.ana_log).interval == plan_of(cast.bo_log).interval == "28d"


@pytest.mark.parametrize(
    ("hours", "dose", "told"),
    [(3, "part", "only a part went in"), (3, "misfire", "one misfired since"), (3, "whole", "number 8")],
)
def test_clinic_reads_that_not_all_went_in(client: Client, cast: Cast, hours: int, dose: str, told: str) -> None:
    given(cast, 24 * 30, 7)
    given(cast, hours, 8, dose=dose)
    flag = flags.emergency(cast.ana_log)
    client.force_login(cast.okoye)
    html = client.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    assert (told in html) == (dose != "whole")
    assert client.get(reverse("followups:injections", args=[cast.ana_log.pk])).status_code == 200
