"""The photos that came with a page: those that can be taken, and for each other one a sentence that says why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from symptoms.diary.photos import MOST
from symptoms.lib.uploads import LARGEST_BYTES, CleanPhoto, NotTaken, Reason, clean_photo
from symptoms.lib.words import Words

WHY: Final[dict[Reason, Words]] = {
    Reason.EMPTY: gettext_lazy("The file is empty. Please choose it again."),
    Reason.TOO_BIG: gettext_lazy("It is larger than 12 MB. Please choose a smaller one."),
    Reason.TOO_MANY_PIXELS: gettext_lazy("The picture is too large. Please choose a smaller one."),
    Reason.TOO_SMALL: gettext_lazy("The picture is too small to see anything in it."),
    Reason.HEIC: gettext_lazy("It is a HEIC file, which we cannot read. Please send it as JPEG."),
    Reason.NOT_A_PHOTO: gettext_lazy("It is not a photo that we can read. We take JPEG, PNG and WebP."),
    Reason.MOVES: gettext_lazy("It is a moving picture. Please choose a still one."),
    Reason.BROKEN: gettext_lazy("The file is damaged. Please take or choose the photo again."),
}
# One photo at a time in each process: a large one takes some 190 MB while it is drawn.
_TURN: Final = Lock()


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: photos drawn anew, and sentences about those that were not taken. No file's name is kept."""

    photos: list[CleanPhoto] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def photos_in(files: Sequence[UploadedFile[Any]]) -> Sent:
    """Draw the first files anew, one after the other; what is wrong with one holds up no other."""
    sent = Sent()
    for place, file in enumerate(files[:MOST], start=1):
        try:
            with _TURN:
                sent.photos.append(clean_photo(file.read(LARGEST_BYTES + 1)))
        except NotTaken as problem:
            words = {"n": place, "why": WHY[problem.reason]}
            sent.problems.append(_("Photo %(n)s was not added. %(why)s") % words)
    if len(files) > MOST:
        sent.problems.append(too_many())
    return sent


def too_many() -> str:
    """Return what is said where there are more photos than an entry takes."""
    return _("An entry takes %(most)s photos. The others were not added.") % {"most": MOST}
