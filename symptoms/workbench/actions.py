from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.triage.models import DryRun


@transaction.atomic
def note_dry_run_look(*, run: DryRun, page: int, by: User) -> None:
    """Write down that a curator looked at entries of patients, though the page does not say whose they are."""
    record("workbench.dry-run-looked", by=by, subject=f"dry-run:{run.pk}", data={"page": page})
