"""Signing in and up with an e-mail address and a password."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.sharing.models import Patient
from tests.factories.cast import confirmed

PASSWORD = "a long and quiet word"


@pytest.fixture
def ana(db: None) -> User:
    return confirmed(User.objects.create_user("ana@example.org", PASSWORD, name="Ana"))


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post(reverse("account_login"), {"login": email, "password": password}).status_code


@pytest.mark.parametrize("email", ["ana@example.org", "Ana@Example.org"])
def test_signs_in_by_address_whatever_its_case(client: Client, ana: User, email: str) -> None:
    assert sign_in(client, email, PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(ana.pk)


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), f"{PASSWORD} "])
def test_wrong_password_does_not_sign_in(client: Client, ana: User, password: str) -> None:
    sign_in(client, ana.email, password)
    assert "_auth_user_id" not in client.session


def test_closed_account_does_not_sign_in(client: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    sign_in(client, ana.email, PASSWORD)
    assert "_auth_user_id" not in client.session


def test_closing_an_account_ends_its_open_session(client: Client, ana: User) -> None:
    client.force_login(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get(reverse("accounts:you")).status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(client: Client, ana: User, target: str) -> None:
    answer = client.post(
        f"{reverse('account_login')}?next={target}", {"login": ana.email, "password": PASSWORD, "next": target}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    "target",
    [
        "https:evil",
        "///evil.example",
        "/%5cevil.example",
        "/x%0d%0aSet-Cookie:a=b",
        "/x\r\nSet-Cookie: a=b",
        "\x00//evil",
    ],
)
def test_odd_ways_back_stay_on_this_site(client: Client, ana: User, target: str) -> None:
    answer = client.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD, "next": target})
    if answer.status_code == 302:
        place = urljoin("http://testserver/", answer["Location"].replace("\\", "/"))
        assert urlsplit(place).netloc == "testserver"
        assert not {"\r", "\n"} & set(answer["Location"])
    else:
        assert answer.status_code == 400
    assert "a" not in answer.cookies


def test_sign_up_makes_an_account_without_a_diary(client: Client, db: None) -> None:
    said = {"name": "New Person", "email": "new@example.org", "password1": PASSWORD}
    assert client.post(reverse("account_signup"), said).status_code == 302
    user = User.objects.get(email="new@example.org")
    assert (user.name, user.is_staff) == ("New Person", False)
    assert not Patient.objects.filter(user=user).exists()


@pytest.mark.parametrize("password", ["short", "password123", "newperson@example.org"])
def test_sign_up_refuses_a_weak_password(client: Client, db: None, password: str) -> None:
    said = {"name": "New", "email": "newperson@example.org", "password1": password}
    assert client.post(reverse("account_signup"), said).status_code == 200
    assert not User.objects.exists()


def test_sign_up_cannot_make_staff(client: Client, db: None) -> None:
    said = {"name": "New", "email": "new@example.org", "password1": PASSWORD, "is_staff": "1", "is_superuser": "1"}
    client.post(reverse("account_signup"), said)
    assert not User.objects.filter(is_staff=True).exists()


def test_sign_out_ends_the_session(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
