"""Remove what is old and no longer needed. What people wrote in their diaries is never removed by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q

from symptoms.diary.models import Draft, EntryPhoto
from symptoms.lib import clock
from symptoms.notifications.models import Address, Notice, Reminder
from symptoms.sharing.models import Invitation

BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows go once they are older than a setting says, in days. Zero: they stay for ever."""

    setting: str
    model: Any
    old: Callable[[datetime], Q]


RULES: Final = (
    Rule("RETAIN_DRAFT_DAYS", Draft, lambda before: Q(kept_at__lt=before)),
    Rule("RETAIN_DRAFT_DAYS", EntryPhoto, lambda before: Q(entry=None, added_at__lt=before)),
    Rule(
        "RETAIN_REMINDERS_DAYS",
        Reminder,
        # One that is to come again, or that somebody stopped for good, is still needed.
        lambda before: Q(due_at__lt=before, made_at__lt=before) & ~Q(state__in=("waiting", "stopped")),
    ),
    Rule("RETAIN_NOTICES_DAYS", Notice, lambda before: Q(settled_at__lt=before)),
    Rule("RETAIN_INVITATIONS_DAYS", Invitation, lambda before: Q(expires_at__lt=before)),
    Rule("RETAIN_DEAD_ADDRESSES_DAYS", Address, lambda before: Q(dead_at__lt=before)),
)


def remove_old() -> dict[str, int]:
    """Remove what is older than the settings say, and sessions that are over. Return how many by setting."""
    now = clock.now()
    removed = {"": _remove(Session, Q(expire_date__lt=now))}
    for rule in RULES:
        days = int(getattr(settings, rule.setting))
        if days > 0:
            gone = _remove(rule.model, rule.old(now - timedelta(days=days)))
            removed[rule.setting] = removed.get(rule.setting, 0) + gone
    return removed


def _remove(model: Any, which: Q) -> int:
    """Delete in small parts, so that nobody waits for a long lock."""
    done = 0
    while keys := list(model._default_manager.filter(which).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        model._default_manager.filter(pk__in=keys).delete()
        done += len(keys)
    return done
