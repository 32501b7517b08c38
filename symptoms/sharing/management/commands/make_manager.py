from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from symptoms.accounts.models import User
from symptoms.sharing.actions import add_member
from symptoms.sharing.models import Clinic, ClinicMember


class Command(BaseCommand):
    help = "Let an account manage a clinic, for one whose last manager is gone: make_manager CLINIC EMAIL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("clinic", help="The id that make_clinic printed, or the name where no other has it.")
        parser.add_argument("email", help="The address of the account that will manage the clinic.")

    def handle(self, *args: Any, **options: Any) -> None:
        clinic = _clinic(options["clinic"])
        manager = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if manager is None:
            raise CommandError("No account has this address. The manager signs up first.")
        add_member(clinic=clinic, user=manager, role=ClinicMember.Role.MANAGER, by=None)
        self.stdout.write(f"{clinic.name} is managed by {manager.email} too.")


def _clinic(said: str) -> Clinic:
    try:
        found = Clinic.objects.filter(pk=UUID(said))
    except ValueError:
        found = Clinic.objects.filter(name__iexact=said)
    if len(found) != 1:
        raise CommandError(f"{len(found)} clinics are called {said!r}. Say its id: {[str(one.pk) for one in found]}")
    return found[0]
