"""A canary in every field: what people write ends in the database and on their own pages, and nowhere else.

On real processes: the web server, a worker and a broker whose every command is written down.
"""

import http.cookiejar
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from kesimpta_tracker.bench.processes import free_port
from symptoms.accounts.models import User
from symptoms.diary.models import Draft, Entry
from symptoms.triage.models import Flag
from symptoms.triage.tasks import assess_entry
from tests.factories.cast import Cast, make_cast
from tests.factories.log_form import filled
from tests.factories.second_factor import sign_in
from tests.journeys.conftest import environment
from tests.project.test_crawl import forms_of
from tests.services import eventually

pytestmark = pytest.mark.processes
ROOT = Path(__file__).resolve().parents[2]
CANARY = re.compile("ZQX-?[A-Z]", re.IGNORECASE)
THE_END = "end-of-listening"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


@dataclass
class Browser:
    """A signed-in person's browser, as far as forms go. `addresses` are all that it asked for."""

    base: str
    session: str
    addresses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def asks(self, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str]:
        """Ask for a page, with a canary in a header and a cookie too. Return its status and text."""
        data = urllib.parse.urlencode(fields, doseq=True).encode() if fields is not None else None
        url = urllib.parse.urljoin(self.base, path)
        self.addresses.append(url)
        kept = "".join(f"; {cookie.name}={cookie.value}" for cookie in self.jar)
        request = urllib.request.Request(url, data)  # noqa: S310 (our own server)
        request.add_header("Cookie", f"sessionid={self.session}; told=ZQX-COOKIE{kept}")
        request.add_header("X-Told", "ZQX-HEADER")
        request.add_header("User-Agent", "ZQX-AGENT")
        try:
            with self.opener.open(request, timeout=20) as answer:
                self.addresses.append(answer.url)
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(errors="replace")

    def sends(self, page: str, fields: dict[str, Any], to: str = "") -> tuple[int, str]:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.asks(page)[1])
        return self.asks(to or page, {**fields, "csrfmiddlewaretoken": token[1] if token else ""})


@dataclass
class Parts:
    """The running parts: where the pages are, and what left them."""

    url: str
    broker: str
    logs: list[Path]
    mails: Path
    heard: list[str]

    def told(self) -> dict[str, str]:
        """Return everything that a part wrote down or sent, by where."""
        found = {str(path.name): path.read_text(errors="replace") for path in self.logs}
        found["broker, each command"] = "\n".join(self.heard)
        store = redis.Redis(unix_socket_path=urllib.parse.urlsplit(self.broker).path)
        found["broker, all keys"] = " ".join(str(store.dump(key)) for key in store.scan_iter())
        store.close()
        for path in self.mails.glob("*.eml"):
            found[path.name] = path.read_text(errors="replace")
        return found


