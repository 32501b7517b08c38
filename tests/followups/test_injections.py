"""Logging a shot and reading the list: works, reader, stranger, bad id, wrong method, odd input."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.followups.forms import InjectionForm, instant
from symptoms.followups.models import Injection
from symptoms.followups.selectors import coming_shot, injections_for_page
from symptoms.lib import clock
from symptoms.sharing.models import Grant, Patient
from symptoms.triage.actions import assess_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

LONDON = "Europe/London"


def page_of(log: Patient) -> str:
    return reverse("followups:injections", args=[log.pk])


def day(ago: int = 0, zone: str = LONDON) -> Any:
    return clock.local_day(clock.now(), zone) - timedelta(days=ago)


def said(ago: Any = 1, **fields: Any) -> dict[str, object]:
    return {"day": day(ago).isoformat(), "time": "18:30", "number": "6", "site": "thigh-left", **fields}


def shot(log: Patient, ago: int, number: int | None = None, site: str = "thigh-left") -> Injection:
    at = datetime.combine(day(ago), datetime.min.time(), ZoneInfo(LONDON)) + timedelta(minutes=1)
    return log_injection(patient=log, at=at, number=number, site=site, by=log.user)


def read(client: Client, user: User, log: Patient) -> str:
    client.force_login(user)
    answer = client.get(page_of(log))
    assert answer.status_code == 200
    return answer.content.decode()


def test_shot_is_logged_in_the_zone_of_the_patient(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(time_zone="America/New_York")
    client.force_login(cast.ana)
    given = day(1, "America/New_York")
    answer = client.post(page_of(cast.ana_log), said(day=given.isoformat()), follow=True)
    assert "The shot is in your list." in answer.content.decode()
    kept = Injection.objects.get()
    assert kept.at.astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%d %H:%M") == f"{given} 18:30"
    assert (kept.time_zone, kept.number, kept.site) == ("America/New_York", 6, "thigh-left")
    event = Event.objects.get(verb="followups.injection-logged")
    assert (event.actor, event.patient, event.subject) == (cast.ana.uuid, cast.ana_log.pk, f"injection:{kept.pk}")


def test_number_may_be_left_empty(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    client.post(page_of(cast.ana_log), said(number=""))
    assert Injection.objects.get().number is None


def test_double_click_gives_one_shot(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    client.post(page_of(cast.ana_log), said())
    again = client.post(page_of(cast.ana_log), said())
    assert "is in your list already" in again.content.decode()
    assert Injection.objects.count() == 1


def test_same_time_in_another_log_is_another_shot(client: Client, cast: Cast) -> None:
    for user, log in ((cast.ana, cast.ana_log), (cast.bo, cast.bo_log)):
        client.force_login(user)
        assert client.post(page_of(log), said()).status_code == 302


def test_shot_has_later_entries_assessed_again(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"wheeze": 1})
    assess_entry(entry_id=entry.pk)
    client.force_login(cast.ana)
    client.post(page_of(cast.ana_log), said())
    assert Entry.objects.unassessed().filter(pk=entry.pk).exists()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("day", "", "required"),
        ("day", "tomorrow", "not one of the available choices"),
        ("day", (clock.now() + timedelta(days=2)).date().isoformat(), "not one of the available choices"),
        ("day", "2020-01-01", "not one of the available choices"),
        ("day", "2026-02-31", "not one of the available choices"),
        ("time", "", "required"),
        ("time", "25:00", "Type a time as hours and minutes"),
        ("time", "half past six", "Type a time as hours and minutes"),
        ("number", "0", "greater than or equal to 1"),
        ("number", "1000", "less than or equal to 999"),
        ("number", "-3", "greater than or equal to 1"),
        ("number", "six", "whole number"),
        ("number", "6.5", "whole number"),
        ("site", "", "required"),
        ("site", "left-eye", "not one of the available choices"),
    ],
)
def test_odd_input_is_told_and_nothing_is_kept(client: Client, cast: Cast, field: str, value: str, told: str) -> None:
    client.force_login(cast.ana)
    answer = client.post(page_of(cast.ana_log), said(**{field: value}))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert told in html
    assert "<title>Error:" in html
    assert not Injection.objects.exists()


def test_shot_still_to_come_is_refused(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(time_zone="UTC")
    later = clock.now() + timedelta(minutes=5)
    client.force_login(cast.ana)
    at = {"day": later.date().isoformat(), "time": f"{later:%H:%M}"}
    html = client.post(page_of(cast.ana_log), said(**at)).content.decode()
    assert "still to come" in html or "not one of the available choices" in html
    assert not Injection.objects.exists()


def test_form_offers_today_and_35_days_back(cast: Cast) -> None:
    offered = [value for value, _ in InjectionForm(patient=cast.ana_log).fields["day"].choices]  # type: ignore[attr-defined]
    assert offered == [day(ago).isoformat() for ago in range(36)]


def test_form_proposes_today_the_next_number_and_the_rested_place(client: Client, cast: Cast) -> None:
    shot(cast.ana_log, 30, 7, "thigh-left")
    shot(cast.ana_log, 60, 6, "abdomen-left")
    html = read(client, cast.ana, cast.ana_log)
    assert f'value="{day().isoformat()}" selected' in html
    assert 'name="number" value="8"' in html
    assert "The right thigh rested longest." in html
    assert 'value="thigh-right" id="site-thigh-right" checked' in html


@pytest.mark.parametrize(
    ("zone", "given", "utc"),
    [
        (LONDON, (2026, 3, 29, 1, 30), "2026-03-29 01:30"),  # skipped by the clocks: an hour later, 02:30 BST
        (LONDON, (2026, 10, 25, 1, 30), "2026-10-25 00:30"),  # lived twice: the first
        ("Asia/Kolkata", (2026, 11, 21, 4, 0), "2026-11-20 22:30"),
        ("Pacific/Kiritimati", (2026, 11, 22, 0, 0), "2026-11-21 10:00"),
    ],
)
def test_local_times_become_the_right_instant(zone: str, given: tuple[int, ...], utc: str) -> None:
    local = datetime(*given)  # type: ignore[arg-type] # noqa: DTZ001 (a wall clock)
    assert f"{instant(local.date(), local.time(), zone):%Y-%m-%d %H:%M}" == utc


def test_page_lists_shots_newest_first_with_the_last_six_places(client: Client, cast: Cast) -> None:
    sites = list(Injection.Site.values)
    for n in range(8):
        shot(cast.ana_log, 8 - n, n + 1, sites[n % 6])
    page = injections_for_page(cast.ana_log)
    assert [one.number for one in page.shots] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert len(page.sites) == 6
    assert page.sites[0] == str(Injection.Site(sites[1]).label)
    html = read(client, cast.ana, cast.ana_log)
    assert html.index("Injection 8</strong>") < html.index("Injection 1</strong>")


def test_shots_are_told_on_the_day_they_were_lived(cast: Cast) -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    Injection.objects.create(patient=cast.ana_log, at=at, time_zone="Asia/Kolkata", number=4, site="thigh-left")
    one = injections_for_page(cast.ana_log).shots[0]
    assert f"{one.day} {one.time:%H:%M}" == "2026-11-21 05:00"


def test_next_shot_counts_from_the_day_lived(cast: Cast) -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    Injection.objects.create(patient=cast.ana_log, at=at, time_zone="Asia/Kolkata", number=1, site="thigh-left")
    coming = coming_shot(cast.ana_log, today=datetime(2026, 11, 22, tzinfo=UTC).date())
    assert coming is not None
    assert (str(coming.due.day), coming.days_left) == ("2026-11-28", 6)


def test_page_without_shots(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, cast.ana_log)
    assert "No shots logged yet" in html
    assert coming_shot(cast.ana_log, today=day()) is None


@pytest.mark.parametrize(("who", "level"), [("sam", "read"), ("sam", "read-add"), ("lindqvist", "read")])
def test_reader_sees_the_list_and_may_not_log(client: Client, cast: Cast, who: str, level: str) -> None:
    Grant.objects.filter(user=cast.sam).update(adds=["symptoms", "notes"] if level == "read-add" else [])
    shot(cast.ana_log, 3, 6)
    html = read(client, getattr(cast, who), cast.ana_log)
    assert "Injection 6" in html
    assert "Log this shot" not in html
    assert "<title>Ana: Injections" in html
    assert client.post(page_of(cast.ana_log), said()).status_code == 403
    assert Injection.objects.count() == 1


@pytest.mark.parametrize("who", ["bo", "far", "staff"])
def test_stranger_finds_nothing(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(page_of(cast.ana_log)).status_code == 404
    assert client.post(page_of(cast.ana_log), said()).status_code == 404
    assert not Injection.objects.exists()


def test_bad_id_wrong_method_signed_out(client: Client, cast: Cast) -> None:
    assert client.get(page_of(cast.ana_log))["Location"].startswith(reverse("account_login"))
    client.force_login(cast.ana)
    assert client.get(reverse("followups:injections", args=[uuid4()])).status_code == 404
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(page_of(cast.ana_log)).status_code == 405


def test_post_cannot_name_another_patient(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    client.post(page_of(cast.ana_log), said(patient=str(cast.bo_log.pk)))
    assert Injection.objects.get().patient == cast.ana_log


@pytest.mark.parametrize("shots", [1, 60])
def test_page_costs_the_same_for_many_shots(
    client: Client, cast: Cast, django_assert_num_queries: Any, shots: int
) -> None:
    Injection.objects.bulk_create(
        Injection(patient=cast.ana_log, at=clock.now() - timedelta(days=n), time_zone=LONDON, site="thigh-left")
        for n in range(shots)
    )
    client.force_login(cast.ana)
    with django_assert_num_queries(7):
        client.get(page_of(cast.ana_log))
