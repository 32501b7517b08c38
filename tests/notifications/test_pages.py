"""Notices, wishes, tests and the log of what was sent, as their owner sees them."""

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.notifications.actions import answer_reminder, send_due
from symptoms.notifications.models import Address, Delivery, Notice, Reminder, Wishes
from symptoms.notifications.selectors import notices_for_page, reminders_for_page
from symptoms.notifications.signals import wishes_changed
from symptoms.notifications.views.browsers import browser_name
from tests.factories.cast import Cast, make_reached
from tests.notifications.kinds import NOON, SECRET, make_reminder, make_reminders
from tests.notifications.servers import Browser

NOTICES, REMINDERS = "/notices/", "/you/reminders/"
WISHES = {
    "quiet_from": "22:30",
    "quiet_to": "07:00",
    "place_0": "email",
    "place_1": "push",
    "detail_push": "plain",
    "detail_email": "full",
}


@pytest.fixture
def ana(db: None) -> User:
    return make_reached("Ana")


@pytest.fixture
def browser(ana: User) -> Client:
    client = Client()
    client.force_login(ana)
    return client


def test_a_reminder_waits_under_notices_until_it_is_answered(ana: User, browser: Client) -> None:
    make_reminder(ana)
    send_due(now=NOON)
    notice = Notice.objects.get()
    assert SECRET in browser.get(NOTICES).content.decode()
    browser.post(reverse("notifications:answer-here", args=[notice.pk]), {"answer": "done"})
    page = notices_for_page(ana)
    assert (page.open, page.older) == ([], [notice])
    assert "You said: done." in browser.get(NOTICES).content.decode()


def test_a_notice_of_somebody_else_is_not_there(ana: User, browser: Client) -> None:
    bo = make_reached("Bo")
    make_reminder(bo)
    send_due(now=NOON)
    notice = Notice.objects.get()
    assert SECRET not in browser.get(NOTICES).content.decode()
    for name, said in (("answer-here", {"answer": "stop"}), ("set-aside", {})):
        assert browser.post(reverse(f"notifications:{name}", args=[notice.pk]), said).status_code == 404
    assert not Reminder.objects.exclude(answer="").exists()


@pytest.mark.parametrize("count", [1, 40])
def test_pages_cost_the_same_for_one_and_for_many(
    ana: User, browser: Client, django_assert_num_queries: Any, count: int
) -> None:
    make_reminders(ana, count)
    send_due(now=NOON.replace(minute=5))
    answer_reminder(reminder=Reminder.objects.all()[0], answer="stop")
    with django_assert_num_queries(2):
        notices_for_page(ana)
    with django_assert_num_queries(5):
        reminders_for_page(ana)


def test_today_says_how_many_wait(cast: Cast, client: Client) -> None:
    client.force_login(cast.ana)
    today = reverse("today:today", args=[cast.ana_log.pk])
    assert "wait for you" not in client.get(today).content.decode()
    make_reminders(cast.ana, 2)
    send_due(now=NOON.replace(minute=5))
    assert "2 notices wait for you" in client.get(today).content.decode()
    client.force_login(cast.sam)
    assert "wait for you" not in client.get(today).content.decode()


def test_wishes_are_kept_and_told_to_who_listens(
    ana: User, browser: Client, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[User] = []

    def hear(user: User, **_kwargs: object) -> None:
        heard.append(user)

    wishes_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(REMINDERS, WISHES).status_code == 302
    wishes_changed.disconnect(hear)
    kept = Wishes.objects.get()
    assert (kept.quiet_from.isoformat("minutes"), kept.quiet_to.isoformat("minutes")) == ("22:30", "07:00")
    assert (kept.channels, kept.detail) == (["email", "push"], {"push": "plain", "email": "full"})
    assert heard == [ana]
    page = browser.get(REMINDERS).content.decode()
    assert 'value="22:30"' in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("quiet_from", "25:00", "Enter a valid time"),
        ("quiet_from", "", "This field is required"),
        ("place_1", "email", "the same way twice"),
        ("place_0", "pigeon", "Select a valid choice"),
        ("place_0", "", "This field is required"),
        ("detail_email", "everything", "Select a valid choice"),
        ("detail_email", "", "This field is required"),
    ],
)
def test_odd_wishes_are_refused_and_nothing_is_kept(browser: Client, field: str, value: str, words: str) -> None:
    answer = browser.post(REMINDERS, {**WISHES, field: value})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Wishes.objects.exists()


