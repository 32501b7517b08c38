"""News that the diary sends upward. Who listens is not its business."""

from django.dispatch import Signal

# Sent on commit with `entry_id` (UUID), whenever an entry is new, changed or deleted.
entry_saved = Signal()
