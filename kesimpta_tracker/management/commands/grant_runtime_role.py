from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kesimpta_tracker.roles import grant


class Command(BaseCommand):
    help = "Let a role run the tracker without owning its tables. Run it as their owner, after each migration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                grant(role)
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{role} may run the tracker. It can add to the audit log, and change nothing in it.")
