from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.accounts.models import User
from symptoms.sharing.actions import make_clinic


class Command(BaseCommand):
    help = "Open a clinic with its first manager, who then invites the others: make_clinic NAME PHONE EMAIL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("phone")
        parser.add_argument("email", help="The address of the account that will manage the clinic.")

    def handle(self, *args: Any, **options: Any) -> None:
        manager = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if manager is None:
            raise CommandError("No account has this address. The manager signs up first.")
        clinic = make_clinic(name=options["name"], phone=options["phone"], manager=manager)
        self.stdout.write(f"{clinic.name} is open: {clinic.pk}")
