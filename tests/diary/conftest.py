from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.sharing.models import Grant
from tests.factories.cast import ADD, Cast, make_cast
from tests.factories.diary import make_entry

Post = Callable[..., Any]


@pytest.fixture
def as_ana(client: Client, cast: Cast) -> Client:
    client.force_login(cast.ana)
    return client


@pytest.fixture
def as_sam(cast: Cast) -> Client:
    """Sam, who may read and add."""
    Grant.objects.filter(user=cast.sam).update(adds=list(ADD))
    sam = Client()
    sam.force_login(cast.sam)
    return sam


@pytest.fixture
def today(cast: Cast) -> str:
    return clock.local_day(clock.now(), cast.ana_log.time_zone).isoformat()


@pytest.fixture
def fields(today: str) -> Callable[..., dict[str, Any]]:
    """A filled log page: what is ticked, each as if its card had been shown, and further fields."""

    def fill(ticked: Mapping[str, int | str | None] | None = None, **more: Any) -> dict[str, Any]:
        ticked = ticked or {}
        said: dict[str, Any] = {
            "key": str(uuid4()),
            "day": today,
            "temperature": "",
            "temperature_unit": "C",
            "note": "",
            "s": list(ticked),
            "asked": list(ticked),
        }
        said |= {f"grade-{slug}": grade for slug, grade in ticked.items() if grade is not None}
        return said | {name.replace("__", "-"): value for name, value in more.items()}

    return fill


@pytest.fixture
def log_url(cast: Cast) -> str:
    return f"/p/{cast.ana_log.pk}/log/"


@pytest.fixture
def open_log(page: Page, live_server: LiveServer) -> Callable[[], Page]:
    """Open Ana's log page; yesterday she logged a headache and fever."""
    cast = make_cast()
    make_entry(cast.ana_log, {"headache": 1, "fever": 1})
    client = Client()
    client.force_login(cast.ana)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    def start() -> Page:
        page.goto(f"{live_server.url}/p/{cast.ana_log.pk}/log/")
        page.evaluate("window.sameDocument = true")
        return page

    return start


def only_entry() -> Entry:
    entry: Entry = Entry.objects.get()
    return entry


def slugs_found(entry: Entry) -> list[str]:
    """Return what the note of an entry told when it was saved."""
    return [one["symptom"] for one in entry.note_found or ()]
