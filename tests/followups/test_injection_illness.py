"""A fever or an infection before a shot is never silent: it leads to the log, and the clinic reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.followups.actions import MoreSaid, log_injection
from symptoms.followups.models import Injection
from symptoms.lib import clock
from tests.factories.cast import Cast, share
from tests.inbox import flags


def given(cast: Cast, infection: str, days: float = 0.1) -> Injection:
    at = clock.now() - timedelta(days=days)
    more = MoreSaid(infection=infection)
    return log_injection(patient=cast.ana_log, at=at, number=8, site="thigh-left", by=cast.ana, more=more)


def page_of(cast: Cast) -> str:
    return reverse("followups:injections", args=[cast.ana_log.pk])


def logged(client: Client, cast: Cast, infection: str, by: str = "ana") -> Any:
    yesterday = clock.local_day(clock.now(), "Europe/London") - timedelta(days=1)
    said = {"day": yesterday.isoformat(), "time": "18:30", "number": "6", "site": "thigh-left", "infection": infection}
    client.force_login(getattr(cast, by))
    return client.post(page_of(cast), said, follow=True)


@pytest.mark.parametrize(("infection", "leads"), [("yes", True), ("unsure", True), ("no", False), ("", False)])
def test_yes_and_unsure_lead_to_the_log_with_the_call(client: Client, cast: Cast, infection: str, leads: bool) -> None:
    answer = logged(client, cast, infection)
    assert (answer.request["PATH_INFO"] == reverse("diary:log", args=[cast.ana_log.pk])) is leads
    assert ("call your care team today" in answer.content.decode()) is leads
    assert Injection.objects.get().infection == infection


def test_who_may_add_shots_but_no_entries_is_led_to_no_closed_door(client: Client, cast: Cast) -> None:
    share(cast.ana_log, cast.bo, reads=["injections"], adds=["injections"])
    answer = logged(client, cast, "yes", by="bo")
    assert answer.status_code == 200
    assert "The shot is in your list." in answer.content.decode()


@pytest.mark.parametrize("infection", ["yes", "no"])
def test_a_change_to_yes_leads_there_too(client: Client, cast: Cast, infection: str) -> None:
    shot = given(cast, "")
    day = (clock.local_day(clock.now(), "Europe/London") - timedelta(days=1)).isoformat()
    said = {"day": day, "time": "09:00", "number": "8", "site": "thigh-left", "infection": infection}
    client.force_login(cast.ana)
    answer = client.post(reverse("followups:injection-change", args=[cast.ana_log.pk, shot.pk]), said)
    assert (answer["Location"] == reverse("diary:log", args=[cast.ana_log.pk])) is (infection == "yes")


@pytest.mark.parametrize(
    ("infection", "days", "told"), [("yes", 6.9, True), ("unsure", 1, True), ("yes", 7.1, False), ("no", 1, False)]
)
def test_it_stays_on_the_page_for_seven_days(
    client: Client, cast: Cast, infection: str, days: float, told: bool
) -> None:
    given(cast, infection, days)
    client.force_login(cast.ana)
    assert (
        "You had a fever or an infection before your last shot" in client.get(page_of(cast)).content.decode()
    ) is told


@pytest.mark.parametrize("infection", ["yes", "unsure", "no"])
def test_the_clinic_reads_it_on_the_flag_and_in_the_list(client: Client, cast: Cast, infection: str) -> None:
    given(cast, infection)
    flag = flags.emergency(cast.ana_log)
    client.force_login(cast.lindqvist)
    panel = client.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    assert ("fever or infection in the 7 days before" in panel) is (infection != "no")
    page = client.get(page_of(cast)).content.decode()
    assert ("Fever or infection before:" in page) is (infection != "no")
    assert "Log how I feel" not in page


def test_the_panel_of_a_flag_shows_and_links_the_plan(client: Client, cast: Cast) -> None:
    given(cast, "no")
    flag = flags.emergency(cast.ana_log)
    client.force_login(cast.lindqvist)
    html = client.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    assert "Next injection by the plan:" in html
    assert f'href="{page_of(cast)}"' in html
    assert f'href="{reverse("followups:injection-plan", args=[cast.ana_log.pk])}"' in html
    assert client.get(reverse("followups:injection-plan", args=[cast.ana_log.pk])).status_code == 200


def test_without_a_shot_the_panel_names_no_day(client: Client, cast: Cast) -> None:
    flag = flags.emergency(cast.ana_log)
    client.force_login(cast.lindqvist)
    html = client.get(reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])).content.decode()
    assert "Next injection by the plan:" not in html
