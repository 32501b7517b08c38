"""Answer cases: what would the tracker say to this diary? One JSON object a line in, one a line out."""

import sys
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from symptoms.catalogue.finder import present
from symptoms.lib import json_lines
from symptoms.triage.engine import answer
from symptoms.triage.ruleset import release_rules


class Command(BaseCommand):
    help = "Read cases as JSON Lines (- is standard input) and print an answer for each. Touches no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = partial(answer, rules=release_rules(), read_note=present)
        try:
            wrong = json_lines.reply(options["files"], asked, self.stdout)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        if wrong:
            sys.exit(1)
