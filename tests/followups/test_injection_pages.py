"""The pages of one shot and of the plan: what they tell, and what they cost however long the history is."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.followups.actions import MoreSaid, PlanSaid, change_injection, log_injection, set_injection_plan
from symptoms.followups.forms import InjectionForm
from symptoms.followups.injection_words import after_logging
from symptoms.followups.models import Injection
from symptoms.lib import clock
from tests.factories.cast import Cast


def shots(cast: Cast, number: int) -> list[Injection]:
    now = clock.now()
    return [
        log_injection(patient=cast.ana_log, at=now - timedelta(days=n), number=n, site="thigh-left", by=cast.ana)
        for n in range(number, 0, -1)
    ]


@pytest.mark.parametrize(("name", "queries"), [("injection", 5), ("injection-change", 7), ("injection-remove", 5)])
@pytest.mark.parametrize("changes", [1, 12])
def test_page_of_a_shot_costs_the_same_however_often_it_was_changed(
    client: Client, cast: Cast, django_assert_num_queries: Any, name: str, queries: int, changes: int
) -> None:
    shot = shots(cast, changes)[-1]
    for n in range(changes):
        said = MoreSaid(batch=f"LOT-{n}")
        change_injection(injection=shot, at=shot.at, number=n + 1, site="thigh-left", by=cast.ana, more=said)
    client.force_login(cast.ana)
    with django_assert_num_queries(queries):
        assert client.get(reverse(f"followups:{name}", args=[cast.ana_log.pk, shot.pk])).status_code == 200


@pytest.mark.parametrize("changes", [1, 12])
def test_page_of_the_plan_costs_the_same(
    client: Client, cast: Cast, django_assert_num_queries: Any, changes: int
) -> None:
    shots(cast, changes)
    for n in range(changes):
        said = PlanSaid(interval=("28d", "month")[n % 2])
        set_injection_plan(patient=cast.ana_log, said=said, why="as agreed", by=cast.okoye)
    client.force_login(cast.ana)
    with django_assert_num_queries(10):
        assert client.get(reverse("followups:injection-plan", args=[cast.ana_log.pk])).status_code == 200


def test_who_may_not_set_the_plan_reads_what_is_set(client: Client, cast: Cast) -> None:
    said = PlanSaid(interval="28d", after_late="original", start=date(2026, 3, 2))
    set_injection_plan(patient=cast.ana_log, said=said, why="as agreed", by=cast.okoye)
    client.force_login(cast.sam)
    html = client.get(reverse("followups:injection-plan", args=[cast.ana_log.pk])).content.decode()
    definitions = html[html.index("<dl") : html.index("</dl>")]
    for told in ("Every 28 days", "Keep the days set at the start", "2 March 2026"):
        assert told in definitions


def test_the_question_of_an_infection_is_asked_at_once(cast: Cast) -> None:
    form = InjectionForm(patient=cast.ana_log)
    assert "infection" in [field.name for field in form.first_fields]
    assert "infection" not in [field.name for field in form.more_fields]
    assert "at most 7 days" in str(form["out_of_fridge_at"].help_text)


@pytest.mark.parametrize(
    ("at", "zone", "is_over"),
    [
        (datetime(2026, 8, 1, 3, 30, tzinfo=UTC), "America/New_York", False),  # 31 July, 23:30
        (datetime(2026, 8, 1, 4, 30, tzinfo=UTC), "America/New_York", True),
        (datetime(2026, 7, 31, 11, 30, tzinfo=UTC), "Pacific/Auckland", False),
        (datetime(2026, 7, 31, 12, 30, tzinfo=UTC), "Pacific/Auckland", True),  # 1 August, 00:30
    ],
)
def test_the_use_by_month_ends_on_the_day_of_the_place(at: datetime, zone: str, is_over: bool) -> None:
    shot = Injection(at=at, time_zone=zone, expires_on=date(2026, 7, 31))
    assert any("use-by month was over" in told for told in after_logging(shot)) is is_over


@pytest.mark.parametrize(("minutes", "is_over"), [(0, False), (1, True)])
def test_more_than_seven_days_out_of_the_fridge_are_told_with_the_source(minutes: int, is_over: bool) -> None:
    out = datetime(2026, 7, 1, 8, tzinfo=UTC)
    at = out + timedelta(days=7, minutes=minutes)
    told = after_logging(Injection(at=at, time_zone="UTC", out_of_fridge_at=out))
    assert any("the most that the US and EU labels allow" in one for one in told) is is_over


@pytest.mark.parametrize(("days", "told"), [(6, True), (8, False)])
def test_the_page_of_a_shot_keeps_telling_what_it_asks_for(client: Client, cast: Cast, days: int, told: bool) -> None:
    said = MoreSaid(dose="part", expires_on=date(2020, 1, 31))
    at = clock.now() - timedelta(days=days)
    shot = log_injection(patient=cast.ana_log, at=at, number=8, site="thigh-left", by=cast.ana, more=said)
    client.force_login(cast.ana)
    html = client.get(reverse("followups:injection", args=[cast.ana_log.pk, shot.pk])).content.decode()
    assert ("Not all of it went in." in html) is told
    assert ("use-by month was over" in html) is told


@pytest.mark.parametrize("days", [2, 20])
def test_a_change_tells_what_the_shot_asks_for_once(client: Client, cast: Cast, days: int) -> None:
    at = clock.now() - timedelta(days=days)
    shot = log_injection(patient=cast.ana_log, at=at, number=8, site="thigh-left", by=cast.ana)
    said = {"day": clock.local_day(at, "Europe/London").isoformat(), "time": "00:00", "site": "thigh-left"}
    client.force_login(cast.ana)
    url = reverse("followups:injection-change", args=[cast.ana_log.pk, shot.pk])
    html = client.post(url, {**said, "dose": "misfire"}, follow=True).content.decode()
    assert html.count("Do not inject again on your own.") == 1


def test_nothing_rested_before_the_first_shot(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    url = reverse("followups:injections", args=[cast.ana_log.pk])
    assert "ested longest" not in client.get(url).content.decode()
    shots(cast, 1)
    assert "The right thigh rested longest" in client.get(url).content.decode()
