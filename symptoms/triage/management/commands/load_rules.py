from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.triage.actions.rule_sets import load_release
from symptoms.triage.engine import RuleError, read_rule_files
from symptoms.triage.ruleset import RULES


class Command(BaseCommand):
    help = "Store the rules of this release, and put them in force unless curators made their own. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=RULES, help="folder of the TOML files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_release(files=read_rule_files(options["directory"]))
        except RuleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"rules of this release: {loaded.value}")
