"""News that triage sends. Who listens is not its business."""

from django.dispatch import Signal

# Sent on commit with `dry_run_id` (UUID), when somebody asks what a version of the rules would say.
dry_run_asked = Signal()
# Sent by the watcher at each of its looks, so that rooms above have their share of what must not hang on the broker.
watched = Signal()
