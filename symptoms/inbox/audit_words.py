"""What the patient reads of what happened here."""

from symptoms.audit.words import register

register(
    {
        "inbox.queue-looked": None,
        "inbox.tests-looked": None,
    }
)
