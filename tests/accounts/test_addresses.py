"""Confirming and changing an address, and getting a new password."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from tests.factories.cast import Cast, confirmed, make_user
from tests.factories.second_factor import set_up

PASSWORD = "a long and quiet word"
NEW = "new@example.net"
CHOSEN = "the new words of mine"


@pytest.fixture(autouse=True)
def _counted_anew(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ana(cast: Cast) -> User:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return confirmed(cast.ana)


def link(number: int = -1) -> str:
    """Return the path of the link in a mail."""
    found = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[number].body))
    assert found, mail.outbox[number].body
    return found[1]


def signs_in(user: User, email: str, password: str = PASSWORD) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return "_auth_user_id" in client.session


def test_new_account_opens_when_its_address_is_confirmed(client: Client, db: None) -> None:
    said = {"name": "Bo", "email": NEW, "password1": PASSWORD}
    answer = client.post(reverse("account_signup"), said)
    assert answer["Location"] == reverse("account_email_verification_sent")
    user = User.objects.get(email=NEW)
    assert not signs_in(user, NEW)
    path = link(0)
    page = client.get(path).content.decode()
    assert NEW in page
    assert not EmailAddress.objects.get(user=user).verified, "looking at the page is no click"
    assert 'name="referrer" content="strict-origin"' in page
    client.post(path)
    assert EmailAddress.objects.get(user=user).verified
    assert signs_in(user, NEW)
    assert "Confirm" in mail.outbox[0].subject
    assert "Kesimpta" not in mail.outbox[0].subject + str(mail.outbox[0].body)


def test_link_is_good_for_a_day_and_untouched(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(reverse("account_signup"), {"name": "Bo", "email": NEW, "password1": PASSWORD})
    path = link(0)
    other = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"
    assert client.post(other).status_code == 404
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 86_500)
    assert client.post(path).status_code == 404
    assert not EmailAddress.objects.get(email=NEW).verified


def test_second_factor_waits_for_a_confirmed_address(client: Client, cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.ana, email=cast.ana.email, verified=False, primary=True)
    client.force_login(cast.ana)
    for route in ("mfa_activate_totp", "mfa_add_webauthn"):
        answer = client.get(reverse(route), follow=True)
        assert "Your new e-mail address is not confirmed yet." in answer.content.decode()


def test_new_address_counts_when_it_is_confirmed_and_the_old_one_is_told(client: Client, ana: User) -> None:
    old = ana.email
    client.force_login(ana)
    client.post(reverse("account_email"), {"action_add": "", "email": NEW})
    assert [message.to for message in mail.outbox] == [[NEW]]
    assert User.objects.get(pk=ana.pk).email == old
    assert signs_in(ana, old)
    page = client.get(reverse("account_email")).content.decode()
    assert "Waiting for your new address" in page
    client.post(link(0))
    assert User.objects.get(pk=ana.pk).email == NEW
    assert list(EmailAddress.objects.filter(user=ana).values_list("email", "verified")) == [(NEW, True)]
    assert [message.to for message in mail.outbox[1:]] == [[old]]
    assert "no longer" in str(mail.outbox[1].body)
    assert signs_in(ana, NEW)
    assert not signs_in(ana, old)


def test_change_of_address_asks_again_who_one_is(client: Client, ana: User) -> None:
    client.force_login(ana)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 301}]
    session.save()
    answer = client.post(reverse("account_email"), {"action_add": "", "email": NEW})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []


def test_address_of_somebody_else_cannot_be_taken(client: Client, ana: User, cast: Cast) -> None:
    confirmed(cast.bo)
    client.force_login(ana)
    taken = client.post(reverse("account_email"), {"action_add": "", "email": cast.bo.email})
    free = client.post(reverse("account_email"), {"action_add": "", "email": NEW})
    assert taken.status_code == free.status_code == 302, "both look alike"
    owner = Client()
    owner.force_login(cast.bo)
    owner.post(link(0))
    assert User.objects.get(pk=cast.bo.pk).email == cast.bo.email
    assert User.objects.get(pk=ana.pk).email == ana.email


def reset_link(email: str) -> str:
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": email})
    return link(0)


def uses(path: str) -> int:
    """Follow a link for a new password and choose one; return the status of the last answer."""
    client = Client()
    page = client.get(path, follow=True)
    if "This link no longer works" in page.content.decode():
        return 0
    form = page.request["PATH_INFO"]
    assert path != form, "the token has left the address"
    return client.post(form, {"password1": CHOSEN, "password2": CHOSEN}).status_code


def test_new_password_by_link_works_once_and_ends_all_sessions(ana: User) -> None:
    phone = Client()
    phone.force_login(ana)
    path = reset_link(ana.email)
    assert uses(path) == 302
    assert signs_in(ana, ana.email, CHOSEN)
    assert phone.get("/you/").status_code == 302
    assert uses(path) == 0
    assert mail.outbox[-1].subject == "Your password was changed"


def test_link_is_dead_after_an_hour_or_a_change_and_for_others(ana: User, cast: Cast, settings: LazySettings) -> None:
    path = reset_link(ana.email)
    ana.set_password("changed in the meantime")
    ana.save()
    assert uses(path) == 0
    path = reset_link(ana.email)
    uid, _, token = path.strip("/").rpartition("/")[2].partition("-")
    assert uses(path.replace(f"/{uid}-", f"/{cast.bo.pk}-")) == 0
    assert uses(path[:-2] + ("a" if path[-2] != "a" else "b") + "/") == 0
    assert token
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert uses(path) == 0


def test_new_password_leaves_the_second_factor_in_place(client: Client, ana: User) -> None:
    set_up(ana)
    assert uses(reset_link(ana.email)) == 302
    answer = client.post(reverse("account_login"), {"login": ana.email, "password": CHOSEN})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_no_mail_tells_about_health_or_medicine(client: Client, ana: User) -> None:
    client.force_login(ana)
    client.post(reverse("account_email"), {"action_add": "", "email": NEW})
    reset_link(ana.email)
    make_user("Somebody")
    Client().post(reverse("account_signup"), {"name": "x", "email": ana.email, "password1": PASSWORD})
    for message in mail.outbox:
        words = f"{message.subject} {message.body} {message.from_email}".lower()
        assert not any(one in words for one in ("kesimpta", "symptom", "diary", "sclerosis", "ana moreno")), words
