"""A real browser for the journeys, as a pytest plugin. Without one they are left out, and that is said."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNPACKED = Path(tempfile.gettempdir()) / "chromium"  # where @sparticuz/chromium puts its browser
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
NO_BROWSER = (
    "JOURNEYS NOT RUN: no Chromium was found. Install chromium, or set CHROMIUM_PATH to one, "
    "to check the tracker in a real browser."
)
WITHOUT = pytest.StashKey[int]()


def find_browser() -> str | None:
    """Return the Chromium to use: CHROMIUM_PATH, one on PATH, an unpacked @sparticuz/chromium."""
    if named := os.environ.get("CHROMIUM_PATH"):
        return named if os.access(named, os.X_OK) else None
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return str(UNPACKED) if UNPACKED.is_file() and os.access(UNPACKED, os.X_OK) else None


def switches_for(path: str) -> list[str]:
    """Return the command line switches. The npm package's browser is a single piece and has no zygote."""
    return [*SWITCHES, "--no-zygote"] if Path(path) == UNPACKED else SWITCHES


def is_required() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the journeys out where there is no browser. Under CI they stay, and fail at their first step."""
    if find_browser() or is_required():
        return
    journeys = [item for item in items if item.get_closest_marker("journey")]
    config.stash[WITHOUT] = len(journeys)
    if journeys:
        items[:] = [item for item in items if item not in journeys]
        config.hook.pytest_deselected(items=journeys)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not (find_browser() or is_required()):
        terminalreporter.section("journeys", sep="!", red=True, bold=True)
        terminalreporter.line(NO_BROWSER, red=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for this test process."""
    path = find_browser()
    if path is None:
        pytest.fail(NO_BROWSER)
    # The test reads the database in the thread that Playwright's loop runs in. Nothing waits on it there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    environment: dict[str, str | float | bool] = {**os.environ}
    if Path(path) == UNPACKED:
        environment["LD_LIBRARY_PATH"] = str(UNPACKED.parent / "al2023" / "lib")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=path, args=switches_for(path), env=environment)
        except Error as error:
            pytest.fail(f"{path} did not start as a headless browser: {error}")
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a phone's width in a fresh profile: no cookies, no storage."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
