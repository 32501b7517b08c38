"""Photos of an entry: kept, joined to the entry that is saved, and removed."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from symptoms.accounts.models import User
from symptoms.audit.actions import record
from symptoms.diary.models import Entry, EntryPhoto
from symptoms.lib.uploads import CleanPhoto, smaller
from symptoms.sharing.models import Patient

MOST: Final = 4  # photos of one entry: what the request limits are measured by
SMALL_SIDE: Final = 320  # pixels of a thumbnail's longer side


@transaction.atomic
def keep_photos(*, patient: Patient, page: UUID, photos: Sequence[CleanPhoto], by: User) -> int:
    """Keep photos for a page of `by` that is not saved yet, and return how many there was no room for."""
    _wait_for_turn(patient)
    return _add(waiting(patient, page, by=by), photos, patient=patient, page=page, author=by)


@transaction.atomic
def add_photos(*, entry: Entry, photos: Sequence[CleanPhoto], by: User, page: UUID | None = None) -> int:
    """Add to an entry what waits for its `page`, then `photos`; return how many there was no room for.

    The same picture again (a double click, a resent page) is there already: nothing is added.
    """
    _wait_for_turn(entry.patient)
    if not Entry.objects.live().filter(pk=entry.pk).exists():
        return len(photos)
    before = entry.photos.count()
    kept = waiting(entry.patient, page, by=by).in_order() if page else EntryPhoto.objects.none()
    joined = list(kept.values_list("pk", flat=True)[: MOST - before])
    EntryPhoto.objects.filter(pk__in=joined).update(entry=entry, page=None)
    left = _add(entry.photos.all(), photos, patient=entry.patient, entry=entry, author=by)
    if added := entry.photos.count() - before:
        _tell("diary.photos-added", entry, by=by, data={"photos": added})
    return left


@transaction.atomic
def remove_photos(*, entry: Entry, which: Iterable[UUID], by: User) -> int:
    """Delete photos of an entry for good, and return how many there were."""
    removed: int = entry.photos.filter(pk__in=list(which)).delete()[0]
    for _one in range(removed):
        _tell("diary.photo-removed", entry, by=by)
    return removed


def drop_waiting(*, patient: Patient, by: User, which: Iterable[UUID] | None = None) -> None:
    """Delete photos of `by` that wait for a page: those of `which`, or all."""
    found = EntryPhoto.objects.waiting().filter(patient=patient, author=by)
    (found if which is None else found.filter(pk__in=list(which))).delete()


def waiting(patient: Patient, page: UUID | None, *, by: User) -> Any:
    """Return the photos that `by` added to a page that is not saved yet."""
    return EntryPhoto.objects.waiting().filter(patient=patient, author=by, page=page)


def photo_bytes(photo_id: UUID) -> bytes:
    """Return the JPEG of a photo."""
    return bytes(EntryPhoto.objects.values_list("data", flat=True).get(pk=photo_id))


def _add(there: Any, photos: Sequence[CleanPhoto], **more: Any) -> int:
    """Add photos to those that are `there`, as long as there is room; return how many there was none for."""
    room = MOST - there.count()
    left = 0
    for photo in photos:
        if there.filter(width=photo.width, height=photo.height, data=photo.data).exists():
            continue
        if room <= 0:
            left += 1
            continue
        small = smaller(photo.data, SMALL_SIDE)
        EntryPhoto.objects.create(width=photo.width, height=photo.height, data=photo.data, small=small, **more)
        room -= 1
    return left


def _wait_for_turn(patient: Patient) -> None:
    """Let one at a time count the photos of a diary, until its transaction ends."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


def _tell(verb: str, entry: Entry, *, by: User, data: dict[str, Any] | None = None) -> None:
    record(verb, by=by, patient=entry.patient_id, subject=f"entry:{entry.pk}", data=data or {})
