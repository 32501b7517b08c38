from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.accounts.actions import make_curator
from symptoms.accounts.models import User


class Command(BaseCommand):
    help = "Let somebody who has an account work on the rules. Two are needed: one proposes, another publishes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address with which the person signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['email']}. The person must sign up first.")
        make_curator(user=user, by=None)
        self.stdout.write(f"{user.email} may work on the rules, once a second factor is set up (at /rules/).")
