from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from symptoms.accounts.sealed import is_newest, seal, unseal

SECRETS: Final = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


class Command(BaseCommand):
    help = "Seal the secrets of all second factors with the newest key. Part of each start."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SECRET_KEY_IS_TEMPORARY and not settings.FACTOR_KEY:
            self.stdout.write("  No key is set, so second factors stay as they are.")
            return
        done = sum(self._seal(pk) for pk in Authenticator.objects.filter(type__in=SECRETS).values_list("pk", flat=True))
        self.stdout.write(f"  {done} second factors were sealed anew.")

    @transaction.atomic
    def _seal(self, pk: int) -> bool:
        factor = Authenticator.objects.select_for_update().get(pk=pk)
        name = SECRETS[factor.type]
        if is_newest(factor.data[name]):
            return False
        factor.data[name] = seal(unseal(factor.data[name]))
        factor.save(update_fields=["data"])
        return True
