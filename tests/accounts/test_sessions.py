"""How long a session lasts, what ends it, and that a copy of its cookie is worth nothing then."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from symptoms.accounts import sessions
from symptoms.accounts.device import device_of
from symptoms.accounts.models import User
from symptoms.accounts.sessions import sessions_of
from tests.factories.cast import Cast, confirmed

PASSWORD = "a long and quiet word"
YOU = "/you/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def ana(cast: Cast) -> User:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    return confirmed(cast.ana)


def signed_in(user: User, *, shared: bool = False, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    said = {"login": user.email, "password": PASSWORD, **({"shared_device": "on"} if shared else {})}
    assert client.post(reverse("account_login"), said).status_code == 302
    return client


def copy_of(client: Client) -> Client:
    other = Client()
    other.cookies["sessionid"] = client.cookies["sessionid"].value
    return other


def is_in(client: Client) -> bool:
    return client.get(YOU).status_code == 200


def later(client: Client, began: float = 0, seen: float = 0) -> None:
    """Let time pass for a session, in seconds."""
    session = client.session
    about = session[sessions.KEY]
    session[sessions.KEY] = {**about, "began": about["began"] - began, "seen": about["seen"] - seen}
    session.save()


@pytest.mark.parametrize(("hours", "alive"), [(11.99, True), (12.01, False)])
def test_session_lasts_twelve_hours_whatever_is_done(ana: User, hours: float, alive: bool) -> None:
    client = signed_in(ana)
    later(client, began=hours * 3600)
    assert is_in(client) is alive
    assert is_in(client) is alive, "it does not come back"


@pytest.mark.parametrize(("shared", "minutes", "alive"), [(True, 29, True), (True, 30.1, False), (False, 300, True)])
def test_shared_device_is_signed_out_after_thirty_idle_minutes(
    ana: User, shared: bool, minutes: float, alive: bool
) -> None:
    client = signed_in(ana, shared=shared)
    later(client, seen=minutes * 60)
    copied = copy_of(client)
    answer = client.get(YOU)
    assert (answer.status_code == 200) is alive
    assert is_in(copied) is alive
    if not alive:
        assert answer["Clear-Site-Data"] == '"cache"'
        assert "nothing was done here for 30 minutes" in client.get(answer["Location"]).content.decode()


def test_doing_something_starts_the_thirty_minutes_anew_and_waiting_for_news_does_not(ana: User) -> None:
    client = signed_in(ana, shared=True)
    later(client, seen=20 * 60)
    client.get(YOU, headers={"Sec-Fetch-Mode": "cors"})
    assert time.time() - client.session[sessions.KEY]["seen"] > 19 * 60
    client.get(YOU, headers={"Sec-Fetch-Mode": "navigate"})
    assert time.time() - client.session[sessions.KEY]["seen"] < 60


def test_session_that_does_not_say_when_it_began_is_over(ana: User) -> None:
    client = signed_in(ana)
    session = client.session
    del session[sessions.KEY]
    session.save()
    assert not is_in(client)


def test_clock_that_went_back_keeps_no_session_open(ana: User) -> None:
    client = signed_in(ana)
    later(client, began=-7200)
    assert not is_in(client)


def test_cookie_goes_with_the_browser(ana: User) -> None:
    cookie = signed_in(ana).cookies["sessionid"]
    assert cookie["max-age"] == cookie["expires"] == ""
    assert cookie["httponly"]


@pytest.mark.parametrize("way", ["sign out", "password", "others", "one", "reset"])
def test_copied_cookie_is_dead_after(ana: User, way: str) -> None:
    client, phone = signed_in(ana), signed_in(ana)
    stolen = copy_of(client)
    assert is_in(stolen)
    if way == "sign out":
        client.post(reverse("account_logout"))
    elif way == "password":
        new = "another long and quiet word"
        said = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert phone.post(reverse("account_change_password"), said).status_code == 302
    elif way == "others":
        phone.post(reverse("accounts:sessions-end-others"))
        assert is_in(phone)
    elif way == "one":
        one = UserSession.objects.get(session_key=client.session.session_key)
        phone.post(reverse("accounts:session-end"), {"session": one.pk})
        assert is_in(phone)
    else:
        ana.set_password("set by the link in the mail")
        ana.save()
        assert not is_in(phone)
    assert not is_in(stolen)
    assert not is_in(client)
    assert stolen.get(YOU)["Location"] == f"{reverse('account_login')}?next={YOU}"


@pytest.mark.parametrize("shared", [True, False])
def test_signing_out_clears_the_browser(ana: User, shared: bool) -> None:
    answer = signed_in(ana, shared=shared).post(reverse("account_logout"))
    assert answer["Clear-Site-Data"].startswith('"cache", "cookies"')
    assert ('"storage"' in answer["Clear-Site-Data"]) is shared


def test_page_lists_the_sessions_and_marks_this_one(ana: User, cast: Cast) -> None:
    phone = signed_in(ana, agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")
    client = signed_in(ana, shared=True)
    page = client.get(reverse("accounts:sessions")).content.decode()
    assert page.count("this device") == 1
    assert "Firefox on Windows" in page[: page.index("Safari on iPhone")]
    assert "Others use it too." in page
    assert "127.0.0.1" not in page
    later(phone, began=13 * 3600)
    assert "iPhone" not in client.get(reverse("accounts:sessions")).content.decode()


def test_sessions_of_others_cannot_be_ended(ana: User, cast: Cast) -> None:
    cast.bo.set_password(PASSWORD)
    cast.bo.save()
    hers, his = signed_in(ana), signed_in(confirmed(cast.bo))
    one = UserSession.objects.get(user=ana)
    for said in (str(one.pk), "0", "x", "", "1 OR 1=1"):
        assert his.post(reverse("accounts:session-end"), {"session": said}).status_code == 404
    his.post(reverse("accounts:sessions-end-others"))
    assert is_in(hers)


def test_list_costs_the_same_however_many(ana: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    clients = [signed_in(ana) for _ in range(3)]
    with django_assert_num_queries(2):
        found = sessions_of(ana, clients[0].session.session_key)
    assert [one.is_this for one in found] == [True, False, False]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Safari on Mac"),
        ("curl/8", "A device that does not say what it is"),
        ("<script>alert(1)</script>", "A device that does not say what it is"),
        ("", "A device that does not say what it is"),
    ],
)
def test_devices_are_named_in_words(agent: str, words: str) -> None:
    assert device_of(agent) == words
