"""Answer cases: what would the tracker say to this diary? One JSON object a line in, one a line out."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from symptoms.catalogue.finder import present
from symptoms.lib import json_lines
from symptoms.triage.engine import RuleSet, answer
from symptoms.triage.ruleset import live_rules


class Command(BaseCommand):
    help = "Read cases as JSON Lines (- is standard input) and print an answer for each. Touches no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        rules, wrong = live_rules(), 0
        for name in options["files"]:
            try:
                for line in json_lines.lines(name):
                    said = _answer(line, rules)
                    wrong += "error" in said
                    self.stdout.write(json.dumps(said))
            except OSError as error:
                raise CommandError(f"{name}: {error.strerror}") from error
        self.stdout.flush()
        if wrong:
            sys.exit(1)


def _answer(line: bytes, rules: RuleSet) -> dict[str, Any]:
    try:
        case = json_lines.value(line)
    except ValueError as wrong:
        return {"id": None, "error": str(wrong)}
    return answer(case, rules, read_note=present)
