"""News that notifications send upward, on commit unless it says otherwise. Who listens is not their business."""

from django.dispatch import Signal

# With `reminder` (Reminder): somebody said done, later or stop. `reminder.answer` tells which.
reminder_answered = Signal()
# With `user` (User), `kind` (str) and `subject` (UUID): reminders that were stopped may be planned again.
reminders_resumed = Signal()
# With `user` (User): channels or quiet hours were changed. What is planned may have to move.
wishes_changed = Signal()
# With `user` (User) and `channel` (str): messages no longer arrive there. The person was told in the tracker. Sent
# within the transaction that marks the address: it is marked once, so whoever is killed must not have told nobody else.
channel_died = Signal()
# With nothing: something is due now. A worker may be asked to hurry; the beat and the watcher come anyway.
something_due = Signal()