@pytest.fixture
def world(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def parts(world: Cast, broker_url: str, tmp_path: Path) -> Iterator[Parts]:
    port = free_port()
    told = {
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "PUBLIC_URL": f"http://localhost:{port}",
    }
    told |= {"STATICFILES_STORAGE": PLAIN, "STATIC_ROOT": str(tmp_path), "LOG_LEVEL": "DEBUG", "BROKER_URL": broker_url}
    told |= {"EMAIL_BACKEND": "kesimpta_tracker.catcher.Catcher", "DEMO_MAIL": str(tmp_path / "mail")}
    web = ["-m", "gunicorn", "-c", "python:kesimpta_tracker.web", "kesimpta_tracker.wsgi"]
    worker = ["-m", "celery", "-A", "kesimpta_tracker", "worker", "-P", "solo", "--without-mingle", "-l", "DEBUG"]
    logs, mails = [tmp_path / "web.log", tmp_path / "worker.log"], tmp_path / "mail"
    with process(web, told, logs[0]), process(worker, told, logs[1]), listening(broker_url) as heard:
        one = Parts(f"http://localhost:{port}/", broker_url, logs, mails, heard)
        client = Browser(one.url, "")
        assert eventually(lambda: _serves(client), within=40), one.logs[0].read_text()
        yield one


def _serves(browser: Browser) -> bool:
    try:
        return browser.asks("/healthz/")[0] == 200
    except OSError:
        return False


@contextmanager
def process(words: list[str], told: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("w") as out:
        one = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment(**told), stdout=out, stderr=out)
        try:
            yield
        finally:
            one.terminate()
            one.wait(timeout=30)


@contextmanager
def listening(url: str) -> Iterator[list[str]]:
    """Write down every command that the broker takes."""
    heard: list[str] = []
    store = redis.Redis(unix_socket_path=urllib.parse.urlsplit(url).path, socket_timeout=None)
    with store.monitor() as monitor:  # type: ignore[no-untyped-call]

        def listen() -> None:
            while not heard or THE_END not in heard[-1]:
                heard.append(str(monitor.next_command()))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield heard
        store.echo(THE_END)
        thread.join(timeout=10)
    store.close()


def browser_of(parts: Parts, user: User) -> Browser:
    client = Client()
    sign_in(client, user)
    return Browser(parts.url, client.cookies["sessionid"].value)


def canaries(names: list[str], count: int) -> dict[str, Any]:
    """Return a value for each free field: a canary of its own. What a page offers to choose from stays as it is."""
    return {name: f"ZQX-{name.upper()}-{count}" for name in names}


def test_what_people_write_leaves_no_trace(world: Cast, parts: Parts) -> None:
    """A whole journey with a canary in each field, and forced errors on the way (attacks 32, 47 and B8)."""
    ana = browser_of(parts, world.ana)
    log = reverse("diary:log", args=[world.ana_log.pk])
    said = filled(world.ana_log, {"swelling-face": "3"}, note="ZQX-NOTE my lips are swollen\n2026 ERROR ZQX-FORGED")
    status, page = ana.sends(log, said)
    assert (status, "Get emergency help now" in page) == (200, True)
    entry = Entry.objects.get()
    assert entry.note.startswith("ZQX-NOTE")
    assert (
        ana.sends(log, {**said, "temperature": "ZQX-TEMP"}, to=reverse("diary:found", args=[world.ana_log.pk]))[0]
        == 200
    )
    assert ana.sends(log, {"note": "ZQX-DRAFT"}, to=reverse("diary:draft", args=[world.ana_log.pk]))[0] == 204
    assert Draft.objects.exists()
    assert ana.sends("/side-effects/", {"q": "ZQX-QUERY tingling"})[0] == 200
    injections = reverse("followups:injections", args=[world.ana_log.pk])
    assert ana.sends(injections, canaries(["batch", "note", "site", "device"], 1))[0] < 500
    assert eventually(lambda: Flag.objects.exists(), within=30)
    nurse = browser_of(parts, world.lindqvist)
    flag = Flag.objects.first()
    assert flag
    shown = reverse("inbox:flag", args=[world.clinic.pk, flag.pk])
    assert "ZQX-NOTE" in nurse.asks(shown)[1]
    nurse.sends(shown, {"note": "ZQX-ANSWER"}, to=reverse("inbox:acknowledge", args=[world.clinic.pk, flag.pk]))
    assert everything_is_sent(ana, world) >= 12
    forced_errors(ana, world, parts)
    assert eventually(lambda: "raised unexpected: <ValueError>" in parts.logs[1].read_text(), within=20)
    told = parts.told()
    assert "Internal Server Error" in told["web.log"]
    assert "assess_entry" in told["broker, each command"]
    found = {where: [line[:300] for line in text.splitlines() if CANARY.search(line)] for where, text in told.items()}
    assert {where: lines for where, lines in found.items() if lines} == {}
    assert not [url for url in (*ana.addresses, *nurse.addresses) if CANARY.search(url)]


def everything_is_sent(ana: Browser, world: Cast) -> int:
    """Send each form of Ana's pages with a canary in all of its fields; return how many were sent."""
    log, sent = world.ana_log.pk, 0
    rooms = ("today:today", "today:month", "followups:blood-tests", "followups:reminders", "followups:results-add")
    pages = [reverse(room, args=[log]) for room in (*rooms, "triage:settings", "triage:usual-add", "sharing:sharing")]
    for page in (*pages, "/you/", reverse("notifications:reminders"), reverse("notifications:notices")):
        status, text = ana.asks(page)
        assert status == 200, page
        for target, names in forms_of(text, page):
            if "logout" in target:
                continue
            sent += 1
            status, _ = ana.sends(page, canaries(names, sent), to=urllib.parse.urljoin(page, target))
            assert status < 500, target
    return sent


def forced_errors(ana: Browser, world: Cast, parts: Parts) -> None:
    """Take a table away while Ana writes, and give a worker a task that it must fail at."""
    log = reverse("diary:log", args=[world.ana_log.pk])
    page = ana.asks(log)[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE diary_draft RENAME TO diary_draft_away")
    try:
        fields = {"note": "ZQX-BROKEN", "csrfmiddlewaretoken": token[1]}
        status, text = ana.asks(reverse("diary:draft", args=[world.ana_log.pk]), fields)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE diary_draft_away RENAME TO diary_draft")
    assert status == 500
    assert "Something went wrong on our side" in text
    assert not CANARY.search(text)
    sender = Celery(broker=parts.broker, set_as_current=False)
    sender.send_task(assess_entry.name, args=["not-an-id"])
    sender.close()
