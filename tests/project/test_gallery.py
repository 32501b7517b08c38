"""The gallery shows every component; the error page stands when everything else has fallen."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from kesimpta_tracker import views
from tests.factories.cast import Cast

COMPONENTS = Path(__file__).resolve().parents[2] / "templates" / "components"
BY_SHELL = {"tabs", "footer", "messages", "sign_out", "whose_log", "clinic_nav"}
BY_OTHERS = {"tier_badge", "error_summary", "day_words", "legend"}  # drawn by a tag, a form, `cal` or `week`
AXE_RULES = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
TARGETS = "a, button, select, textarea, summary, .form-control, .chip, .scale label"
SMALL_TARGETS = """(targets) => [...document.querySelectorAll(targets)]
  .filter(e => !e.matches('.skip')).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44)).map(([html]) => html)"""


def components() -> list[str]:
    return sorted(path.stem for path in COMPONENTS.glob("[a-z]*.html"))


def test_gallery_is_for_staff(client: Client, cast: Cast) -> None:
    client.force_login(cast.staff)
    assert client.get("/gallery/").status_code == 200


def test_gallery_is_not_found_by_others(client: Client, cast: Cast) -> None:
    assert client.get("/gallery/").status_code == 404
    client.force_login(cast.ana)
    assert client.get("/gallery/").status_code == 404


def test_gallery_is_open_while_developing(client: Client, settings: LazySettings, db: None) -> None:
    settings.DEBUG = True
    assert client.get("/gallery/").status_code == 200
    assert client.post("/gallery/").status_code == 405


@pytest.mark.parametrize(("asked", "theme"), [("dark", "dark"), ("light", "light"), ("<b>", "auto")])
def test_gallery_can_be_seen_in_each_theme(client: Client, cast: Cast, asked: str, theme: str) -> None:
    client.force_login(cast.staff)
    page = client.get("/gallery/", {"theme": asked}).content.decode()
    assert f'data-bs-theme="{theme}"' in page


@pytest.mark.parametrize("component", components())
def test_component_stands_in_the_gallery(component: str) -> None:
    gallery = (COMPONENTS.parent / "gallery.html").read_text()
    assert component in BY_SHELL | BY_OTHERS or f'"components/{component}.html"' in gallery


def test_gallery_has_one_heading_and_no_id_twice(client: Client, cast: Cast) -> None:
    client.force_login(cast.staff)
    page = client.get("/gallery/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert page.count("<h1") == 1
    assert {name for name in ids if ids.count(name) > 1} <= {"error-summary-title"}  # two forms, two summaries


def without_a_database(request: HttpRequest) -> HttpResponse:
    """Answer as Django does when PostgreSQL went away in the middle of a request."""
    try:
        raise OperationalError("server closed the connection unexpectedly")
    except OperationalError:
        return views.server_error(request)


ERRORS: list[tuple[Any, int, str]] = [
    (views.bad_request, 400, "We could not read what was sent"),
    (views.permission_denied, 403, "You may not change this"),
    (views.page_not_found, 404, "We could not find this page"),
    (views.server_error, 500, "Something went wrong on our side"),
    (without_a_database, 503, "The tracker is closed for a moment"),
    (views.csrf_failure, 403, "Please try that again"),
]


@pytest.mark.parametrize(("view", "status", "words"), ERRORS)
def test_error_is_told_in_plain_words_with_urgent_help(view: Any, status: int, words: str) -> None:
    response: HttpResponse = view(RequestFactory().get("/x"))
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{words}</h1>" in page
    assert "911 (US, Canada), 112 (Europe) or 999 (UK)" in page
    assert 'href="/urgent-help/"' in page
    assert "<title>Error" not in page


@pytest.mark.parametrize("view", [views.server_error, without_a_database])
def test_worst_errors_need_no_request_and_no_database(view: Any) -> None:
    page = view(HttpRequest()).content.decode()  # no session, no person; the database is closed to this test
    assert 'class="tabs' not in page
    assert 'data-bs-theme="auto"' in page


def test_error_says_the_readers_own_number(client: Client, cast: Cast) -> None:
    client.force_login(cast.bo)
    assert 'href="tel:911"' in client.get("/nowhere/").content.decode()


def test_permission_is_denied_without_naming_the_reason() -> None:
    response = views.permission_denied(RequestFactory().get("/"), PermissionDenied("secret reason"))
    assert "secret reason" not in response.content.decode()


@pytest.mark.journey
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_gallery_is_accessible_in_a_browser(
    page: Page, live_server: LiveServer, settings: LazySettings, width: int, scheme: Any
) -> None:
    settings.DEBUG = True
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{live_server.url}/gallery/")
    found = Axe().run(page, options={"rules": AXE_RULES}).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(SMALL_TARGETS, TARGETS) == []
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert problems == []
