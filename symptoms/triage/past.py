"""Entries that came with an imported diary and tell of days gone by: judged, and calling nobody (docs/adr/0014)."""

from datetime import timedelta
from typing import Final

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.lib import clock

# What is newer when a diary is imported calls as any entry does: as long as advice is checked again.
RECENT: Final = timedelta(days=2)


def of_the_past() -> Q:
    """Hold for entries that an import brought and that were older than `RECENT` then, while nobody touches them.

    An import is into an empty diary, so all that was written down before it came with it; each row got a new id, so
    an event that names an entry came after.
    """
    imported = Event.objects.imports().filter(
        patient=OuterRef("patient"), at__gte=OuterRef("made_at"), at__gt=OuterRef("happened_at") + RECENT
    )
    name = Concat(Value("entry:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    touched = Event.objects.filter(patient=OuterRef("patient"), subject=name)
    return Q(Exists(imported)) & ~Q(Exists(touched))


def is_of_the_past(entry: Entry) -> bool:
    """Say whether this entry calls nobody, for it tells of days gone by. One query, none for an entry of today."""
    is_old = entry.happened_at < clock.now() - RECENT
    return is_old and bool(Entry.objects.filter(of_the_past(), pk=entry.pk).exists())
