"""What the patient reads of what happened here."""

from symptoms.audit.words import register

register(
    {
        "notifications.address-died": None,
        "notifications.browser-added": None,
        "notifications.browser-removed": None,
        "notifications.notice-put-aside": None,
        "notifications.reminder-answered": None,
        "notifications.reminders-resumed": None,
        "notifications.test-asked": None,
        "notifications.wishes-changed": None,
    }
)
