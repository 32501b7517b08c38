"""News that the follow-ups send upward."""

from django.dispatch import Signal

# Sent inside the transaction with `patient` and `at` (UTC) when a shot is logged: advice may hang on it.
injection_saved = Signal()
# Sent inside the transaction with `patient`, `since` (the day of the draw), `by` and `fresh` (False: a value was taken
# out) when results are entered, changed or deleted. Who hears of them may answer with the id of the entry that the
# advice stands at; what raises here stops the save, so that no result stands unheard.
results_saved = Signal()
# Sent on commit with `patient` when a blood test or its plan changed: reminders hang on it.
blood_tests_changed = Signal()
