"""Photos that people send: looked at, never believed, and encoded anew. Pure.

What leaves here was drawn by us, pixel by pixel: no place, time, device, profile, thumbnail or second file of the
sender is in it, whatever was in the bytes that came.
"""

import struct
import zlib
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

LARGEST_BYTES: Final = 12 * 1024 * 1024  # a phone's photo has 2 to 8 MB
MOST_PIXELS: Final = 64_000_000  # a phone's photo has 12 to 50 million; 64 million take 190 MB for a moment
LONGEST_SIDE: Final = 2048  # pixels kept: enough for a rash on a large screen
SMALLEST_SIDE: Final = 16
QUALITY: Final = 85
KIND: Final = "image/jpeg"
# The decoders that may see a stranger's bytes. A format that is not named here is never tried.
FORMATS: Final = ("JPEG", "PNG", "WEBP")
# ISO base media file format (ISO/IEC 14496-12): the brand follows "ftyp" at byte 4.
HEIC_BRANDS: Final = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
# What Pillow raises on broken files. Each was seen on files that were cut, turned or made up.
BROKEN: Final = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError)
BROKEN_INSIDE: Final = (*BROKEN, Warning, AttributeError, ArithmeticError, struct.error, zlib.error)


class Reason(Enum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_BIG = "too-big"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_SMALL = "too-small"
    HEIC = "heic"
    NOT_A_PHOTO = "not-a-photo"
    MOVES = "moves"
    BROKEN = "broken"


class NotTaken(ValueError):
    """The file is no photo that we take; `reason` says why, for the words on the page."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG of our own making. `width` and `height` in pixels."""

    data: bytes
    width: int
    height: int


def clean_photo(data: bytes) -> CleanPhoto:
    """Return the picture in `data` as a JPEG of our own, upright, without what the camera wrote beside it.

    Raises NotTaken for all that is not one still JPEG, PNG or WebP picture of a sensible size.
    """
    if not data:
        raise NotTaken(Reason.EMPTY)
    if len(data) > LARGEST_BYTES:
        raise NotTaken(Reason.TOO_BIG)
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise NotTaken(Reason.HEIC)
    with _opened(data) as image:
        _check_size(image)
        drawn = _drawn_anew(image)
    out = BytesIO()
    drawn.save(out, "JPEG", quality=QUALITY, optimize=True)
    return CleanPhoto(out.getvalue(), *drawn.size)


def drawn_again(data: bytes) -> CleanPhoto:
    """Return a photo that says it was drawn by us, drawn anew. Raises NotTaken where it is larger than ours are.

    So a file that holds many of them takes a time that is known.
    """
    if not data.startswith(b"\xff\xd8"):
        raise NotTaken(Reason.NOT_A_PHOTO)
    with _opened(data) as image:
        if max(image.size) > LONGEST_SIDE:
            raise NotTaken(Reason.TOO_MANY_PIXELS)
    return clean_photo(data)


def smaller(data: bytes, side: int) -> bytes:
    """Return a JPEG that `clean_photo` made once more, at most `side` pixels long."""
    with Image.open(BytesIO(data), formats=("JPEG",)) as image:
        image.draft("RGB", (side, side))
        image.thumbnail((side, side))
        out = BytesIO()
        image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _opened(data: bytes) -> Image.Image:
    """Return the picture with only its first bytes read."""
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise NotTaken(Reason.TOO_MANY_PIXELS) from bomb
    except BROKEN_INSIDE as problem:
        raise NotTaken(Reason.NOT_A_PHOTO) from problem


def _check_size(image: Image.Image) -> None:
    """Refuse by what the header says, before any pixel is unpacked."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise NotTaken(Reason.TOO_MANY_PIXELS)
    if min(width, height) < SMALLEST_SIDE:
        raise NotTaken(Reason.TOO_SMALL)
    # A phone's JPEG may carry a second picture for depth or brightness (MPO); the first one is the photo.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise NotTaken(Reason.MOVES)


def _drawn_anew(image: Image.Image) -> Image.Image:
    """Return the pixels alone, upright, at most LONGEST_SIDE long, on white where they were see-through."""
    try:
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = _upright(image).convert("RGBA")
    except BROKEN_INSIDE as problem:
        raise NotTaken(Reason.BROKEN) from problem
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    return paper


def _upright(image: Image.Image) -> Image.Image:
    """Turn the picture as the camera noted. A note that cannot be read turns nothing."""
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN_INSIDE:
        return image
