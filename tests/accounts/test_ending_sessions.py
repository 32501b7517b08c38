"""Sessions that end: by being idle where others' diaries are read, by a new key, by the operator, after a change."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from symptoms.accounts import kept, sessions
from symptoms.accounts.models import User
from symptoms.audit.models import Event
from tests.accounts.test_sessions import copy_of, is_in, later, signed_in
from tests.factories.cast import Cast, confirmed
from tests.factories.second_factor import code_of, set_up, signed_in_before

PASSWORD = "a long and quiet word"
OFFER = "You are signed in on other devices too"
TYPED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def ana(cast: Cast) -> User:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return confirmed(cast.ana)


@pytest.mark.parametrize("who", ["lindqvist", "okoye", "staff"])
@pytest.mark.parametrize(("minutes", "alive"), [(29, True), (30.1, False)])
def test_clinic_and_staff_are_signed_out_after_thirty_idle_minutes(
    cast: Cast, client: Client, who: str, minutes: float, alive: bool
) -> None:
    """On a device of their own, too."""
    client.force_login(getattr(cast, who))
    assert client.session[sessions.KEY]["shared"] is False
    later(client, seen=minutes * 60)
    answer = client.get("/you/")
    assert (answer.status_code == 200) is alive
    if not alive:
        assert "nothing was done here for 30 minutes" in client.get(answer["Location"]).content.decode()


def test_what_a_nurse_typed_too_late_is_kept(cast: Cast, client: Client) -> None:
    client.force_login(cast.lindqvist)
    later(client, seen=31 * 60)
    client.post("/you/", {"name": "N. Lindqvist"}, headers=TYPED)
    assert client.session[kept.KEY]["user"] == cast.lindqvist.pk
    assert "Lindqvist" in client.session[kept.KEY]["fields"]


def test_doing_something_keeps_a_nurse_in_and_waiting_for_news_does_not(cast: Cast, client: Client) -> None:
    client.force_login(cast.lindqvist)
    for mode, lasts in (("navigate", True), ("cors", False)):
        later(client, seen=20 * 60)
        client.get("/you/", headers={"Sec-Fetch-Mode": mode})
        later(client, seen=20 * 60)
        assert is_in(client) is lasts


def test_who_becomes_or_leaves_a_member_is_under_the_rule_at_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.lindqvist)
    later(client, seen=31 * 60)
    roles = cast.clinic.members.filter(user=cast.lindqvist)
    roles.update(is_active=False)
    assert is_in(client)
    roles.update(is_active=True)
    assert not is_in(client)


def test_idle_time_is_a_setting(cast: Cast, client: Client, settings: LazySettings) -> None:
    settings.SESSION_IDLE_MINUTES = 10
    client.force_login(cast.okoye)
    later(client, seen=11 * 60)
    answer = client.get("/you/")
    assert "nothing was done here for 10 minutes" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("way", ["password", "code"])
def test_showing_again_who_one_is_makes_a_new_key(ana: User, client: Client, way: str) -> None:
    if way == "code":
        factor = set_up(ana)
        signed_in_before(client, ana, 3600)
        UserSession.objects.create(user=ana, session_key=client.session.session_key, ip="127.0.0.1", user_agent="x")
        said, url = {"code": code_of(factor)}, reverse("mfa_reauthenticate")
    else:
        client = signed_in(ana)
        said, url = {"password": PASSWORD}, reverse("account_reauthenticate")
    stolen, before = copy_of(client), client.session.session_key
    assert is_in(stolen)
    client.post(url, {**said, "next": "/you/"})
    assert client.session.session_key != before
    assert is_in(client)
    assert not is_in(stolen)
    assert not Session.objects.filter(pk=before).exists()
    listed = client.get(reverse("accounts:sessions")).context["sessions"]
    assert [one.is_this for one in listed] == [True], "the list follows the key"


def test_a_wrong_password_keeps_the_key(ana: User) -> None:
    client = signed_in(ana)
    before = client.session.session_key
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert client.session.session_key == before


@pytest.mark.django_db(transaction=True)  # allauth tells of a change once it is committed
def test_after_a_change_of_a_factor_the_page_offers_to_end_the_others(ana: User) -> None:
    phone, client = signed_in(ana), signed_in(ana)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert OFFER not in client.get(reverse("mfa_index")).content.decode()
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    page = client.get(reverse("mfa_index")).content.decode()
    assert OFFER in page
    assert f'action="{reverse("accounts:sessions-end-others")}"' in page
    client.post(reverse("accounts:sessions-end-others"))
    assert not is_in(phone)
    assert OFFER not in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["removed", "codes", "address"])
def test_each_change_offers_it(ana: User, way: str) -> None:
    factor = set_up(ana)
    client, phone = Client(), Client()
    for one in (phone, client):
        one.force_login(ana)
    if not UserSession.objects.filter(session_key=phone.session.session_key).exists():
        UserSession.objects.create(user=ana, session_key=phone.session.session_key, ip="127.0.0.1", user_agent="x")
    if way == "removed":
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(pk=factor.pk).exists()
    elif way == "codes":
        client.post(reverse("mfa_generate_recovery_codes"))
    else:
        EmailAddress.objects.create(user=ana, email="new@example.org", verified=False, primary=False)
        waiting = EmailAddress.objects.get(email="new@example.org")
        client.post(reverse("account_confirm_email", args=[EmailConfirmationHMAC(waiting).key]))
        assert User.objects.get(pk=ana.pk).email == "new@example.org"
    assert OFFER in client.get(reverse("mfa_index")).content.decode()


def test_who_is_signed_in_once_is_offered_nothing(ana: User) -> None:
    set_up(ana)
    client = Client()
    client.force_login(ana)
    client.post(reverse("mfa_deactivate_totp"))
    assert OFFER not in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.parametrize("route", ["accounts:session-end", "accounts:sessions-end-others"])
def test_ending_sessions_asks_again_who_one_is(ana: User, route: str) -> None:
    phone = signed_in(ana)
    client = Client()
    signed_in_before(client, ana, 301)
    one = UserSession.objects.get(session_key=phone.session.session_key)
    asked = client.post(reverse(route), {"session": one.pk})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert is_in(phone)
    back = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse(route)})["Location"]
    fields = client.get(back).context["kept"].fields
    client.post(reverse(route), dict(fields))
    assert not is_in(phone)


def test_the_operator_ends_the_sessions_of_one(ana: User, cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, other = signed_in(ana), signed_in(ana), Client()
    other.force_login(cast.bo)
    UserSession.objects.filter(session_key=two.session.session_key).delete()
    call_command("end_sessions", ana.email.upper())
    assert capsys.readouterr().out == "2 sessions have ended.\n"
    assert [is_in(client) for client in (one, two, other)] == [False, False, True]
    event = Event.objects.get(verb="accounts.sessions-ended")
    assert (event.actor, event.subject, event.data) == (None, f"user:{ana.uuid}", {"count": 2})
    assert is_in(signed_in(ana)), "they may sign in again"


def test_the_operator_ends_all(ana: User, cast: Cast) -> None:
    one, other = signed_in(ana), Client()
    other.force_login(cast.bo)
    call_command("end_sessions", all=True)
    assert not is_in(one)
    assert not is_in(other)
    assert not UserSession.objects.exists()
    assert Event.objects.get(verb="accounts.sessions-ended").subject == ""


def test_the_operator_closes_an_account(ana: User) -> None:
    client = signed_in(ana)
    call_command("end_sessions", ana.email, close=True)
    assert not is_in(client)
    again = Client()
    again.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    assert not is_in(again)
    assert Event.objects.filter(verb="accounts.closed", actor=None, subject=f"user:{ana.uuid}").count() == 1


@pytest.mark.parametrize("said", [(), ("nobody@example.org",), ("--all", "--close"), ("ana@example.org", "--all")])
def test_a_command_that_names_nobody_ends_nothing(ana: User, said: tuple[str, ...]) -> None:
    client = signed_in(ana)
    with pytest.raises(CommandError):
        call_command("end_sessions", *said)
    assert is_in(client)
