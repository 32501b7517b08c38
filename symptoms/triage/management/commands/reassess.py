"""Assess stored entries anew by the rules in force, or see what they or other rules would say."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.triage.actions.reassessing import Outcome, compare, reassess
from symptoms.triage.comparing import Difference, Tally
from symptoms.triage.engine import load_rule_set, read_rule_files
from symptoms.triage.models import Tier


class Command(BaseCommand):
    help = (
        "Assess the entries from a day on again that stand by other rules than those in force, and raise the flags "
        "that follow. With --dry-run nothing is written: it compares what the rules say with what stands."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", required=True, metavar="YYYY-MM-DD", help="the first day of the entries")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only compare")
        parser.add_argument("--rules", metavar="DIRECTORY", help="compare these rule files; only with --dry-run")
        parser.add_argument("--list", action="store_true", help="print each entry that changes as a line of JSON")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        since, dry = _day(options["since"]), options["dry_run"]
        if options["processes"] < 1:
            raise CommandError("--processes: must be 1 or more")
        if options["rules"] and not dry:
            raise CommandError("--rules: only with --dry-run; only rules in force assess entries")
        if dry:
            outcome = compare(since=since, files=_files(options["rules"]), processes=options["processes"])
        else:
            outcome = self._reassess(since, options["processes"])
        if options["list"]:
            for one in outcome.differences:
                self.stdout.write(_line(one))
        self.stdout.write(_summary(outcome, dry=dry))

    def _reassess(self, since: date, processes: int) -> Outcome:
        try:
            return reassess(since=since, processes=processes)
        except (OSError, ValueError) as wrong:
            raise CommandError(f"The rules in force cannot be read: {wrong}") from wrong


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as wrong:
        raise CommandError(f"--since: {given!r} is no day such as 2026-05-01") from wrong


def _files(directory: str | None) -> dict[str, str] | None:
    """Return the rule files of a directory, read to the end once: CommandError names file and key of what is wrong."""
    if directory is None:
        return None
    path = Path(directory)
    if not path.is_dir():
        raise CommandError(f"--rules: {directory} is no directory")
    try:
        files = read_rule_files(path)
        load_rule_set(files)
    except (OSError, ValueError) as wrong:
        raise CommandError(f"--rules: {wrong}") from wrong
    return files


def _line(one: Difference) -> str:
    return json.dumps(
        {
            "entry": str(one.entry),
            "before": one.before,
            "after": one.after,
            "gained": list(one.gained),
            "lost": list(one.lost),
        }
    )


def _summary(outcome: Outcome, *, dry: bool) -> str:
    tally = outcome.tally
    lines = [
        f"{tally.looked_at} entries looked at: {tally.looked_at - tally.changed} unchanged, {tally.changed} changed.",
        *_matrix(tally),
    ]
    if dry:
        before, after = (_per_100(flags, tally) for flags in (tally.flags_before, tally.flags_after))
        lines.insert(1, f"Flags per 100 entries: {before} before, {after} after.")
    if outcome.left:
        lines.append(f"{outcome.left} entries could not be taken (in other hands, or unreadable). Run it again.")
    lines.append("Nothing was written." if dry else f"{outcome.written} assessments written.")
    return "\n".join(lines)


def _per_100(flags: int, tally: Tally) -> str:
    return f"{100 * flags / tally.looked_at:.1f}" if tally.looked_at else "-"


def _matrix(tally: Tally) -> list[str]:
    """Return how many entries go from which tier (line) to which (column), for the tiers that occur."""
    moves = {tuple(move.split(" > ")): count for move, count in tally.moves.items()}
    tiers = [tier.value for tier in Tier if any(tier in move for move in moves)]
    if not tiers:
        return []
    width = max(map(len, tiers)) + 2
    head = "from \\ to".ljust(width + 2) + "".join(tier.rjust(width) for tier in tiers)
    rows = [
        tier.ljust(width + 2) + "".join(str(moves.get((tier, to), 0)).rjust(width) for to in tiers) for tier in tiers
    ]
    return [head, *rows]
