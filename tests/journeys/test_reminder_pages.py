"""The pages of reminders in a real browser: no barrier, and an answer by keyboard and without JavaScript."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from symptoms.lib import clock
from symptoms.notifications.actions import answer_reminder, send_due
from symptoms.notifications.actions.addresses import address_died, subscribe_browser
from symptoms.notifications.links import token_of
from symptoms.notifications.models import Reminder
from tests.factories.cast import Cast
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open
from tests.notifications.kinds import make_reminder
from tests.services import eventually

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
KEYS = {"p256dh": "x", "auth": "y"}


def fill(world: Cast) -> Reminder:
    """Give Ana a told, a stopped and an answered reminder, a living and a dead browser. Returns the told one."""
    due = clock.now() - timedelta(minutes=30)
    told, stopped, done = (make_reminder(world.ana, due) for _ in range(3))
    for name in ("Firefox, Android", "Chrome, Windows"):
        where = f"https://fcm.googleapis.com/{len(name)}"
        browser = subscribe_browser(user=world.ana, endpoint=where, keys=KEYS, name=name, by=world.ana)
    address_died(address=browser, why="the browser no longer takes messages (410)")
    send_due(seconds=0)
    answer_reminder(reminder=stopped, answer="stop", by=world.ana)
    answer_reminder(reminder=done, answer="done", by=world.ana)
    return told


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_of_reminders(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    told = fill(world)
    page = open_as(world.ana, width=width, scheme=scheme)
    heard, wrong = listen(page), []
    for address in ("/notices/", "/you/reminders/", reverse("notifications:answer", args=[token_of(told.pk)])):
        answer = page.goto(address)
        assert answer is not None and answer.status == 200
        wrong += [f"{address}: {one}" for one in barriers(page)]
    assert wrong + heard == []


def test_a_reminder_is_answered_from_its_link_by_keyboard_and_without_javascript(
    world: Cast, open_as: type_of_open
) -> None:
    told = fill(world)
    page = open_as(None, java_script_enabled=False)
    page.goto(reverse("notifications:answer", args=[token_of(told.pk)]))
    assert "Kesimpta" not in page.content()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    assert "You said: done." in page.inner_text("main")
    told.refresh_from_db()
    assert told.answer == "done"


REGISTER = """async () => {
  const ours = trustedTypes.createPolicy("tracker", { createScriptURL: (url) => url });
  const url = ours.createScriptURL("/push-worker.js");
  const registration = await navigator.serviceWorker.register(url, { scope: "/push-worker.js" });
  const worker = registration.installing ?? registration.waiting;
  if (!registration.active) await new Promise((done) => {
    worker.addEventListener("statechange", () => { if (worker.state === "activated") done(); });
  });
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/push-worker.js");
  return (await registration.getNotifications()).map((one) => [one.title, one.tag, one.data]);
}"""
PUSH = '{"title": "You have a reminder", "body": "", "url": "/r/x/", "tag": "one"}'


def test_a_push_is_shown_once_however_often_it_comes_and_whatever_it_holds(
    world: Cast, open_as: type_of_open, live_server: LiveServer
) -> None:
    page = open_as(world.ana, permissions=["notifications"])
    page.goto("/you/reminders/")
    assert page.get_by_role("button", name="Push messages to this browser").is_visible()
    page.goto("/you/")  # a page whose own scripts have made no policy yet
    page.evaluate(REGISTER)
    browser = page.context.new_cdp_session(page)
    known: list[dict[str, str]] = []
    browser.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"]))
    browser.send("ServiceWorker.enable")

    def registered() -> bool:
        page.wait_for_timeout(20)  # the browser's news is read while we wait
        return bool(known)

    assert eventually(registered)
    shown = [["You have a reminder", "one", "/r/x/"], ["You have a reminder", "reminder", "/"]]

    def pushed() -> bool:
        for data in (PUSH, PUSH, "not json"):  # a browser that is still busy with its worker may lose one, so again
            told = {"origin": live_server.url, "registrationId": known[0]["registrationId"], "data": data}
            browser.send("ServiceWorker.deliverPushMessage", told)
        return eventually(lambda: sorted(page.evaluate(SHOWN)) == shown, within=2)

    assert eventually(pushed)
