"""The reviewed rules with one key left out, or of another kind: refused with file and key, or still whole."""

import copy
import re
import tomllib
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from symptoms.triage.engine import RuleError, RuleSet, load_rule_set, read_rule_files
from tests.triage.engine.mutation.rule_data import as_toml
from tests.triage.engine.rules_under_test import RULES

SOURCES = read_rule_files(RULES)
FILES = {name: tomllib.loads(text) for name, text in SOURCES.items()}
# One value of each kind that TOML knows, and some that are wrong within their kind.
OTHERS: list[Any] = ["", "x", 0, -1, 7, 1.5, True, [], ["x"], [1], [[]], {}, {"x": 1}, [{}], [{"x": 1}]]
LEFT_OUT = object()
REFUSED = re.compile(r"version: |rules ask about each other|rule\.toml: \S|home\.toml: \S")

Way = tuple[Any, ...]


def rules() -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for file in FILES.values() for rule in file.get("rule", [])}


def stub(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule that judges nothing, so that others may name it and the set is read fast."""
    rest = {key: value for key, value in rule.items() if key != "branch"}
    return {**rest, "elsewhere": "visit", "holds": [{"why": "it does"}], "near_misses": [{"why": "it does not"}]}


STUBS = {name: stub(rule) for name, rule in rules().items()}


def load(home: dict[str, Any], rule: dict[str, Any], name: str) -> RuleSet:
    others = {"rule": [one for other, one in STUBS.items() if other != name]}
    return load_rule_set(
        {"home.toml": as_toml(home), "rule.toml": as_toml({"rule": [rule]}), "stubs.toml": as_toml(others)}
    )


def ways(value: Any, way: Way = ()) -> Iterator[Way]:
    """Yield the way to each key and each place of a list, at any depth."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*way, key)
            yield from ways(one, (*way, key))


def changed(table: dict[str, Any], way: Way, value: Any) -> dict[str, Any]:
    other = copy.deepcopy(table)
    place: Any = other
    for step in way[:-1]:
        place = place[step]
    if value is LEFT_OUT:
        del place[way[-1]]
    else:
        place[way[-1]] = value
    return other


def check(home: dict[str, Any], rule: dict[str, Any], name: str) -> None:
    try:
        load(home, rule, name)
    except RuleError as wrong:
        assert REFUSED.match(str(wrong)), wrong


@pytest.mark.parametrize("name", rules())
def test_a_rule_with_any_key_mistyped_is_refused_or_still_whole(name: str) -> None:
    """A few keys of each rule, the same at every run; whatever else is raised fails the test."""
    rule, random = rules()[name], Random(name)  # noqa: S311
    for way in random.sample(list(ways(rule)), 3):
        for value in [*random.sample(OTHERS, 2), LEFT_OUT]:
            check(FILES["home.toml"], changed(rule, way, value), name)


@pytest.mark.parametrize("value", [*OTHERS, LEFT_OUT], ids=str)
def test_symptoms_and_groups_mistyped_are_refused_or_still_whole(value: Any) -> None:
    home, name = FILES["home.toml"], "E04-sepsis"
    for way in [
        ("home",),
        ("home", "visit"),
        ("home", "visit", 0),
        ("groups",),
        ("groups", "eye"),
        ("groups", "eye", 0),
    ]:
        check(changed(home, way, value), rules()[name], name)


@pytest.mark.parametrize("value", [*OTHERS, LEFT_OUT], ids=str)
@pytest.mark.parametrize("key", ["id", "version", "title", "steps", "branch", "holds", "near_misses", "reading"])
def test_each_key_of_a_rule_mistyped_is_refused_or_still_whole(key: str, value: Any) -> None:
    rule = rules()["E04-sepsis"]
    check(FILES["home.toml"], changed(rule, (key,), value), rule["id"])


@pytest.mark.parametrize("kind", ["rule", "home", "groups", "version", "review_on"])
@pytest.mark.parametrize("value", OTHERS, ids=str)
def test_each_key_of_a_file_mistyped_is_refused_or_still_whole(kind: str, value: Any) -> None:
    rule = rules()["E04-sepsis"]
    check({**FILES["home.toml"], kind: value}, rule, rule["id"])
