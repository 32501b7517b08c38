"""Where the journeys find a browser, and what happens without one."""

from pathlib import Path

import pytest

from tests import browser


def a_browser(folder: Path, name: str = "chromium") -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_named_browser_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_browser(tmp_path)
    named = a_browser(tmp_path, "mine")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM_PATH", str(named))
    assert browser.find_browser() == str(named)


def test_a_named_browser_that_is_not_there_is_not_replaced_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_browser(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM_PATH", str(tmp_path / "gone"))
    assert browser.find_browser() is None


def test_then_the_path_then_the_unpacked_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = a_browser(tmp_path, "unpacked")
    monkeypatch.setattr(browser, "UNPACKED", unpacked)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    assert browser.find_browser() == str(unpacked)
    assert "--no-zygote" in browser.switches_for(str(unpacked))
    on_path = a_browser(tmp_path, "google-chrome")
    assert browser.find_browser() == str(on_path)
    assert "--no-zygote" not in browser.switches_for(str(on_path))
    unpacked.unlink()
    on_path.unlink()
    assert browser.find_browser() is None


@pytest.mark.parametrize(("value", "required"), [("true", True), ("1", True), ("", False), ("false", False)])
def test_only_continuous_integration_needs_a_browser(
    value: str, required: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", value)
    assert browser.is_required() is required
