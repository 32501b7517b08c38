"""The calendar: read back with a library of its own, discreet by default, and gone at once when it is ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from symptoms.followups.actions.feeds import end_feed, make_feed
from symptoms.followups.models import CalendarFeed, InjectionPlan
from tests.factories.cast import Cast
from tests.followups.reminding.steps import Watch, give

pytestmark = pytest.mark.django_db
TELLING = ("inject", "kesimpta", "ofatumumab", "blood", "shot", "dose", "test", "liver", "sclerosis", "symptom diary")


def read(client: Client, secret: str) -> Any:
    answer = client.get(f"/feed/{secret}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    return Calendar.from_ical(answer.content)


def events(calendar: Any) -> list[Any]:
    return sorted(calendar.walk("VEVENT"), key=lambda one: one.decoded("dtstart"))


@pytest.fixture
def secret(cast: Cast, watch: Watch) -> str:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC), number=4)
    return make_feed(patient=cast.ana_log, detail="plain", by=cast.ana)


def test_it_is_read_without_sign_in_and_says_when(client: Client, secret: str) -> None:
    got = events(read(client, secret))
    days = [one.decoded("dtstart") for one in got]
    assert {date(2026, 11, 2), date(2026, 12, 2), date(2027, 1, 2)} <= set(days)
    assert all(type(day) is date for day in days)  # whole days: right in every zone
    assert all(one.decoded("dtend") - one.decoded("dtstart") == timedelta(days=1) for one in got)
    assert all(one.decoded("dtstamp").tzinfo is not None for one in got)


def test_it_says_nothing_about_health(client: Client, secret: str) -> None:
    text = client.get(f"/feed/{secret}.ics").content.decode().lower()
    assert not [word for word in TELLING if word in text]
    assert {str(one["summary"]) for one in events(read(client, secret))} == {"Reminder"}


def test_it_says_more_only_where_the_patient_chose_so(cast: Cast, watch: Watch, client: Client) -> None:
    give(cast.ana_log, datetime(2026, 10, 2, 18, 0, tzinfo=UTC), number=4)
    secret = make_feed(patient=cast.ana_log, detail="full", by=cast.ana)
    titles = {str(one["summary"]) for one in events(read(client, secret))}
    assert "Injection" in titles
    assert any(title.startswith("Blood test: ") for title in titles)


def test_an_event_keeps_its_identifier_when_its_day_moves(
    cast: Cast, watch: Watch, client: Client, secret: str
) -> None:
    before = {str(one["uid"]): one.decoded("dtstart") for one in events(read(client, secret))}
    InjectionPlan.objects.create(patient=cast.ana_log, interval="28d")
    after = {str(one["uid"]): one.decoded("dtstart") for one in events(read(client, secret))}
    assert before.keys() == after.keys()
    assert len(set(after)) == len(events(read(client, secret)))
    moved = {uid for uid in before if before[uid] != after[uid]}
    assert len(moved) >= 5


def test_a_shot_that_is_given_leaves_the_others_as_they_were(
    cast: Cast, watch: Watch, client: Client, secret: str
) -> None:
    before = [str(one["uid"]) for one in events(read(client, secret))]
    watch.at = datetime(2026, 11, 2, 20, 0, tzinfo=UTC)
    give(cast.ana_log, datetime(2026, 11, 2, 18, 0, tzinfo=UTC), number=5)
    after = [str(one["uid"]) for one in events(read(client, secret))]
    assert len(set(before) & set(after)) >= len(before) - 1
    assert len(set(after) - set(before)) == 1


def test_reading_it_costs_little_however_often(client: Client, secret: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        client.get(f"/feed/{secret}.ics")
    with django_assert_num_queries(2):  # looked up, and counted as a guess
        assert client.get("/feed/nothing.ics").status_code == 404


def test_an_ended_address_answers_as_one_that_never_was(cast: Cast, client: Client, secret: str) -> None:
    never = client.get("/feed/never.ics")
    end_feed(feed=CalendarFeed.objects.get(), by=cast.ana)
    gone = client.get(f"/feed/{secret}.ics")
    assert gone.status_code == never.status_code == 404
    assert gone.content.replace(secret.encode(), b"never") == never.content
    end_feed(feed=CalendarFeed.objects.get(), by=cast.ana)  # said twice


def test_a_new_address_ends_the_old_one(cast: Cast, client: Client, secret: str) -> None:
    new = make_feed(patient=cast.ana_log, detail="plain", by=cast.ana)
    assert client.get(f"/feed/{secret}.ics").status_code == 404
    assert client.get(f"/feed/{new}.ics").status_code == 200


def test_a_closed_account_has_no_calendar(cast: Cast, client: Client, secret: str) -> None:
    type(cast.ana).objects.filter(pk=cast.ana.pk).update(is_active=False)
    assert client.get(f"/feed/{secret}.ics").status_code == 404


def test_the_secret_is_kept_nowhere(secret: str) -> None:
    row = CalendarFeed.objects.get()
    assert len(secret) >= 43
    assert secret not in {str(value) for value in vars(row).values()}


@pytest.mark.parametrize("odd", ["%00", "a" * 5000, "..", "%F0%9F%92%89", "*"])
def test_odd_addresses_are_not_found(client: Client, cast: Cast, odd: str) -> None:
    assert client.get(f"/feed/{odd}.ics").status_code == 404


def test_a_patient_with_nothing_due_has_an_empty_calendar(cast: Cast, watch: Watch, client: Client) -> None:
    secret = make_feed(patient=cast.bo_log, detail="plain", by=cast.bo)
    assert events(read(client, secret)) == []


def test_the_page_shows_the_address_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    made = client.post(reverse("followups:calendar-make", args=[cast.ana_log.pk]), {"detail": "plain"})
    assert "no-store" in made["Cache-Control"]
    address = made.content.decode().split("/feed/")[1].split(".ics")[0]
    assert Client().get(f"/feed/{address}.ics").status_code == 200
    page = client.get(reverse("followups:reminders", args=[cast.ana_log.pk])).content.decode()
    assert "There is an address" in page
    assert address not in page
    assert client.post(reverse("followups:calendar-end", args=[cast.ana_log.pk])).status_code == 302
    assert Client().get(f"/feed/{address}.ics").status_code == 404


def test_odd_detail_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    answer = client.post(reverse("followups:calendar-make", args=[cast.ana_log.pk]), {"detail": "everything"})
    assert answer.status_code == 422
    assert not CalendarFeed.objects.exists()


def test_over_plain_http_it_is_refused_and_not_led_on(client: Client, secret: str, settings: LazySettings) -> None:
    """A redirect would teach nobody that the secret went over the wire in the clear."""
    settings.SECURE_SSL_REDIRECT = True
    for method in (client.get, client.head):
        assert method(f"/feed/{secret}.ics").status_code == 404
        assert method("/feed/never-issued.ics").status_code == 404
    assert client.get("/you/").status_code == 301
    assert client.get(f"/feed/{secret}.ics", secure=True).status_code == 200
