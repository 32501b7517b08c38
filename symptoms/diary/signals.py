"""News that the diary sends upward. Who listens is not its business."""

from django.dispatch import Signal

# Sent on commit with `entry_id` (UUID), whenever an entry is new, changed or deleted.
entry_saved = Signal()
# Sent inside the transaction in which the patient hides an entry from everybody else: `entry`.
entry_hidden = Signal()
