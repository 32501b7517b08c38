"""Two people at once, equal moments, travellers: what an entry depends on is always seen."""

from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.triage import actions
from symptoms.triage.models import Assessment
from tests.factories.cast import Cast, make_cast
from tests.factories.diary import make_entry


def rules_of(entry: Entry) -> list[str]:
    said = Assessment.objects.get(entry=entry, is_current=True)
    return [held["rule_id"] for held in said.result["held"]]


def test_a_shot_in_the_very_minute_that_an_earlier_day_counts_from_is_seen(cast: Cast) -> None:
    yesterday = clock.local_day(clock.now(), "Europe/London") - timedelta(days=1)
    entry = make_entry(cast.ana_log, {"trouble-swallowing": 1}, day=yesterday)
    actions.assess_entry(entry_id=entry.pk)
    log_injection(patient=cast.ana_log, at=entry.happened_at, number=4, site="", by=cast.ana)
    again = actions.assess_entry(entry_id=entry.pk)
    assert again is not None and again.tier == "emergency"


def test_two_entries_about_the_same_earlier_day_are_both_assessed_with_each_other(cast: Cast) -> None:
    yesterday = clock.local_day(clock.now(), "Europe/London") - timedelta(days=1)
    confused = make_entry(cast.ana_log, {"confusion": 1}, day=yesterday)
    actions.assess_entry(entry_id=confused.pk)
    hot = make_entry(cast.ana_log, {"fever": 2}, day=yesterday)
    hot.refresh_from_db()
    assert hot.revision == 1
    assert actions.assess_entry(entry_id=confused.pk) is not None
    assert "E04-sepsis" in rules_of(confused)


def test_an_entry_moved_to_today_by_a_traveller_never_lies_in_the_future(cast: Cast) -> None:
    """Written in Honolulu, moved in Kiritimati, where the day is already the next one."""
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Pacific/Honolulu")
    cast.ana_log.user.refresh_from_db()
    entry = make_entry(cast.ana_log, {"cough": 1})
    tomorrow = clock.local_day(clock.now(), "Pacific/Kiritimati")
    assert tomorrow > entry.day
    cough = Symptom.objects.get(slug="cough")
    moved = change_entry(entry=entry, said=EntrySaid(day=tomorrow, reports=[ReportSaid(cough, 1)]), by=cast.ana)
    assert moved.day == tomorrow
    assert moved.happened_at <= clock.now()


def test_one_tap_with_the_button_of_an_earlier_day_leaves_that_day_alone(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    key, url = str(uuid4()), f"/p/{cast.ana_log.pk}/log/none/"
    client.post(url, {"key": key})
    yesterday = clock.local_day(clock.now(), "Europe/London") - timedelta(days=1)
    earlier = {"day": yesterday, "idempotency_key": uuid5(UUID(key), yesterday.isoformat())}
    Entry.objects.update(happened_at=clock.end_of_day(yesterday, "Europe/London"), **earlier)
    client.post(url, {"key": key})
    client.post(url, {"key": key})
    days = sorted(Entry.objects.values_list("day", flat=True))
    assert days == [yesterday, yesterday + timedelta(days=1)]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_the_second_is_assessed_with_what_the_first_said() -> None:
    cast = make_cast()
    saved, go = Event(), Event()
    made: dict[str, Any] = {}

    def slowly() -> None:
        with transaction.atomic():
            made["hot"] = make_entry(cast.ana_log, {"fever": 2})
            saved.set()
            go.wait(3)
        connection.close()

    def quickly() -> None:
        made["confused"] = entry = make_entry(cast.ana_log, {"confusion": 1}, by=cast.sam)
        actions.assess_entry(entry_id=entry.pk)
        connection.close()

    first, second = Thread(target=slowly), Thread(target=quickly)
    first.start()
    assert saved.wait(5)
    second.start()
    second.join(0.5)
    go.set()
    first.join()
    second.join()
    actions.assess_entry(entry_id=made["hot"].pk)
    assert "E04-sepsis" in rules_of(made["confused"]) + rules_of(made["hot"])


def test_a_traveller_going_west_keeps_the_morning_of_the_same_hours(cast: Cast) -> None:
    """Tokyo's Tuesday morning is New York's Monday evening: days run back, hours do not."""
    tokyo = datetime(2026, 11, 10, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    new_york = tokyo.astimezone(ZoneInfo("America/New_York")) + timedelta(hours=2)
    first = make_entry(cast.ana_log, {"fever": 2})
    second = make_entry(cast.ana_log, {"headache": 1})
    for entry, at, zone in ((first, tokyo, "Asia/Tokyo"), (second, new_york, "America/New_York")):
        Entry.objects.filter(pk=entry.pk).update(happened_at=at, made_at=at, day=at.date(), time_zone=zone)
    said = actions.assess_entry(entry_id=second.pk)
    assert said is not None
    same_zone = Entry.objects.filter(pk=first.pk)
    same_zone.update(day=new_york.date(), time_zone="America/New_York")
    Entry.objects.filter(pk=second.pk).update(revision=2)
    as_at_home = actions.assess_entry(entry_id=second.pk)
    assert as_at_home is not None
    assert said.tier == as_at_home.tier
