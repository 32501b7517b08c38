"""What a person sets for themselves, and how each person is spoken to."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from symptoms.accounts.forms import zone_choices
from symptoms.accounts.models import User, validate_zone
from symptoms.accounts.person import person
from symptoms.audit.models import Event
from tests.factories.cast import Cast, make_user

YOU = "accounts:you"
SAID = {"name": "Ana Moreno", "country": "IE", "time_zone": "Europe/Dublin", "temperature_unit": "F", "theme": "dark"}


def test_you_shows_the_settings_and_the_way_to_sharing(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    html = client.get(reverse(YOU)).content.decode()
    assert "ana@example.org" in html
    assert reverse("sharing:sharing", args=[cast.ana_log.pk]) in html
    assert reverse("sharing:shared-logs") in html
    assert reverse("mfa_index") in html
    assert "It decides which emergency number we show." in html


def test_you_without_a_diary_has_no_sharing(client: Client, cast: Cast) -> None:
    client.force_login(cast.sam)
    html = client.get(reverse(YOU)).content.decode()
    assert "Who can see my log, and who looked" not in html


def test_you_keeps_what_was_changed_and_writes_down_only_the_names(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    answer = client.post(reverse(YOU), SAID, follow=True)
    assert "Saved." in answer.content.decode()
    ana = User.objects.get(pk=cast.ana.pk)
    assert {field: getattr(ana, field) for field in SAID} == SAID
    event = Event.objects.get(verb="accounts.settings-changed")
    assert (event.actor, event.patient) == (ana.uuid, None)
    assert set(event.data) == {"fields"}
    assert set(event.data["fields"]) == set(SAID)


def test_you_saved_without_a_change_is_kept(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    same = {field: getattr(cast.ana, field) for field in SAID}
    assert client.post(reverse(YOU), same).status_code == 302
    assert User.objects.get(pk=cast.ana.pk).name == "Ana"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("country", "XX"),
        ("temperature_unit", "K"),
        ("theme", "neon"),
        ("name", ""),
        ("name", "x" * 81),
    ],
)
def test_you_refuses_what_is_not_offered(client: Client, cast: Cast, field: str, value: str) -> None:
    client.force_login(cast.ana)
    answer = client.post(reverse(YOU), {**SAID, field: value})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert User.objects.get(pk=cast.ana.pk).country == "GB"
    assert not Event.objects.exists()


def test_you_keeps_a_zone_that_is_not_offered_to_others(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Etc/GMT+5")
    client.force_login(cast.ana)
    assert '<option value="Etc/GMT+5" selected>' in client.get(reverse(YOU)).content.decode()
    assert client.post(reverse(YOU), {**SAID, "time_zone": "Etc/GMT+5"}).status_code == 302
    client.force_login(cast.bo)
    assert client.post(reverse(YOU), {**SAID, "time_zone": "Etc/GMT+5"}).status_code == 200


def test_zones_on_offer_are_places_and_all_of_them_are_valid() -> None:
    zones = [zone for zone, _ in zone_choices()]
    assert len(zones) == len(set(zones)) > 300
    assert {"Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "UTC"} <= set(zones)
    for zone in zones:
        validate_zone(zone)


def test_you_cannot_change_what_is_not_on_the_form(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    client.post(
        reverse(YOU), {**SAID, "is_staff": "1", "is_superuser": "1", "email": "evil@example.org", "pk": cast.bo.pk}
    )
    ana = User.objects.get(pk=cast.ana.pk)
    assert (ana.is_staff, ana.is_superuser, ana.email) == (False, False, "ana@example.org")
    assert User.objects.get(pk=cast.bo.pk).name == "Bo"


def test_you_asks_to_sign_in_first_and_refuses_other_methods(client: Client, cast: Cast) -> None:
    assert client.get(reverse(YOU)).status_code == 302
    assert client.post(reverse(YOU), SAID).status_code == 302
    assert User.objects.get(pk=cast.ana.pk).name == "Ana"
    client.force_login(cast.ana)
    assert client.delete(reverse(YOU)).status_code == 405


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_pages_take_the_colours_of_the_person(client: Client, cast: Cast, theme: str) -> None:
    User.objects.filter(pk=cast.ana.pk).update(theme=theme)
    client.force_login(cast.ana)
    assert f'data-bs-theme="{theme}"' in client.get(reverse(YOU)).content.decode()


def test_personal_pages_stay_out_of_caches_and_name_their_language(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    answer = client.get(reverse(YOU))
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Content-Language"] == "en"


def test_times_are_in_the_zone_of_the_reader(client: Client, cast: Cast) -> None:
    Event.objects.create(at="2026-11-21T23:30:00Z", actor=cast.sam.uuid, patient=cast.ana_log.pk, verb="sharing.looked")
    User.objects.filter(pk=cast.ana.pk).update(time_zone="Asia/Kolkata")
    client.force_login(cast.ana)
    html = client.get(reverse("sharing:sharing", args=[cast.ana_log.pk])).content.decode()
    assert "Sunday 22 November, 05:00" in html


def test_an_address_is_one_person_whatever_its_case(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="email_once"), transaction.atomic():
        User.objects.create(email="ANA@example.org", name="Another")


def test_create_user_lowers_the_address_and_hides_the_password(db: None) -> None:
    user = User.objects.create_user("New@Example.ORG", "correct horse", name="New")
    assert user.email == "new@example.org"
    assert user.password.startswith("argon2")
    assert user.check_password("correct horse")


def test_create_superuser_may_enter_the_admin(db: None) -> None:
    user = User.objects.create_superuser("root@example.org", "correct horse")
    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("name", "shown", "greeted"),
    [("Ana Moreno", "Ana Moreno", "Ana"), ("Ana", "Ana", "Ana"), ("", "@example.org", "@example.org")],
)
def test_a_person_is_named_by_name_or_by_address(db: None, name: str, shown: str, greeted: str) -> None:
    user = make_user(name)
    assert (str(user), user.get_short_name()) == (shown, greeted)


def test_person_is_whoever_is_signed_in_and_nobody_else(cast: Cast, rf: RequestFactory) -> None:
    request: Any = rf.get("/")
    request.user = cast.ana
    assert person(request) == cast.ana
    request.user = None
    with pytest.raises(PermissionDenied):
        person(request)
