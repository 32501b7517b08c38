"""Rows of diary and follow-ups, read into facts."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from symptoms.diary.actions import delete_entry
from symptoms.diary.models import Entry, Report
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.triage.facts import facts_for
from tests.factories.cast import Cast
from tests.factories.diary import make_entry


def again(entry: Entry) -> Entry:
    fresh: Entry = Entry.objects.select_related("patient__user").get(pk=entry.pk)
    return fresh


def test_the_entry_stands_last_in_its_own_zone_with_its_answers(cast: Cast) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    make_entry(cast.ana_log, {"cough": 1}, day=today - timedelta(days=2))
    entry = make_entry(cast.ana_log, {"chest-pain": None}, temperature_c=Decimal("38.60"), note="since noon")
    Report.objects.filter(entry=entry).update(answers={"minutes": 20, "sudden": "unsure"})
    facts = facts_for(again(entry))
    last = facts.entries[-1]
    assert [tick.symptom for tick in facts.entries[0].ticks] == ["cough"]
    assert (last.day, last.temperature_c, last.note) == (today, 38.6, "since noon")
    assert last.at.tzinfo == ZoneInfo("Europe/London")
    (tick,) = last.ticks
    assert (tick.symptom, tick.severity, tick.minutes, tick.sudden) == ("chest-pain", None, 20, "unsure")


def test_strangers_deleted_and_later_entries_stay_out(cast: Cast) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    make_entry(cast.bo_log, {"cough": 1}, day=today - timedelta(days=2))
    delete_entry(entry=make_entry(cast.ana_log, {"cough": 1}, day=today - timedelta(days=2)), by=cast.ana)
    entry = make_entry(cast.ana_log, {"fever": 1}, day=today - timedelta(days=1))
    make_entry(cast.ana_log, {"headache": 1})
    assert [e.day for e in facts_for(again(entry)).entries] == [today - timedelta(days=1)]


def test_shots_up_to_the_entry_in_order_of_time(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"fever": 1})
    for hours, number in ((1, 9), (700, 8), (-5, 10)):
        at = entry.happened_at - timedelta(hours=hours)
        log_injection(patient=cast.ana_log, at=at, number=number, site="arm-left", by=cast.ana)
    shots = facts_for(again(entry)).injections
    assert [shot.number for shot in shots] == [8, 9]
    assert entry.happened_at - shots[-1].at == timedelta(hours=1)


def test_an_earlier_day_counts_from_its_end_so_no_shot_of_that_day_is_missed(cast: Cast) -> None:
    yesterday = clock.local_day(clock.now(), "Europe/London") - timedelta(days=1)
    entry = make_entry(cast.ana_log, {"wheeze": 1}, day=yesterday)
    at = datetime.combine(yesterday, datetime.min.time(), ZoneInfo("Europe/London")) + timedelta(hours=21)
    log_injection(patient=cast.ana_log, at=at, number=9, site="", by=cast.ana)
    (shot,) = facts_for(again(entry)).injections
    assert timedelta() < entry.happened_at - shot.at <= timedelta(hours=24)


@pytest.mark.parametrize("days", [1, 30])
def test_the_queries_do_not_grow_with_the_diary(
    cast: Cast, days: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    for ago in range(days, 0, -1):
        make_entry(cast.ana_log, {"fatigue": 1, "headache": 1}, day=today - timedelta(days=ago))
    entry = again(make_entry(cast.ana_log, {"fever": 1}))
    with django_assert_num_queries(5):
        facts = facts_for(entry)
    assert len(facts.entries) == days + 1
