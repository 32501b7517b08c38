"""docs/mutation.md from what became of the mutants."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

ENGINE: Final = Path(__file__).parents[4] / "symptoms" / "triage" / "engine"
REASONS: Final = Path(__file__).with_name("equivalent.toml")

HEAD: Final = """# Mutation testing of the engine

Written by `make mutants`; not by hand. Each mutant is one small change to the engine, or to one reviewed rule
file, tried against the tests in `tests/triage/engine/`. What no test notices has survived.

The engine: comparisons (boundary and opposite), and / or and each of their parts, not, plus and minus, times and
divided by, min and max, any and all, each number one up and one down, true and false, each condition turned
round, the filter of each comprehension, each `return` as None or left out, and each assignment, call, `raise`,
`break` and `continue` left out. Texts, annotations and decorators are left alone.

The rules: in each condition and group, each number one up and one down (0.1 for degrees and limits), each name
and each part left out, and each flag left out.
"""


class Mutant(Protocol):
    """A mutant of either kind."""

    @property
    def place(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


class Tried(NamedTuple):
    """A mutant and the test that noticed it; None where it survived."""

    group: str
    mutant: Mutant
    killer: str | None


def table(tried: Iterable[Tried]) -> str:
    """Return killed and survived by group, with the share that was killed."""
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    if not (tried := list(tried)):
        return "No whole run is kept.\n"
    for one in tried:
        groups[one.group].append(one.killer is not None)
    rows = [*sorted(groups.items()), ("all", [killed for group in groups.values() for killed in group])]
    lines = [f"| {name} | {sum(of)} | {len(of) - sum(of)} | {sum(of) / len(of):.1%} |" for name, of in rows]
    return "\n".join(["| | killed | survived | killed |", "|---|---:|---:|---:|", *lines, ""])


def survivors(tried: Iterable[Tried]) -> str:
    """Return a line for each survivor, with the reason why it changes nothing where one is known."""
    known = reasons()
    rows = []
    for one in tried:
        if one.killer is None:
            file, line = where(one.mutant)
            change = f"{one.mutant.before} -> {one.mutant.after}"
            rows.append(f"| {file} | {_code(line)} | {_code(change)} | {known.get((file, line), '')} |")
    return "\n".join(["| where | the line | the change | why nothing shows it |", "|---|---|---|---|", *rows, ""])


def where(mutant: Mutant) -> tuple[str, str]:
    """Return the module and the whole line of a mutant; of a rule, its id alone."""
    file, _, number = mutant.place.partition(":")
    if not number:
        return file, file
    return file, (ENGINE / file).read_text("utf-8").splitlines()[int(number) - 1].strip()


def _code(text: str) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return f"`{line if len(line) <= 110 else line[:107] + '...'}`"


def reasons() -> dict[tuple[str, str], str]:
    """Return why a survivor changes nothing, by module and line."""
    known = tomllib.loads(REASONS.read_text("utf-8"))["same"]
    return {(module, line): row["why"] for row in known for module, line in row["lines"]}


def report(engine: list[Tried], rules: list[Tried]) -> str:
    """Return docs/mutation.md."""
    parts = [
        HEAD,
        "## The engine\n",
        table(engine),
        "### What survived in the engine\n",
        survivors(engine),
        "## The rules\n",
        table(rules),
        "### What survived in the rules\n",
        survivors(rules),
    ]
    return "\n".join(parts)
