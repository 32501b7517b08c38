"""What the pages of an entry do with photos: the words of an entry are saved first, and nothing here undoes that."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from symptoms.accounts.person import person
from symptoms.diary.forms.fields import uuid_in
from symptoms.diary.forms.photos import photos_in, too_many
from symptoms.diary.models import Entry
from symptoms.diary.photos import MOST, add_photos, drop_waiting, keep_photos, remove_photos, waiting
from symptoms.diary.selectors.entry import photos_of
from symptoms.lib.limits import Limit, who_asks
from symptoms.lib.receiving import PHOTO
from symptoms.lib.uploads import CleanPhoto
from symptoms.sharing.access import Permission
from symptoms.sharing.models import Patient

# Far beyond what anybody takes of a rash, and less than would fill a disk unseen.
SENDS: Final = Limit("pages with photos", most=60, per=timedelta(hours=1))
log = logging.getLogger(__name__)


def take_photos(
    request: HttpRequest, patient: Patient, entry: Entry, *, page: UUID | None = None, is_asked_again: bool = False
) -> None:
    """Remove and add photos as the page says, with a sentence for each that cannot be taken. The entry is saved.

    Where the page `is_asked_again` none is removed: that cannot be undone, and the change may still be given up.
    """
    if request.method != "POST" or Permission.ADD_PHOTOS not in _allowed(request):
        return
    by, photos, here, left = person(request), _sent(request), "waiting" in request.POST, 0
    try:
        if page is not None:
            drop_waiting(patient=patient, by=by, which=_removed(request))
        elif not is_asked_again:
            remove_photos(entry=entry, which=_removed(request), by=by)
        if photos or here:
            left = add_photos(entry=entry, photos=photos, by=by, page=page if here else None)
    except DatabaseError as problem:
        _not_kept(request, problem)
    else:
        _tell(request, [too_many()] if left else [])


def photos_of_page(request: HttpRequest, patient: Patient, *, page: UUID, is_known: bool) -> dict[str, Any]:
    """Keep the photos of a page that is shown again, and return what it shows of them."""
    may_add, by = Permission.ADD_PHOTOS in _allowed(request), person(request)
    if not (may_add and is_known):
        return {"may_photo": may_add, "photo_most": MOST, "photo_room": MOST}
    if request.method == "POST":
        _keep(request, patient, page)
    photos = list(waiting(patient, page, by=by).in_order())
    return {"may_photo": True, "photo_most": MOST, "photo_room": MOST - len(photos), "waiting": photos}


def photos_of_entry(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return what the page that changes an entry shows of its photos."""
    photos = photos_of(entry)
    gone = {str(one) for one in _removed(request)}
    room = MOST - len(photos)
    return {"may_photo": True, "photo_most": MOST, "photo_room": room, "photos": photos, "removed": gone}


def _keep(request: HttpRequest, patient: Patient, page: UUID) -> None:
    by, photos = person(request), _sent(request)
    try:
        drop_waiting(patient=patient, by=by, which=_removed(request))
        if photos and keep_photos(patient=patient, page=page, photos=photos, by=by):
            _tell(request, [too_many()])
    except DatabaseError as problem:
        _not_kept(request, problem)


def _sent(request: HttpRequest) -> list[CleanPhoto]:
    """Return the photos that came with this page, and say what is wrong with the others."""
    files = request.FILES.getlist(PHOTO)
    if not files:
        return []
    if not SENDS.allows(who_asks(request)):
        _tell(request, [_("Too many photos came at once. Please add these later.")])
        return []
    sent = photos_in(files)
    _tell(request, sent.problems)
    return sent.photos


def _removed(request: HttpRequest) -> list[UUID]:
    told = (uuid_in(one) for one in request.POST.getlist("remove-photo"))
    return [one for one in told if one is not None]


def _not_kept(request: HttpRequest, problem: DatabaseError) -> None:
    log.error("photos could not be kept: %s", type(problem).__name__)
    _tell(request, [_("Your photos could not be kept just now. Please add them later.")])


def _tell(request: HttpRequest, problems: Iterable[str]) -> None:
    for words in problems:
        messages.warning(request, words)


def _allowed(request: HttpRequest) -> frozenset[Permission]:
    allowed: frozenset[Permission] = request.allowed  # type: ignore[attr-defined]
    return allowed
