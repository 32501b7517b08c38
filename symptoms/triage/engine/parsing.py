"""From TOML tables to conditions, with file and key in every complaint."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Final, Protocol, TypeVar, cast

from symptoms.triage.engine.facts import Because
from symptoms.triage.engine.view import View

Evidence = tuple[Because, ...]

# Stand-ins for what is no symptom, in the set of things a rule listens to.
ANYTHING: Final = "#any"
RESULT: Final = "#result"
SHOT: Final = "#shot"
NOTE: Final = "#note"
READING: Final = "#reading"
PLAN: Final = "#plan"


class RuleError(ValueError):
    """A rule file that cannot be used; the message names file and key."""


class Condition(Protocol):
    """A typed condition: `evaluate` returns what was seen, or None where it does not hold."""

    def evaluate(self, view: View) -> Evidence | None: ...

    def listens(self) -> frozenset[str]:
        """Return what can make the condition hold; with none of it today, it is not asked."""


@dataclass(frozen=True, slots=True)
class Words:
    """What names may be used in conditions: the symptoms with their own tiers, groups and rule ids."""

    home: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file we read, for messages."""

    file: str
    key: str
    words: Words

    def at(self, key: str) -> "Place":
        return Place(self.file, f"{self.key}.{key}", self.words)

    def error(self, what: str) -> RuleError:
        return RuleError(f"{self.file}: {self.key}: {what}")


Parser = Callable[[Any, Place], Condition]
Table = dict[str, Any]
Node = TypeVar("Node")


class Vocabulary:
    """The kinds of conditions by their key; each module of conditions adds its own."""

    kinds: ClassVar[dict[str, Parser]] = {}

    @classmethod
    def kind(cls, *keys: str) -> Callable[[Parser], Parser]:
        def add(parser: Parser) -> Parser:
            cls.kinds.update(dict.fromkeys(keys, parser))
            return parser

        return add


def parse_condition(table: Any, place: Place) -> Condition:
    """Return the condition that `table` spells out; exactly one of its keys names its kind."""
    if not isinstance(table, dict):
        raise place.error('a condition is a table such as { symptom = "fever" }')
    kinds = [key for key in table if key in Vocabulary.kinds]
    if len(kinds) != 1:
        raise place.error(f"needs exactly one kind of condition, found {kinds or sorted(table)}")
    return Vocabulary.kinds[kinds[0]](table, place)


def symptom_ids(table: Table, place: Place) -> tuple[str, ...]:
    """Take `symptom`, `symptoms` and `without` out of `table` and return the ids they name.

    A name that starts with @ stands for a group.
    """
    ids = [text(table.pop("symptom"), place.at("symptom"))] if "symptom" in table else []
    ids.extend(_named(table.pop("symptoms", []), place.at("symptoms")))
    without = _named(table.pop("without", []), place.at("without"))
    unknown = sorted({*ids, *without} - place.words.home.keys())
    if unknown:
        raise place.error(f"unknown symptom {', '.join(unknown)}")
    if not set(without) <= set(ids):
        raise place.error("without names a symptom that was not in")
    return tuple(dict.fromkeys(one for one in ids if one not in without))


def _named(value: Any, place: Place) -> list[str]:
    ids: list[str] = []
    for name in texts(value, place):
        if not name.startswith("@"):
            ids.append(name)
        elif name[1:] in place.words.groups:
            ids.extend(place.words.groups[name[1:]])
        else:
            raise place.error(f"unknown group {name}")
    return ids


def text(value: Any, place: Place) -> str:
    if not isinstance(value, str) or not value.strip():
        raise place.error("must be a text that is not empty")
    return value


def texts(value: Any, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise place.error("must be a list of texts")
    return tuple(text(one, place) for one in value)


def whole(value: Any, place: Place) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise place.error("must be a whole number, 0 or more")
    return value


def number(value: Any, place: Place) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise place.error("must be a number")
    return float(value)


def flag(value: Any, place: Place) -> bool:
    if not isinstance(value, bool):
        raise place.error("must be true or false")
    return value


def only_true(value: Any, place: Place) -> None:
    """Refuse what is not true, where a key has no other meaning: false would read as its opposite, and is not."""
    if not flag(value, place):
        raise place.error("can only be true; for the opposite use none")


READERS: Final[dict[Any, Callable[[Any, Place], Any]]] = {
    str: text,
    str | None: text,
    int: whole,
    int | None: whole,
    float: number,
    float | None: number,
    bool: flag,
    tuple[str, ...]: texts,
}


def read(kind: type[Node], table: Mapping[str, Any], place: Place, **given: Any) -> Node:
    """Build the dataclass `kind` from `table`: every key a field of the right type, none missing."""
    known = {field.name: field for field in fields(cast(Any, kind)) if field.name not in given}
    values = dict(given)
    for key, value in table.items():
        if key not in known:
            raise place.error(f"unknown key {key!r}")
        values[key] = READERS[known[key].type](value, place.at(key))
    for name, field in known.items():
        if name not in values and field.default is MISSING:
            raise place.error(f"the key {name!r} is missing")
    return kind(**values)