def test_no_channel_at_all_leaves_the_tracker(ana: User, browser: Client) -> None:
    browser.post(REMINDERS, {**WISHES, "place_0": "none", "place_1": "none"})
    make_reminder(ana)
    send_due(now=NOON)
    assert mail.outbox == []
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("channel", ["email", "in-app"])
def test_a_test_goes_the_way_of_every_reminder_also_at_night(ana: User, browser: Client, channel: str) -> None:
    Wishes.objects.create(user=ana, quiet_from="00:00", quiet_to="23:59")
    for _ in range(3):  # a nervous finger
        assert browser.post(reverse("notifications:test", args=[channel])).status_code == 302
    send_due()
    assert Reminder.objects.count() == 1
    assert [one.subject for one in mail.outbox] == (["This is a test"] if channel == "email" else [])
    assert ["/r/" in str(one.body) for one in mail.outbox] == [False] * len(mail.outbox)  # nothing to answer
    assert Notice.objects.filter(kind="test").count() == (channel == "in-app")
    assert [row.channel for row in Delivery.objects.all()] == [channel]
    assert "This is a test" in browser.get(REMINDERS).content.decode()


def test_a_test_of_a_browser_that_is_not_there_says_so_in_the_log(browser: Client) -> None:
    browser.post(reverse("notifications:test", args=["push"]))
    send_due()
    assert Delivery.objects.get().state == "failed"
    assert "No browser takes messages" in browser.get(REMINDERS).content.decode()
    assert mail.outbox == []


def test_an_unknown_channel_has_no_test(browser: Client) -> None:
    assert browser.post(reverse("notifications:test", args=["pigeon"])).status_code == 404


def test_stopped_reminders_may_be_started_again(ana: User, browser: Client) -> None:
    reminder = make_reminder(ana)
    send_due(now=NOON)
    answer_reminder(reminder=reminder, answer="stop", by=ana)
    assert "Reminders you stopped" in browser.get(REMINDERS).content.decode()
    address = reverse("notifications:resume", args=[reminder.kind, reminder.subject])
    assert browser.post(address).status_code == 302
    assert "Reminders you stopped" not in browser.get(REMINDERS).content.decode()
    assert browser.post(address).status_code == 404


# Browsers


def sent(endpoint: str, keys: dict[str, str]) -> dict[str, str]:
    return {"endpoint": endpoint, **keys}


def test_a_browser_subscribes_and_is_forgotten(ana: User, browser: Client) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"}
    said = sent("https://updates.push.services.mozilla.com/wpush/v2/x", Browser().keys)
    for _ in range(2):
        answer = browser.post(REMINDERS + "browsers/", said, headers=agent)
        assert (answer.status_code, json.loads(answer.content)) == (201, {"name": "Firefox, Android"})
    address = Address.objects.get()
    assert "Firefox, Android" in browser.get(REMINDERS).content.decode()
    browser.post(reverse("notifications:browser-forget", args=[address.pk]))
    assert not Address.objects.exists()


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254/x", "https://evil.example/x", "", "x" * 600])
def test_an_endpoint_that_is_no_push_service_is_refused(browser: Client, endpoint: str) -> None:
    answer = browser.post(REMINDERS + "browsers/", sent(endpoint, Browser().keys))
    assert answer.status_code == 422
    assert json.loads(answer.content)["error"]
    assert not Address.objects.exists()


def test_keys_that_are_none_are_refused(browser: Client) -> None:
    answer = browser.post(REMINDERS + "browsers/", sent("https://fcm.googleapis.com/x", {"p256dh": "x", "auth": "y"}))
    assert answer.status_code == 422


def test_nobody_keeps_more_than_ten_browsers(ana: User, browser: Client) -> None:
    for n in range(12):
        browser.post(REMINDERS + "browsers/", sent(f"https://fcm.googleapis.com/{n}", Browser().keys))
    assert Address.objects.count() == 10
    assert not Address.objects.filter(endpoint="https://fcm.googleapis.com/0").exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Safari/604.1", "Safari, iPhone"),
        ("curl <script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_has_a_short_name(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_the_script_that_shows_pushes_has_one_address_for_ever(client: Client) -> None:
    answer = client.get("/push-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert b'addEventListener("push"' in answer.content


# The demo's mail


def test_the_demo_shows_what_it_mailed(ana: User, client: Client, settings: LazySettings, tmp_path: Any) -> None:
    settings.DEMO, settings.DEMO_MAIL = True, tmp_path / "mail"
    settings.EMAIL_BACKEND = "kesimpta_tracker.catcher.Catcher"
    assert "No mail yet" in client.get("/demo/mail/").content.decode()
    reminder = make_reminder(ana)
    send_due(now=NOON)
    page = client.get("/demo/mail/").content.decode()
    assert "You have a reminder" in page
    assert 'href="http://localhost:8000/r/' in page
    assert str(reminder.pk) not in page
    files = list((tmp_path / "mail").iterdir())
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600]
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700


def test_outside_the_demo_there_is_no_such_page(client: Client, db: None, settings: LazySettings) -> None:
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404
