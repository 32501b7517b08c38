"""Read the reviewed rule files: every key checked, nothing left out, nothing made up."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Final

from symptoms.triage.engine import floor, logic, measures, patterns, planning, reactions, ticks
from symptoms.triage.engine.parsing import Place, RuleError, Words, parse_condition, text, texts, whole
from symptoms.triage.engine.rules import Branch, Example, Rule, RuleSet
from symptoms.triage.engine.tiers import RANK, TIERS

# The modules whose conditions a rule may use; importing them fills the vocabulary.
CONDITIONS: Final = (floor, logic, measures, patterns, planning, reactions, ticks)

TEXTS: Final = ("id", "title", "headline", "rationale", "basis", "source")
RULE_KEYS: Final = {*TEXTS, "version", "steps", "reading", "branch", "elsewhere", "holds", "near_misses"}
FILE_KEYS: Final = {"version", "review_on", "home", "groups", "rule"}
# Conditions that ask what other rules said, so that those are asked first.
REFERENCES: Final = {"no_rule", "rule_holds", "unseen_by", "others", "yields_to"}


def read_rule_files(directory: Path) -> dict[str, str]:
    """Return the text of every *.toml in `directory` by its name. RuleError names a file that is no text."""
    texts_by_name = {}
    for path in sorted(directory.glob("*.toml")):
        try:
            texts_by_name[path.name] = path.read_text("utf-8")
        except UnicodeDecodeError as wrong:
            raise RuleError(f"{path.name}: {wrong}") from wrong
    return texts_by_name


def load_rule_set(sources: Mapping[str, str]) -> RuleSet:
    """Return the rules of the files `sources` (text by name). RuleError names file and key of what is wrong."""
    files = dict(sorted(sources.items()))
    tables = {name: _toml(name, content) for name, content in files.items()}
    home = _home(tables)
    groups = _groups(tables, home)
    raw = list(_raw_rules(tables))
    words = Words(home, groups, frozenset(_unique_ids(raw)))
    rules = {table["id"]: _rule(table, Place(file, str(table["id"]), words)) for file, table in raw}
    references = {table["id"]: _references(table, words, file) for file, table in raw}
    ordered = {one: rules[one] for one in _order(references)}
    return RuleSet(
        version=_version(tables, files),
        rules={one: rule for one, rule in ordered.items() if rule.branches},
        elsewhere={one: rule for one, rule in ordered.items() if not rule.branches},
        home_tiers=home,
        groups=groups,
        review_on=_review_on(tables),
    )


def _toml(name: str, content: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(content)
    except ValueError as wrong:
        raise RuleError(f"{name}: {wrong}") from wrong
    for key in table:
        if key not in FILE_KEYS:
            raise RuleError(f"{name}: {key}: unknown key")
    _check_kinds(name, table)
    return table


def _check_kinds(name: str, table: Mapping[str, Any]) -> None:
    """Refuse what is of another kind than the rest of this module takes it for."""
    for key in ("home", "groups"):
        lists = table.get(key, {})
        if not isinstance(lists, dict):
            raise RuleError(f"{name}: {key}: must be a table")
        for one, ids in lists.items():
            if not isinstance(ids, list) or not all(isinstance(symptom, str) for symptom in ids):
                raise RuleError(f"{name}: {key}.{one}: must be a list of symptoms")
    if not isinstance(table.get("rule", []), list):
        raise RuleError(f"{name}: rule: rules are written [[rule]]")
    if not isinstance(table.get("version", ""), str):
        raise RuleError(f"{name}: version: must be a text")


def _version(tables: Mapping[str, dict[str, Any]], files: Mapping[str, str]) -> str:
    names = [table["version"] for table in tables.values() if "version" in table]
    if len(names) != 1:
        raise RuleError("version: exactly one file must name the version of the set")
    digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + content.encode() for name, content in files.items()))
    return f"{names[0]}+{digest.hexdigest()[:10]}"


def _review_on(tables: Mapping[str, dict[str, Any]]) -> date | None:
    """Return the day by which somebody must look at the set again; None where no file names it."""
    days = [(name, table["review_on"]) for name, table in tables.items() if "review_on" in table]
    if len(days) > 1:
        raise RuleError(f"{days[1][0]}: review_on: {days[0][0]} names the day already")
    for name, day in days:
        if not isinstance(day, date) or isinstance(day, datetime):
            raise RuleError(f"{name}: review_on: must be a day such as 2027-05-01, without quotes")
        return day
    return None


def _home(tables: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    home: dict[str, str] = {}
    for name, table in tables.items():
        for tier, ids in table.get("home", {}).items():
            if tier not in TIERS:
                raise RuleError(f"{name}: home.{tier}: unknown tier")
            for symptom in ids:
                if symptom in home:
                    raise RuleError(f"{name}: home.{tier}: {symptom} has two own tiers")
                home[symptom] = tier
    return home


def _groups(tables: Mapping[str, dict[str, Any]], home: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for name, table in tables.items():
        for group, ids in table.get("groups", {}).items():
            unknown = sorted(set(ids) - home.keys())
            if unknown or group in groups:
                raise RuleError(f"{name}: groups.{group}: {'unknown symptom ' + unknown[0] if unknown else 'twice'}")
            groups[group] = tuple(ids)
    return groups


def _raw_rules(tables: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, table in tables.items():
        for number, rule in enumerate(table.get("rule", [])):
            if not isinstance(rule, dict) or not isinstance(rule.get("id"), str):
                raise RuleError(f"{name}: rule[{number}].id: is missing")
            yield name, rule


def _unique_ids(raw: list[tuple[str, dict[str, Any]]]) -> list[str]:
    ids: list[str] = []
    for name, table in raw:
        if table["id"] in ids:
            raise RuleError(f"{name}: {table['id']}: this id is taken")
        ids.append(table["id"])
    return ids


def _rule(table: dict[str, Any], place: Place) -> Rule:
    for key in table:
        if key not in RULE_KEYS:
            raise place.error(f"unknown key {key!r}")
    told = {key: text(table.get(key), place.at(key)) for key in TEXTS}
    steps = _steps(table.get("steps"), place.at("steps"))
    branches = () if "elsewhere" in table else _branches(table, place, told["headline"], steps)
    return Rule(
        **told,
        version=whole(table.get("version"), place.at("version")),
        steps=steps,
        reading=text(table["reading"], place.at("reading")) if "reading" in table else "",
        tier=branches[0].tier if branches else _tier(table["elsewhere"], place.at("elsewhere")),
        branches=branches,
        holds=_examples(table, "holds", place),
        near_misses=_examples(table, "near_misses", place),
        listens=frozenset[str]().union(*(branch.when.listens() for branch in branches)),
    )


def _table(value: Any, place: Place) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise place.error("must be a table")
    return value


def _steps(value: Any, place: Place) -> tuple[str, ...]:
    steps = texts(value, place)
    if not steps:
        raise place.error("tell the patient at least one step")
    return steps


def _tier(value: Any, place: Place) -> str:
    if value not in TIERS:
        raise place.error(f"must be one of {', '.join(TIERS)}")
    return str(value)


def _branches(table: dict[str, Any], place: Place, headline: str, steps: tuple[str, ...]) -> tuple[Branch, ...]:
    raw = table.get("branch")
    if not isinstance(raw, list) or not raw:
        raise place.at("branch").error("needs at least one tier with its condition")
    found = []
    for number, branch in enumerate(raw):
        here = place.at(f"branch[{number}]")
        for key in _table(branch, here):
            if key not in {"tier", "when", "headline", "steps"}:
                raise here.error(f"unknown key {key!r}")
        found.append(
            Branch(
                _tier(branch.get("tier"), here.at("tier")),
                parse_condition(branch.get("when"), here.at("when")),
                text(branch.get("headline", headline), here.at("headline")),
                _steps(branch["steps"], here.at("steps")) if "steps" in branch else steps,
            )
        )
    if sorted(found, key=lambda branch: RANK[branch.tier]) != found:
        raise place.at("branch").error("the highest tier comes first")
    return tuple(found)


def _examples(table: dict[str, Any], key: str, place: Place) -> tuple[Example, ...]:
    raw = table.get(key)
    if not isinstance(raw, list) or not raw:
        raise place.at(key).error("a rule is not taken without examples")
    found = []
    for number, example in enumerate(raw):
        here = place.at(f"{key}[{number}]")
        rest = dict(_table(example, here))
        why = text(rest.pop("why", None), here.at("why"))
        found.append(Example(why, rest, rest.pop("tier", None)))
    return tuple(found)


def _references(table: Any, words: Words, file: str) -> set[str]:
    """Return the ids of the rules that a rule's conditions ask about, at any depth."""
    if isinstance(table, list):
        return set[str]().union(*(_references(one, words, file) for one in table))
    if not isinstance(table, dict):
        return set()
    found: set[str] = set()
    for key, value in table.items():
        if key in REFERENCES and isinstance(value, list):
            found.update(logic.rule_ids(tuple(value), Place(file, key, words)))
        else:
            found |= _references(value, words, file)
    return found


def _order(references: Mapping[str, set[str]]) -> list[str]:
    """Return the ids so that each comes after those it asks about, and otherwise by name."""
    sorter = TopologicalSorter({rule: sorted(references[rule]) for rule in sorted(references)})
    try:
        return list(sorter.static_order())
    except CycleError as wrong:
        raise RuleError(f"rules ask about each other in a circle: {' -> '.join(wrong.args[1])}") from wrong
