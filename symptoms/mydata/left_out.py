"""What is not in the download, and why. A model or field that is neither here nor in `tables` fails a test."""

from typing import Final

# Fields of the models in `tables` that are not in the download. An id is replaced by a number that counts within the
# file, and the person that a row belongs to is the same in all rows; both go without saying.
LEFT_OUT: Final[dict[str, dict[str, str]]] = {
    "triage.Assessment": {"duration_us": "how long the tracker took", "process": "the name of one of its machines"},
    "diary.Draft": {"author": "always you; what others have not saved is theirs"},
    "diary.Entry": {
        "note_found": "what the finder read in the note; it reads it again after an import",
        "note_edition": "which finder that was",
        "assessed_revision": "how far triage has looked; it looks again after an import",
    },
    "diary.EntryPhoto": {
        "page": "a page that is not saved yet, to which the photo was added",
        "small": "a small copy of the photo; an import makes it again",
    },
    "followups.BloodTest": {"flag": "a link inside this tracker; the flag itself is in the download"},
    "followups.ReminderSettings": {"planned_at": "when the tracker last made its plan; it makes a new one"},
    "followups.CalendarFeed": {"digest": "opens the calendar to whoever can guess what it is the digest of"},
    "notifications.Reminder": {
        "subject": "an id inside this tracker",
        "lease_until": "which process works on it",
        "merged_into": "an id inside this tracker",
    },
    "notifications.Delivery": {
        "reminder": "one line for each way is enough",
        "next_try_at": "which process works on it, and when",
        "lease_until": "which process works on it",
        "message_id": "names the mail server",
        "reason": "what a mail server answered; it may name others",
    },
    "notifications.Notice": {"reminder": "an id inside this tracker", "url": "an address inside this tracker"},
    "notifications.Address": {
        "endpoint": "whoever has it can send messages to that browser; an e-mail address stands in email_addresses",
        "keys": "they open what is sent to that browser",
        "dead_reason": "what a mail server answered; it may name others",
    },
    "mfa.Authenticator": {"data": "the secret of the second factor"},
}

# Models that lead to a patient or an account and are not in the download.
NOT_EXPORTED: Final[dict[str, str]] = {
    "accounts.User": "stands as `person` at the head of the file; never the password, rights or groups",
    "sharing.Patient": "stands as `person` at the head of the file",
    "accounts.User_groups": "rights in this tracker",
    "accounts.User_user_permissions": "rights in this tracker",
    "sharing.Invitation": "offers that end by themselves; who was let in by one stands in `sharing`",
    "sharing.Clinic": "a clinic's own page; where somebody works stands in `clinics_of_mine`",
    "followups.Occasion": "what reminders hang on, worked out from the plans again and again",
    "usersessions.UserSession": "where somebody is signed in now; it stands on the page of sessions and ends by itself",
    "account.EmailConfirmation": "a key that confirms an address, good for a few days",
    "admin.LogEntry": "what the operator's staff did",
    "triage.DryRun": "what curators tried out on everybody's entries",
    "triage.DryRunChange": "what curators tried out; it names nobody",
    "triage.RuleSetVersion": "the work of curators, not about a patient",
    "triage.RuleSetEvent": "the work of curators, not about a patient",
    "triage.SignOff": "the work of curators, not about a patient",
}
