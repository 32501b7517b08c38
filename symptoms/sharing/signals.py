"""News that the sharing sends upward. Who listens is not its business."""

from django.dispatch import Signal

# Sent on commit, whenever a share was ended.
share_ended = Signal()
# Sent inside the transaction in which the patient chooses another delay for a caregiver: `grant`, `by_hours`.
notice_moved = Signal()
