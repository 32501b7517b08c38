"""Clinic members and staff do nothing before a second factor is shown; patients where the operator says so."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from symptoms.accounts.backends import Backend
from symptoms.accounts.factors import factors, has_factor, must_have_factor
from symptoms.accounts.models import User
from symptoms.sharing.models import ClinicMember
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import set_up, sign_in, signed_in_before

PASSWORD = "a long and quiet word"


def pages(cast: Cast) -> list[str]:
    log = cast.ana_log.pk
    return [
        reverse("accounts:you"),
        reverse("accounts:sessions"),
        reverse("today:home"),
        reverse("today:today", args=[log]),
        reverse("diary:log", args=[log]),
        reverse("inbox:queue", args=[cast.clinic.pk]),
        reverse("sharing:shared-logs"),
        reverse("workbench:rules"),
        reverse("admin:index"),
    ]


@pytest.mark.parametrize("who", ["lindqvist", "okoye", "far", "staff"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_password_alone_opens_nothing_for_clinic_and_staff(client: Client, cast: Cast, who: str, method: str) -> None:
    signed_in_before(client, getattr(cast, who), 0)
    for url in pages(cast):
        if url == reverse("today:home"):
            continue  # open to all: it leads on
        answer = getattr(client, method)(url)
        assert answer.status_code == 403, url
        assert "One more step before you go on" in answer.content.decode()


@pytest.mark.parametrize("trick", [{"mfa": "done"}, {"next": "/you/"}, {"code": "000000", "passwordless": "on"}])
def test_second_step_cannot_be_skipped(client: Client, cast: Cast, trick: dict[str, str]) -> None:
    cast.okoye.set_password(PASSWORD)
    cast.okoye.save()
    set_up(confirmed(cast.okoye))
    said = {"login": cast.okoye.email, "password": PASSWORD}
    for _ in range(2):  # starting anew does not help
        assert client.post(f"{reverse('account_login')}?mfa=done", {**said, **trick})["Location"].startswith(
            reverse("mfa_authenticate")
        )
        for url in pages(cast):
            if url != reverse("today:home"):
                answer = client.get(url, trick)
                assert (answer.status_code, "/login/" in answer["Location"]) == (302, True), url
    assert "_auth_user_id" not in client.session


def test_who_joins_a_clinic_is_asked_at_the_next_request(client: Client, cast: Cast) -> None:
    signed_in_before(client, cast.sam, 0)
    assert client.get("/you/").status_code == 200
    member = ClinicMember.objects.create(clinic=cast.clinic, user=cast.sam, role="nurse")
    assert client.get("/you/").status_code == 403
    ClinicMember.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/you/").status_code == 200, "who left is a caregiver again"


def test_factor_that_was_taken_away_opens_nothing(client: Client, cast: Cast) -> None:
    sign_in(client, cast.lindqvist)
    assert client.get("/you/").status_code == 200
    Authenticator.objects.filter(user=cast.lindqvist).delete()
    assert client.get("/you/").status_code == 403


def test_way_out_and_the_ways_to_a_factor_stay_open(client: Client, cast: Cast) -> None:
    signed_in_before(client, confirmed(cast.lindqvist), 0)
    for route in ("mfa_index", "mfa_add_webauthn", "mfa_activate_totp", "account_email", "catalogue:urgent-help"):
        assert client.get(reverse(route)).status_code == 200, route
    assert client.post(reverse("account_logout")).status_code == 302


def test_operator_may_ask_it_of_everybody(client: Client, cast: Cast, settings: LazySettings) -> None:
    signed_in_before(client, cast.ana, 0)
    assert client.get("/you/").status_code == 200
    settings.REQUIRE_SECOND_FACTOR_FOR_PATIENTS = True
    assert client.get("/you/").status_code == 403
    sign_in(client, cast.ana)
    assert client.get("/you/").status_code == 200


def test_script_of_an_open_page_is_led_to_the_whole_page(client: Client, cast: Cast) -> None:
    signed_in_before(client, cast.lindqvist, 0)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/you/"}
    assert client.get("/you/", headers=headers)["HX-Redirect"] == "/you/"


def test_person_and_factors_are_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    factor = set_up(cast.lindqvist)
    with django_assert_num_queries(1):
        user = Backend().get_user(cast.lindqvist.pk)
        assert isinstance(user, User)
        assert factors(user) == {factor.pk: "totp"}
        assert has_factor(user)
        assert must_have_factor(user)


def test_closed_account_has_no_session(cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    assert Backend().get_user(cast.ana.pk) is None
    assert Backend().get_user(0) is None


def test_recovery_codes_alone_are_no_factor(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.ana, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    assert not has_factor(cast.ana)
