from collections.abc import Sequence

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record


@transaction.atomic
def change_settings(*, user: User, changed: Sequence[str], by: User) -> None:
    """Keep the changed fields of `user`; the audit row names them, not their values."""
    user.save(update_fields=[*changed])
    record("accounts.settings-changed", by=by, subject=f"user:{user.uuid}", data={"fields": [*changed]})
