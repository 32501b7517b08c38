"""Small changes to the reviewed rule files, one at a time: numbers, names and parts of conditions."""

import copy
import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

# What is changed: a number or flag inside a condition, a name in a list, a whole part of a condition.
Way = tuple[str | int, ...]


class RuleMutant(NamedTuple):
    """One change in a rule file: the rule, what stood there, what stands there, and the whole new file."""

    place: str
    before: str
    after: str
    text: str


def rule_mutants(name: str, source: str) -> Iterator[RuleMutant]:
    """Yield each mutant of the conditions and groups in the rule file `name`."""
    file = tomllib.loads(source)
    for number, rule in enumerate(file.get("rule", [])):
        for place in range(len(rule.get("branch", []))):
            yield from _mutants(file, ("rule", number, "branch", place, "when"), rule["id"])
    for group in file.get("groups", {}):
        yield from _mutants(file, ("groups", group), f"@{group}")


def _mutants(file: dict[str, Any], way: Way, where: str) -> Iterator[RuleMutant]:
    for path, change, before, after in _changes(_at(file, way), way):
        other = copy.deepcopy(file)
        change(_at(other, path[:-1]), path[-1])
        yield RuleMutant(where, before, after, as_toml(other))


Changed = tuple[Way, Callable[[Any, Any], None], str, str]


def _changes(value: Any, way: Way) -> Iterator[Changed]:
    key = way[-1]
    if isinstance(value, bool):
        yield way, _remove, f"{key} = {json.dumps(value)}", "left out"
    elif isinstance(value, int | float):
        step = 1 if isinstance(value, int) else 0.1
        for other in (value + step, value - step):
            yield way, _setter(round(other, 2)), f"{key} = {value}", f"{round(other, 2)}"
    elif isinstance(value, list):
        for place, one in enumerate(value):
            if len(value) > 1:
                yield (*way, place), _remove, f"{key} with {_short(one)}", "left out"
            yield from _changes(one, (*way, place))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _changes(one, (*way, name))


def _remove(holder: Any, key: Any) -> None:
    del holder[key]


def _setter(value: Any) -> Callable[[Any, Any], None]:
    def change(holder: Any, key: Any) -> None:
        holder[key] = value

    return change


def _at(value: Any, way: Way) -> Any:
    for step in way:
        value = value[step]
    return value


def _short(value: Any) -> str:
    text = _toml_value(value)
    return text if len(text) <= 90 else f"{text[:87]}..."


def as_toml(file: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_toml_value(value)}\n" for key, value in file.items())


def _toml_value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)
