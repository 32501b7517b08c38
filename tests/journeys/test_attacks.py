"""Attacks that only a browser can show: scripts in words, pages after the sign-out, and whom a page talks to."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry
from tests.inbox import flags
from tests.journeys.conftest import type_of_open
from tests.services import eventually

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SCRIPTS = (
    "<img src=x onerror=alert(document.domain)>",
    "<script>alert(1)</script>",
    "<svg onload=alert(1)>",
    "\"><iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
)
TEMPLATES = ("{{7*7}}", "{% debug %}", "${7*7}", "{0.__class__}", "%(SECRET_KEY)s", "#{7*7}")
NOTE = "ZQXNOTE " + " ".join((*SCRIPTS, *TEMPLATES))
WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
"""


class Watched:
    """A page whose dialogs, refused scripts and requests are written down."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialogs: list[str] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        page.add_init_script(WATCH)
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self.requests.append((request.url, request.headers)))

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def goes(self, path: str) -> list[str]:
        """Open a page, wait until it is quiet, and return the rules it broke."""
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        return list(self.page.evaluate("window.broken"))


@pytest.fixture
def ready(world: Cast) -> Iterator[Cast]:
    """Ana's name, her note and Sam's are full of scripts; the clinic has a flag of hers."""
    world.ana.name = f"Ana {SCRIPTS[0]}"
    world.ana.save()
    share(world.ana_log, world.bo, level="read-add")
    yield world


def pages_of(world: Cast, entry: Any) -> list[str]:
    log = world.ana_log.pk
    return [
        reverse("today:today", args=[log]),
        reverse("today:month", args=[log]),
        reverse("diary:entry", args=[log, entry.pk]),
        reverse("triage:advice", args=[log, entry.pk]),
    ]


def test_scripts_and_templates_in_words_stay_words(ready: Cast, open_as: type_of_open) -> None:
    """Attacks 27 and 29: shown as text to the patient, a caregiver and the clinic; nothing runs, nothing is refused."""
    entry = make_entry(ready.ana_log, {"fatigue": 2}, note=NOTE)
    flag = flags.flag_entry(entry)
    clinic = [reverse("inbox:queue", args=[ready.clinic.pk]), reverse("inbox:flag", args=[ready.clinic.pk, flag.pk])]
    own = [
        reverse("diary:log", args=[ready.ana_log.pk]),
        reverse("diary:entry-edit", args=[ready.ana_log.pk, entry.pk]),
    ]
    for user, paths in (
        (ready.ana, [*pages_of(ready, entry), *own, "/you/"]),
        (ready.sam, [*pages_of(ready, entry), reverse("sharing:shared-logs")]),
        (ready.lindqvist, [*pages_of(ready, entry), *clinic]),
    ):
        watched, seen = Watched(open_as(user)), ""
        for path in paths:
            assert watched.goes(path) == [], path
            assert not watched.page.locator("img[src=x], main script, main iframe, main svg[onload]").count()
            seen += watched.page.inner_text("body")
        assert watched.dialogs == []
        assert NOTE[:60] in seen
        assert all(one in seen for one in TEMPLATES)


def test_no_page_breaks_its_own_policy(ready: Cast, open_as: type_of_open) -> None:
    """Trusted Types and all else hold while a note is read, a draft is kept and the queue looks for news."""
    watched = Watched(open_as(ready.ana))
    assert watched.goes(reverse("diary:log", args=[ready.ana_log.pk])) == []
    watched.page.get_by_label("In your own words").or_(watched.page.locator("[data-note]")).first.fill(
        "My lips are swollen and I have a headache"
    )
    expect(watched.page.locator("[data-found] input").first).to_be_attached()
    watched.page.wait_for_load_state("networkidle")
    assert watched.page.evaluate("window.broken") == []
    assert (
        watched.page.evaluate("() => { try { document.body.innerHTML = 'x'; return 'taken' } catch { return 'no' } }")
        == "no"
    )


def test_a_worker_for_pushes_is_taken_from_here_alone(ready: Cast, open_as: type_of_open) -> None:
    watched = Watched(open_as(ready.ana, permissions=["notifications"]))
    assert watched.goes(reverse("notifications:reminders")) == []
    count = "() => navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    watched.page.locator("[data-push] button").click()
    assert eventually(lambda: watched.page.evaluate(count) == 1)  # the page's own script may
    script = "(url) => navigator.serviceWorker.register(url).then(() => 'taken', (problem) => problem.name)"
    assert watched.page.evaluate(script, reverse("notifications:push-worker")) == "TypeError"


def test_after_the_sign_out_nothing_is_left_to_see(ready: Cast, open_as: type_of_open) -> None:
    """Attack 44: Back, the same address again, and what the browser keeps."""
    entry = make_entry(ready.ana_log, {"fatigue": 2}, note=NOTE)
    page = open_as(ready.ana)
    page.goto(reverse("diary:entry", args=[ready.ana_log.pk, entry.pk]))
    expect(page.locator("main")).to_contain_text("ZQXNOTE")
    title = page.title()
    page.goto("/you/")
    page.goto(reverse("account_logout"))
    page.locator("main").get_by_role("button", name=re.compile("Sign out")).click()
    page.wait_for_load_state("networkidle")
    for _ in range(4):
        page.go_back(wait_until="load")
        assert "ZQXNOTE" not in page.content()
        assert "Fatigue" not in page.inner_text("body")
    page.goto(reverse("diary:entry", args=[ready.ana_log.pk, entry.pk]))
    assert "/account/login/" in page.url
    assert "ZQX" not in title
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length,"
        " (await indexedDB.databases()).length]"
    )
    assert kept == [0, 0, 0, 0]


def test_pages_talk_to_nobody_else_and_no_address_tells(
    ready: Cast, open_as: type_of_open, live_server: LiveServer
) -> None:
    """Attack 49: one origin, and no name, mail or word of the diary in any address or Referer."""
    entry = make_entry(ready.ana_log, {"fatigue": 2}, note=NOTE)
    flag = flags.flag_entry(entry)
    mine = urlsplit(live_server.url).netloc
    clinic = [reverse("inbox:queue", args=[ready.clinic.pk]), reverse("inbox:flag", args=[ready.clinic.pk, flag.pk])]
    for user, paths in ((ready.ana, [*pages_of(ready, entry), "/you/", "/side-effects/"]), (ready.lindqvist, clinic)):
        watched = Watched(open_as(user))
        for path in paths:
            watched.goes(path)
        watched.goes("/side-effects/")
        watched.page.locator("#q").fill("zqxsearch pins and needles")
        watched.page.get_by_role("button", name="Search").click()
        watched.page.wait_for_load_state("networkidle")
        assert {urlsplit(url).netloc for url, _ in watched.requests} == {mine}
        told = " ".join(url + " " + headers.get("referer", "") for url, headers in watched.requests).lower()
        for word in ("zqx", "ana@", user.email.lower(), "pins", "headache"):
            assert word not in told
