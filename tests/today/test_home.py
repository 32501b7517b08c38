"""The first address: welcome for visitors, everybody else is led to their own first page."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from symptoms.sharing.models import ClinicMember, Grant
from tests.factories.cast import Cast, make_patient, make_user, share

HOME = "/"


def test_visitor_is_welcomed_and_told_what_it_is_not(client: Client, db: None) -> None:
    answer = client.get(HOME)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "What it is not" in html
    assert "It is not a doctor. It does not diagnose or treat." in html
    assert "Its rules are drafts until a clinician signs them." in html
    for route in ("account_login", "account_signup", "catalogue:browse", "catalogue:urgent-help"):
        assert f'href="{reverse(route)}"' in html


def test_welcome_costs_no_query(client: Client, db: None, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get(HOME)


@pytest.mark.parametrize("demo", [True, False])
def test_welcome_tells_where_the_demo_sign_ins_are_only_in_a_demo(
    client: Client, db: None, settings: LazySettings, demo: bool
) -> None:
    settings.DEMO = demo
    assert ("The demo sign-ins are printed" in client.get(HOME).content.decode()) is demo


@pytest.mark.parametrize(
    ("who", "route", "of"),
    [
        ("ana", "today:today", "ana_log"),
        ("bo", "today:today", "bo_log"),
        ("lindqvist", "inbox:queue", "clinic"),
        ("far", "inbox:queue", "far_clinic"),
        ("sam", "sharing:shared-logs", None),
    ],
)
def test_everybody_is_led_to_their_own_first_page(
    client: Client, cast: Cast, who: str, route: str, of: str | None
) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get(HOME)
    assert answer.status_code == 302
    assert answer["Location"] == reverse(route, args=[getattr(cast, of).pk] if of else None)


def test_own_diary_comes_before_clinic_and_shared_logs(client: Client, cast: Cast) -> None:
    own = make_patient(cast.lindqvist)
    client.force_login(cast.lindqvist)
    assert client.get(HOME)["Location"] == reverse("today:today", args=[own.pk])


def test_clinic_comes_before_shared_logs(client: Client, cast: Cast) -> None:
    share(cast.bo_log, cast.lindqvist)
    client.force_login(cast.lindqvist)
    assert client.get(HOME)["Location"] == reverse("inbox:queue", args=[cast.clinic.pk])


def test_whoever_left_the_clinic_is_not_led_there(client: Client, cast: Cast) -> None:
    ClinicMember.objects.filter(user=cast.lindqvist).update(is_active=False)
    client.force_login(cast.lindqvist)
    assert "Start my diary" in client.get(HOME).content.decode()


def test_caregiver_without_a_log_any_more_may_start_an_own_one(client: Client, cast: Cast) -> None:
    Grant.objects.update(revoked_at="2026-01-01T00:00:00Z")
    client.force_login(cast.sam)
    html = client.get(HOME).content.decode()
    assert "Start my diary" in html
    assert f'action="{reverse("sharing:start")}"' in html
    assert "I have a code" in html
    assert not re.search(r"\bAna\b", html)


def test_newcomer_starts_a_diary_and_lands_on_its_first_page(client: Client, db: None) -> None:
    new = make_user("New")
    client.force_login(new)
    answer = client.post(reverse("sharing:start"), follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == reverse("today:today", args=[new.patient.pk])
    assert client.get(HOME)["Location"] == answer.request["PATH_INFO"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_home_refuses_other_methods(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(HOME).status_code == 405
