"""The rule files as text: find one rule in them, change it, and tell whether two texts are the same.

Pure. A rule's text is its [[rule]] block, from that line to the next block, without blank lines and comments at
its end. Files keep all that stands around it.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from symptoms.triage.engine import RuleError

OPENS: Final = re.compile(r"^\[\[rule\]\]", re.MULTILINE)
TRAILING: Final = re.compile(r"(?:\n[ \t]*(?:#[^\n]*)?)+\Z")
GROUP: Final = re.compile(r'"@([\w-]+)"')

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """Where a rule stands: its file, the text of its block, and from which letter to which."""

    rule_id: str
    file: str
    text: str
    first: int
    last: int


def blocks(files: Files) -> dict[str, Block]:
    """Return the block of every rule by its id. RuleError names a file that cannot be taken apart."""
    found: dict[str, Block] = {}
    for name, content in sorted(files.items()):
        starts = [match.start() for match in OPENS.finditer(content)]
        for first, end in zip(starts, [*starts, len(content)][1:], strict=True):
            text = TRAILING.sub("", content[first:end])
            rule_id = id_in(text, name)
            found[rule_id] = Block(rule_id, name, text, first, first + len(text))
    return found


@lru_cache(maxsize=2048)
def id_in(text: str, name: str = "the rule") -> str:
    """Return the id of the one rule in `text`. RuleError where it is no rule, or more than one.

    Remembered: a curator's page takes the same files apart three times.
    """
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except ValueError as wrong:
        raise RuleError(f"{name}: {wrong}") from wrong
    rules = table.get("rule")
    if set(table) != {"rule"} or not isinstance(rules, list) or len(rules) != 1:
        raise RuleError(f"{name}: write one rule, starting with the line [[rule]]")
    rule_id = rules[0].get("id")
    if not isinstance(rule_id, str) or not rule_id.strip():
        raise RuleError(f"{name}: id: is missing")
    return rule_id


def with_rule(files: Files, rule_id: str, text: str) -> dict[str, str]:
    """Return the files with the block of `rule_id` replaced by `text`, which must be that rule."""
    text = tidy(text)
    if (written := id_in(text)) != rule_id:
        raise RuleError(f"{rule_id}: id: must stay as it is, found {written!r}")
    block = _block(files, rule_id)
    content = files[block.file]
    return {**files, block.file: content[: block.first] + text + content[block.last :]}


def with_new_rule(files: Files, name: str, text: str) -> dict[str, str]:
    """Return the files with one more rule at the end of the file `name`."""
    text = tidy(text)
    rule_id = id_in(text)
    if name not in files:
        raise RuleError(f"{name}: there is no such file")
    if rule_id in blocks(files):
        raise RuleError(f"{rule_id}: this id is taken")
    return {**files, name: f"{files[name].rstrip()}\n\n{text}\n"}


def without_rule(files: Files, rule_id: str) -> dict[str, str]:
    """Return the files without the block of `rule_id`."""
    block = _block(files, rule_id)
    content = files[block.file]
    return {**files, block.file: content[: block.first].rstrip() + "\n" + content[block.last :]}


def tidy(text: str) -> str:
    """Return what was typed with plain line ends and nothing blank around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def fingerprints(files: Files) -> dict[str, str]:
    """Return the digest of every rule as it reads now: its text, the groups it names, and for B00 the own tiers.

    Whoever signed it signed this. A group that gains a symptom changes each rule that names the group.
    """
    tables = [tomllib.loads(content) for content in files.values()]
    groups = {name: ids for table in tables for name, ids in table.get("groups", {}).items()}
    tiers = str([sorted(table["home"].items()) for table in tables if "home" in table])
    return {rule_id: _digest(block, groups, tiers) for rule_id, block in blocks(files).items()}


def _digest(block: Block, groups: Mapping[str, Any], tiers: str) -> str:
    told = [tidy(block.text), *(f"@{name} {groups.get(name)}" for name in sorted(set(GROUP.findall(block.text))))]
    if block.rule_id.startswith("B00"):
        told.append(tiers)
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def _block(files: Files, rule_id: str) -> Block:
    found = blocks(files).get(rule_id)
    if found is None:
        raise RuleError(f"{rule_id}: there is no such rule")
    return found
