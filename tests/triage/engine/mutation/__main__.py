"""Try every mutant: `python -m tests.triage.engine.mutation engine|rules [MODULE...]`, and then `report`."""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.triage.engine.mutation.mutators import mutants
from tests.triage.engine.mutation.oracle import (
    PACKAGE,
    Among,
    Change,
    is_of_rules,
    is_slow,
    load,
    module_is,
    noticed_by,
    rule_file_is,
)
from tests.triage.engine.mutation.report import Mutant, Tried, report, table
from tests.triage.engine.mutation.rule_data import rule_mutants

ROOT: Final = Path(__file__).parents[4]
ENGINE: Final = ROOT / "symptoms" / "triage" / "engine"
REPORT: Final = ROOT / "docs" / "mutation.md"
# The outcome of the last whole run of each kind, for the report.
KEPT: Final = ROOT / "var" / "mutation"
RULES: Final = ROOT / "symptoms" / "triage" / "rules"


Untried = tuple[str, str, Mutant, Change]
# Who killed which mutant (group, place, before, after).
Killers = dict[tuple[str, ...], str | None]


class Kept(NamedTuple):
    """A mutant as it was written down."""

    place: str
    before: str
    after: str


def try_all(changes: Iterator[Untried], among: Among, known: Killers) -> Iterator[Tried]:
    """Try each mutant that is not known to be killed, first with the tests that killed the most in its file."""
    kills: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for file, group, mutant, change in changes:
        killer = known.get((group, mutant.place, mutant.before, mutant.after))
        if killer is None:
            killer = noticed_by(change, _order(kills[file]), among)
        if killer is not None:
            kills[file][killer] += 1
        yield Tried(group, mutant, killer)


def _order(kills: Counter[str]) -> Callable[[str], Any]:
    return lambda test: -kills[test]


def engine_changes(names: list[str]) -> Iterator[Untried]:
    for path in sorted(ENGINE.glob("*.py")):
        if not names or path.stem in names:
            module = PACKAGE if path.stem == "__init__" else f"{PACKAGE}.{path.stem}"
            for mutant in mutants(path.name, path.read_text("utf-8")):
                yield path.name, path.name, mutant, module_is(module, mutant)


def rule_changes(names: list[str]) -> Iterator[Untried]:
    for path in sorted(RULES.glob("*.toml")):
        if not names or path.stem in names:
            for mutant in rule_mutants(path.name, path.read_text("utf-8")):
                yield path.name, path.name, mutant, rule_file_is(path.name, mutant.text)


def main() -> int:
    parser = argparse.ArgumentParser(prog="mutation", description=__doc__)
    parser.add_argument("what", choices=["engine", "rules", "report"])
    parser.add_argument("names", nargs="*", help="modules or rule files, all where none is named")
    parser.add_argument("--quick", action="store_true", help="leave out the property tests")
    parser.add_argument("--known", type=Path, help="what was killed in this outcome is not tried again")
    asked = parser.parse_args()
    known = {tuple(row[:4]): row[4] for row in json.loads(asked.known.read_text())} if asked.known else {}
    if asked.what == "report":
        REPORT.write_text(report(*(_kept(name) for name in ("engine", "rules"))), "utf-8")
        return 0
    changes = (engine_changes if asked.what == "engine" else rule_changes)(asked.names)
    among = is_of_rules if asked.what == "rules" else lambda module: not (asked.quick and is_slow(module))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MUTANTS_DIR"] = folder
        load()
        if test := noticed_by(lambda: None, lambda _: 0, among):
            sys.stderr.write(f"{test} fails without any mutant\n")
            return 1
        tried = []
        for one in try_all(changes, among, known):
            tried.append(one)
            if one.killer is None:
                sys.stdout.write(f"survived {one.mutant.place}: {one.mutant.before} -> {one.mutant.after}\n")
                sys.stdout.flush()
    sys.stdout.write(table(tried))
    _keep(asked.what, tried)
    return 0


def _keep(what: str, tried: list[Tried]) -> None:
    """Write the outcome down; what is kept of other modules or files stays."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path, fresh = KEPT / f"{what}.json", {one.group for one in tried}
    old = json.loads(path.read_text()) if path.exists() else []
    path.write_text(json.dumps([row for row in old if row[0] not in fresh] + [_row(one) for one in tried]))


def _kept(what: str) -> list[Tried]:
    rows = json.loads((KEPT / f"{what}.json").read_text())
    return [Tried(group, Kept(place, before, after), killer) for group, place, before, after, killer in rows]


def _row(tried: Tried) -> list[str | None]:
    mutant = tried.mutant
    return [tried.group, mutant.place, mutant.before, mutant.after, tried.killer]


if __name__ == "__main__":
    sys.exit(main())
