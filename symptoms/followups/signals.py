"""News that the follow-ups send upward."""

from django.dispatch import Signal

# Sent inside the transaction with `patient` and `at` (UTC) when a shot is logged: advice may hang on it.
injection_saved = Signal()
