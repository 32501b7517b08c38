from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.accounts.actions import close_account, end_all_sessions
from symptoms.accounts.models import User


class Command(BaseCommand):
    help = "Sign somebody, or everybody, out of all devices at once; with --close the account lets nobody in any more."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("email", nargs="?", help="the address with which the person signs in")
        who.add_argument("--all", action="store_true", help="end the sessions of everybody")
        parser.add_argument("--close", action="store_true", help="close the account too; what was written stays")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] and options["close"]:
            raise CommandError("--close is for one account.")
        user = None if options["all"] else _named(options["email"])
        if user and options["close"]:
            close_account(user=user, by=None)
            self.stdout.write(f"The account of {user.email} is closed, and its sessions have ended.")
        else:
            self.stdout.write(f"{end_all_sessions(user=user, by=None)} sessions have ended.")


def _named(email: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return user
