from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kesimpta_tracker.roles import grant


class Command(BaseCommand):
    help = "Let a role run the tracker without owning its tables. Run it as their owner, after each migration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")
        parser.add_argument("--database", default="default", help="the name in the settings under which the owner is")

    def handle(self, *args: Any, role: str, database: str, **options: Any) -> None:
        try:
            with transaction.atomic(using=database):
                grant(role, database)
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{role} may run the tracker. It can add to the audit log, and change nothing in it.")
