"""How well the finder reads notes, by kind: `python -m tests.catalogue.notes_report` prints it."""

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from symptoms.catalogue.curated import read as read_catalogue
from symptoms.catalogue.finder import DATA, present

HERE = Path(__file__).parent
RULES = HERE.parent.parent / "symptoms" / "triage" / "rules"
URGENT = ("emergency", "same_day", "same_day_more")


@dataclass
class Figures:
    """Counts by kind; a note without a red symptom to find cannot be missed, one without `absent` cannot alarm."""

    red: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    quiet: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, list[str], list[str]]] = field(default_factory=list)

    @property
    def sensitivity(self) -> float:
        return self.caught.total() / self.red.total()

    @property
    def false_alarms(self) -> float:
        return self.alarms.total() / self.quiet.total()


def notes(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


@cache
def red_symptoms() -> frozenset[str]:
    """Return the ids that the conditions of the emergency and same-day rules name, alone or in a group."""
    known = {symptom.slug for symptom in read_catalogue(DATA).symptoms}
    groups = _toml("home")["groups"]
    named = {word for name in URGENT for rule in _toml(name)["rule"] for word in _words(rule["branch"])}
    grouped = {word for name in named if name.startswith("@") for word in _words(groups.get(name[1:], []))}
    return frozenset((named | grouped) & known)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))


def _words(value: Any) -> Iterable[str]:
    """Yield every text in a table, its keys too."""
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _words(one)


def measured(cases: list[dict[str, Any]]) -> Figures:
    figures, red = Figures(), red_symptoms()
    for case in cases:
        found = set(present(case["text"], case.get("author", "patient")))
        expected = set(case["expect"].get("present", [])) & red
        absent = set(case["expect"].get("absent", []))
        missed, alarms = sorted(expected - found), sorted(absent & found)
        kind = case["kind"]
        figures.red[kind] += bool(expected)
        figures.caught[kind] += bool(expected) and not missed
        figures.quiet[kind] += bool(absent)
        figures.alarms[kind] += bool(alarms)
        if missed or alarms:
            figures.wrong.append((case["text"], missed, alarms))
    return figures


def report(name: str) -> str:
    figures = measured(notes(name))
    lines = [f"{name}: red caught {figures.sensitivity:.1%}, false alarms {figures.false_alarms:.1%}"]
    for kind in sorted(figures.red | figures.quiet):
        caught, alarms = f"{figures.caught[kind]}/{figures.red[kind]}", f"{figures.alarms[kind]}/{figures.quiet[kind]}"
        lines.append(f"  {kind:16} caught {caught:>7}   false alarms {alarms:>6}")
    return "\n".join(lines)


if __name__ == "__main__":
    for one in sys.argv[1:] or ["notes.jsonl", "notes_tuned.jsonl", "notes_more.jsonl", "notes_sealed.jsonl"]:
        sys.stdout.write(report(one) + "\n")
