"""The locks name exact versions and hashes, and no place to get them from."""

import itertools
import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
LOCKS = ("requirements", "requirements-embedded", "requirements-dev")
PLACES = re.compile(r"https?:|--(extra-)?index|--find-links|--trusted-host|file:|git\+|@ ", re.IGNORECASE)


def names_in(text: str) -> set[str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-") for name in found if not name.startswith("-")}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place(name: str) -> None:
    assert not PLACES.findall((HOME / f"{name}.txt").read_text())


@pytest.mark.parametrize("name", LOCKS)
def test_everything_locked_has_one_version_and_hashes(name: str) -> None:
    lines = [line for line in (HOME / f"{name}.txt").read_text().splitlines() if line.strip()]
    packages = [line for line in lines if not line.startswith((" ", "#"))]
    assert packages
    for line in packages:
        assert re.match(r"[A-Za-z0-9._-]+==[^ ]+( ;.*)? \\$", line), line
    for before, line in itertools.pairwise(lines):
        if not before.startswith(" "):
            assert line.strip().startswith("--hash=sha256:"), before


@pytest.mark.parametrize("name", LOCKS)
def test_everything_asked_for_is_locked(name: str) -> None:
    asked = names_in((HOME / f"{name}.in").read_text())
    assert asked
    assert asked <= names_in((HOME / f"{name}.txt").read_text())


def test_a_package_has_the_same_version_in_every_lock() -> None:
    versions: dict[str, set[str]] = {}
    for name in LOCKS:
        for package, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ]+)", (HOME / f"{name}.txt").read_text(), re.M):
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}
