"""Browsers in which somebody of the cast is signed in, against the real server of the test."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from symptoms.accounts.models import User
from symptoms.notifications import receivers as notifications
from symptoms.triage import receivers as triage
from tests.factories.cast import Cast, make_cast

ROOT = Path(__file__).resolve().parents[2]
type_of_open = Callable[..., Page]


@pytest.fixture
def world(live_server: LiveServer, transactional_db: None) -> Cast:
    """The cast in the database that the live server reads."""
    return make_cast()


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer) -> Iterator[type_of_open]:
    """Open a browser as somebody: `open_as(user, width=320, scheme="dark", java_script_enabled=False)`."""
    contexts = []

    def start(user: User | None, *, width: int = 390, scheme: Any = "light", **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
            locale="en-GB",
            base_url=live_server.url,
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def broker(broker_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real broker, known to the web server of this test."""
    forget_connections()
    monkeypatch.setitem(current_app.conf, "broker_url", broker_url)
    yield broker_url
    forget_connections()


def forget_connections() -> None:
    """Have Celery connect anew: it keeps the pools of the broker that it spoke to first.

    What is still on its way to the broker of an earlier test would make those pools once more, of no broker at all.
    """
    for errands in (triage.errands, notifications.errands):
        errands.wait()
    current_app.amqp._producer_pool = None
    current_app._pool = None


def environment(**more: str) -> dict[str, str]:
    """Return the environment for a process that works on the database of this test."""
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])
    return {**os.environ, "DATABASE_URL": url, **more}


@pytest.fixture
def worker(broker: str, world: Cast) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker on that broker."""
    command = ["-m", "celery", "-A", "kesimpta_tracker", "worker", "-P", "solo", "--without-mingle"]
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(BROKER_URL=broker),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.kill()
    process.wait()
