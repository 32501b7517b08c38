"""What the patient reads of what happened here."""

from symptoms.audit.words import register

register(
    {
        "accounts.closed": None,
        "accounts.curator-made": None,
        "accounts.email-changed": None,
        "accounts.email-confirmed": None,
        "accounts.factor-added": None,
        "accounts.factor-failed": None,
        "accounts.factor-removed": None,
        "accounts.factor-renewed": None,
        "accounts.password-changed": None,
        "accounts.password-failed": None,
        "accounts.sessions-ended": None,
        "accounts.settings-changed": None,
        "accounts.signed-in": None,
        "accounts.signed-out": None,
        "accounts.throttled": None,
    }
)
