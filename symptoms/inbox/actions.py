"""What a clinic read, written down."""

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.sharing.models import Clinic
from symptoms.triage.models import Flag


def note_queue_look(*, clinic: Clinic, state: str, rows: int, by: User) -> None:
    """Write down that `by` read the list of a clinic: one row for the list, not one for each line.

    Fifty rows for every look would drown the few that matter to a patient: who opened the own entry.
    A refresh that shows nothing new is no look, so an open screen does not write all night.
    """
    record("inbox.queue-looked", by=by, subject=f"clinic:{clinic.pk}", data={"state": state, "rows": rows})


def note_flag_look(*, flag: Flag, by: User) -> None:
    """Write down that `by` opened one flag. The patient finds it among "who looked"."""
    record(
        "sharing.looked",
        by=by,
        patient=flag.patient_id,
        subject=f"flag:{flag.pk}",
        data={"page": "inbox:flag"},
    )


def note_tests_look(*, clinic: Clinic, rows: int, by: User) -> None:
    """Write down that `by` read the clinic's list of blood tests."""
    record("inbox.tests-looked", by=by, subject=f"clinic:{clinic.pk}", data={"rows": rows})
