"""Answer cases: what would the tracker say to this diary? One JSON object a line in, one a line out."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from symptoms.triage.engine import RuleSet, answer
from symptoms.triage.ruleset import release_rules


class Command(BaseCommand):
    help = "Read cases as JSON Lines (- is standard input) and print an answer for each. Touches no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wrong = self._answer_all(options["files"])
        except BrokenPipeError:
            # The reader has seen enough, as `head` has. What is left in the buffer is not tried again at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            wrong = 1
        if wrong:
            sys.exit(1)

    def _answer_all(self, files: list[str]) -> int:
        """Print the answers, and return how many of them are errors."""
        rules, wrong = release_rules(), 0
        for name in files:
            for line in _lines(name):
                said = _answer(line, rules)
                wrong += "error" in said
                self.stdout.write(json.dumps(said))
        self.stdout.flush()
        return wrong


def _lines(name: str) -> Iterator[bytes]:
    """Yield the lines that are not empty; bytes, for one bad character must not stop the others."""
    if name == "-":
        yield from filter(bytes.strip, sys.stdin.buffer)
        return
    try:
        with Path(name).open("rb") as stream:
            yield from filter(bytes.strip, stream)
    except OSError as wrong:
        raise CommandError(f"{name}: {wrong.strerror}") from wrong


def _answer(line: bytes, rules: RuleSet) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as wrong:
        return {"id": None, "error": f"not JSON: {wrong}"}
    return answer(case, rules)
