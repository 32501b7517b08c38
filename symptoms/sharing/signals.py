"""News that the sharing sends upward. Who listens is not its business."""

from django.dispatch import Signal

# Sent on commit, whenever a share was ended.
share_ended = Signal()
