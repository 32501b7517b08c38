"""What the patient reads of what happened here."""

from symptoms.audit.words import register

register(
    {
        "workbench.dry-run-looked": None,
    }
)
