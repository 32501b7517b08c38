"""What became of the mutants, as a table."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any


def table(tried: Iterable[Any]) -> str:
    """Return killed and survived by group, with the share that was killed."""
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for one in tried:
        groups[one.group].append(one.killer is not None)
    rows = [*sorted(groups.items()), ("all", [killed for group in groups.values() for killed in group])]
    lines = [f"| {name} | {sum(of)} | {len(of) - sum(of)} | {sum(of) / len(of):.1%} |" for name, of in rows]
    return "\n".join(["| | killed | survived | |", "|---|---:|---:|---:|", *lines, ""])
