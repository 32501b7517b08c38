"""What a clinic or the patient sets: bounds, reasons, audit, two writers, and what is assessed again."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage.actions import assess_entry, assess_now
from symptoms.triage.actions.settings import (
    ChangedMeanwhile,
    NotAllowed,
    RulesSaid,
    add_usual,
    change_settings,
    end_expected,
    end_usual,
    expect_level,
    rules_of,
)
from symptoms.triage.models import ExpectedLevel, Flag, SettingChange, TriageSettings, UsualSymptom
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

FIRST = RulesSaid()
WHY = "Seen at the visit"
FEVER = RulesSaid(fever_c=Decimal("37.8"))


def today(cast: Cast) -> date:
    return clock.local_day(clock.now(), cast.ana_log.time_zone)


def symptom(slug: str) -> Symptom:
    found: Symptom = Symptom.objects.get(slug=slug)
    return found


def change(cast: Cast, said: RulesSaid, **more: Any) -> list[SettingChange]:
    seen: dict[str, Any] = {"seen": rules_of(cast.ana_log).mark, "why": WHY, "by": cast.okoye, "patient": cast.ana_log}
    return change_settings(said=said, **(seen | more))


def expect(cast: Cast, slug: str = "joint-pain", grade: int = 3, days: int = 7, **more: Any) -> ExpectedLevel:
    last_day = today(cast) + timedelta(days=days)
    said: dict[str, Any] = {
        "symptom": symptom(slug),
        "grade": grade,
        "last_day": last_day,
        "why": WHY,
        "by": cast.okoye,
    }
    return expect_level(patient=cast.ana_log, **(said | more))


def usual(cast: Cast, slug: str = "fatigue", grade: int | None = 1, **more: Any) -> UsualSymptom:
    said: dict[str, Any] = {"symptom": symptom(slug), "grade": grade, "why": WHY, "by": cast.okoye}
    return add_usual(patient=cast.ana_log, **(said | more))


def refused(call: Any, *args: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(NotAllowed) as caught:
        call(*args, **more)
    return caught.value.field, caught.value.why


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (TriageSettings, UsualSymptom, ExpectedLevel, SettingChange, Event))


# Numbers and switches


def test_each_change_is_kept_with_what_it_was_who_and_why(cast: Cast) -> None:
    relapse = today(cast) - timedelta(days=40)
    said = RulesSaid(True, Decimal("37.5"), 1, "core-positive", (relapse,))
    change(cast, said)
    assert rules_of(cast.ana_log) == said
    kept = {row.kind: (row.was, row.becomes) for row in SettingChange.objects.filter(patient=cast.ana_log)}
    assert kept == {
        "strict-mode": (False, True),
        "fever": ("38.0", "37.5"),
        "cough": (3, 1),
        "hepatitis-b": ("", "core-positive"),
        "relapses": ([], [relapse.isoformat()]),
    }
    assert {(row.by, row.why) for row in SettingChange.objects.all()} == {(cast.okoye, WHY)}


def test_only_what_changed_is_written_and_the_same_again_is_nothing(cast: Cast) -> None:
    assert [row.kind for row in change(cast, FEVER)] == ["fever"]
    before = rows()
    assert change(cast, FEVER, seen="a page of last week") == []
    assert rows() == before


def test_audit_names_the_kind_and_no_symptom_number_or_reason(cast: Cast) -> None:
    change(cast, FEVER)
    usual(cast)
    end_expected(level=expect(cast), why=WHY, by=cast.okoye)
    events = Event.objects.filter(verb="triage.setting-changed", patient=cast.ana_log.pk, actor=cast.okoye.uuid)
    assert [event.data for event in events.order_by("pk")] == [
        {"kind": "fever"},
        {"kind": "usual"},
        {"kind": "expected"},
        {"kind": "expected"},
    ]
    told = {UUID(event.subject.removeprefix("setting-change:")) for event in events}
    assert told == set(SettingChange.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (RulesSaid(fever_c=Decimal("37.4")), "fever_c"),
        (RulesSaid(fever_c=Decimal("38.1")), "fever_c"),
        (RulesSaid(cough_days=0), "cough_days"),
        (RulesSaid(cough_days=22), "cough_days"),
        (RulesSaid(hepatitis_b="perhaps"), "hepatitis_b"),
        (RulesSaid(relapses=(date(2999, 1, 1),)), "relapses"),
    ],
)
def test_numbers_out_of_bounds_are_refused_and_nothing_is_written(cast: Cast, said: RulesSaid, field: str) -> None:
    before = rows()
    assert refused(change, cast, said)[0] == field
    assert rows() == before


@pytest.mark.parametrize("said", [{"fever_c": Decimal("37.5")}, {"cough_days": 1}, {"cough_days": 21}])
def test_numbers_on_the_bounds_are_kept(cast: Cast, said: dict[str, Any]) -> None:
    change(cast, RulesSaid(**said))
    assert rules_of(cast.ana_log) == RulesSaid(**said)


@pytest.mark.parametrize("field", [{"fever_c": Decimal("38.1")}, {"cough_days": 0}])
def test_the_database_refuses_them_too(cast: Cast, field: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TriageSettings.objects.create(patient=cast.ana_log, **field)


# Why


@pytest.mark.parametrize("why", ["", "  \n", "x" * 501])
def test_a_clinic_says_why_in_a_few_words(cast: Cast, why: str) -> None:
    level, standing = expect(cast), usual(cast)
    before = rows()
    assert refused(change, cast, FEVER, why=why)[0] == "why"
    assert refused(usual, cast, "tingling", why=why)[0] == "why"
    assert refused(expect, cast, "back-pain", why=why)[0] == "why"
    assert refused(end_expected, level=level, why=why, by=cast.okoye)[0] == "why"
    assert refused(end_usual, level=standing, why=why, by=cast.okoye)[0] == "why"
    assert rows() == before


def test_the_patient_need_not_say_why(cast: Cast) -> None:
    level = usual(cast, by=cast.ana, why="")
    assert end_usual(level=level, why="", by=cast.ana)
    assert {row.by for row in SettingChange.objects.all()} == {cast.ana}


# Two writers


def test_whoever_changes_an_older_page_is_told_who_was_first(cast: Cast) -> None:
    opened = rules_of(cast.ana_log).mark
    change(cast, FEVER, by=cast.lindqvist)
    before = rows()
    with pytest.raises(ChangedMeanwhile) as caught:
        change(cast, RulesSaid(cough_days=1), seen=opened)
    assert caught.value.last is not None
    assert (caught.value.last.by, caught.value.last.kind) == (cast.lindqvist, "fever")
    assert (rules_of(cast.ana_log), rows()) == (FEVER, before)


def test_a_symptom_is_usual_once_and_expected_once(cast: Cast) -> None:
    usual(cast)
    expect(cast)
    before = rows()
    for call, slug in ((usual, "fatigue"), (expect, "joint-pain")):
        field, why = refused(call, cast, slug, by=cast.lindqvist)
        assert (field, "Dr Okoye" in why) == ("symptom", True)
    assert rows() == before


def test_what_was_ended_is_ended_once(cast: Cast) -> None:
    level, standing = expect(cast), usual(cast)
    assert end_expected(level=level, why=WHY, by=cast.okoye)
    assert end_usual(level=standing, why=WHY, by=cast.okoye)
    before = rows()
    assert not end_expected(level=level, why=WHY, by=cast.lindqvist)
    assert not end_usual(level=standing, why=WHY, by=cast.lindqvist)
    assert rows() == before
    level.refresh_from_db()
    assert level.ended_by == cast.okoye


def test_what_was_ended_can_be_set_anew(cast: Cast) -> None:
    end_expected(level=expect(cast), why=WHY, by=cast.okoye)
    end_usual(level=usual(cast), why=WHY, by=cast.okoye)
    assert (expect(cast, grade=2).grade, usual(cast, grade=2).grade) == (2, 2)


def test_a_level_that_ran_out_makes_room_for_a_new_one(cast: Cast) -> None:
    old = expect(cast)
    past = today(cast) - timedelta(days=1)
    ExpectedLevel.objects.filter(pk=old.pk).update(first_day=past, last_day=past)
    new = expect(cast, grade=2)
    old.refresh_from_db()
    assert old.ended_by == cast.okoye
    assert list(ExpectedLevel.objects.standing()) == [new]


# Usual and expected


def test_no_emergency_sign_is_usual_or_expected(cast: Cast) -> None:
    emergencies = list(Symptom.objects.filter(home_tier="emergency"))
    assert len(emergencies) > 10
    before = rows()
    for one in emergencies:
        for call in (usual, expect):
            field, why = refused(call, cast, symptom=one)
            assert (field, one.name in why) == ("symptom", True)
    assert rows() == before


@pytest.mark.parametrize("grade", [0, 5, -1])
def test_grades_are_one_to_four(cast: Cast, grade: int) -> None:
    assert refused(usual, cast, grade=grade)[0] == "grade"
    assert refused(expect, cast, grade=grade)[0] == "grade"


@pytest.mark.parametrize(("who", "most"), [("ana", 2), ("okoye", 4)])
def test_severe_is_usual_only_where_a_clinic_says_so(cast: Cast, who: str, most: int) -> None:
    by: User = getattr(cast, who)
    for slug, grade in zip(("fatigue", "tingling", "joint-pain", "back-pain"), range(1, most + 1), strict=False):
        assert usual(cast, slug, grade, by=by).grade == grade
    assert refused(usual, cast, "itching-all-over", most + 1, by=by)[0] == "grade"
    assert usual(cast, "headache", None, by=by).grade is None


@pytest.mark.parametrize("days", [-1, 31, 400])
def test_a_level_is_expected_from_today_for_thirty_days_at_most(cast: Cast, days: int) -> None:
    assert refused(expect, cast, days=days)[0] == "last_day"
    assert not ExpectedLevel.objects.exists()


@pytest.mark.parametrize("days", [0, 30])
def test_today_alone_and_thirty_days_can_be_expected(cast: Cast, days: int) -> None:
    level = expect(cast, days=days)
    assert (level.first_day, level.last_day - level.first_day) == (today(cast), timedelta(days=days))


def test_a_retired_symptom_is_refused(cast: Cast) -> None:
    Symptom.objects.filter(slug="fatigue").update(retired_at=clock.now())
    assert refused(usual, cast, "fatigue")[0] == "symptom"


# What is assessed again


def assessed(entry: Entry) -> Entry:
    assess_entry(entry_id=entry.pk)
    fresh: Entry = Entry.objects.select_related("patient__user").get(pk=entry.pk)
    return fresh


@pytest.mark.parametrize("how", ["rules", "usual", "expected", "end usual", "end expected"])
def test_the_advice_of_the_last_48_hours_is_looked_at_again(cast: Cast, how: str) -> None:
    starts: dict[str, Any] = {"end usual": usual, "end expected": expect}
    to_end = starts[how](cast) if how in starts else None
    recent, older, others = (assessed(make_entry(log)) for log in (cast.ana_log, cast.ana_log, cast.bo_log))
    Entry.objects.filter(pk=recent.pk).update(happened_at=clock.now() - timedelta(hours=47))
    Entry.objects.filter(pk=older.pk).update(happened_at=clock.now() - timedelta(hours=49))
    if how == "rules":
        change(cast, FEVER)
    elif how == "usual":
        usual(cast)
    elif how == "expected":
        expect(cast)
    else:
        ends: dict[str, Any] = {"end usual": end_usual, "end expected": end_expected}
        ends[how](level=to_end, why=WHY, by=cast.okoye)
    assert set(Entry.objects.unassessed()) == {recent}
    assert others.patient_id == cast.bo_log.pk


def test_strict_mode_lifts_the_flag_of_this_morning(cast: Cast) -> None:
    entry = assessed(make_entry(cast.ana_log, {"runny-nose": 1}))
    change(cast, RulesSaid(strict_mode=True))
    assess_entry(entry_id=entry.pk)
    assert Flag.objects.get(patient=cast.ana_log).tier == "same-day"


def test_expecting_a_level_takes_no_flag_away(cast: Cast) -> None:
    entry = assessed(make_entry(cast.ana_log, {"joint-pain": 3}))
    before = Flag.objects.get(patient=cast.ana_log)
    expect(cast)
    assert assess_now(assessed(entry)).tier not in {"emergency", "same-day", "prompt"}
    after = Flag.objects.get(patient=cast.ana_log)
    assert (after.tier, after.state) == (before.tier, before.state) == ("prompt", "waiting")
