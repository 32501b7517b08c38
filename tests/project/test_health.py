"""The page that an operator's monitor asks."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.notifications.models import Delivery
from symptoms.triage.actions import assess_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.notifications.kinds import make_reminder


@pytest.mark.parametrize(("age", "status"), [(5, 200), (59, 200), (61, 503), (3600, 503)])
def test_it_turns_red_when_an_entry_waits_over_a_minute(client: Client, cast: Cast, age: int, status: int) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    Entry.objects.filter(pk=entry.pk).update(saved_at=clock.now() - timedelta(seconds=age))
    assert client.get(reverse("health")).status_code == status


def test_it_is_green_again_once_the_entry_is_assessed(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    Entry.objects.filter(pk=entry.pk).update(saved_at=clock.now() - timedelta(hours=1))
    assess_entry(entry_id=entry.pk)
    response = client.get(reverse("health"))
    assert response.status_code == 200
    assert response.json() == {
        "database": "ok",
        "entries_not_checked_in_time": 0,
        "reminders_not_told_in_time": 0,
        "messages_put_off": 0,
    }


@pytest.mark.parametrize(("age", "status"), [(-3600, 200), (5, 200), (299, 200), (301, 503)])
def test_it_turns_red_when_a_reminder_waits_over_five_minutes(
    client: Client, cast: Cast, age: int, status: int
) -> None:
    make_reminder(cast.ana, clock.now() - timedelta(seconds=age))
    assert client.get(reverse("health")).status_code == status


def test_a_mail_server_that_is_away_is_told_and_wakes_nobody(client: Client, cast: Cast) -> None:
    reminder = make_reminder(cast.ana, state="told")
    Delivery.objects.create(reminder=reminder, channel="email", tries=3, message_id="<x>")
    response = client.get(reverse("health"))
    assert (response.status_code, response.json()["messages_put_off"]) == (200, 1)


@pytest.mark.django_db
def test_it_only_reads(client: Client) -> None:
    assert client.post(reverse("health")).status_code == 405
