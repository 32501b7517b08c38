"""News that the accounts send upward. Who listens is not their business."""

from django.dispatch import Signal

# Inside the transaction, with `user` (User): zone, language, country or units were changed.
settings_changed = Signal()
