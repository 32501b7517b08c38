"""Photos as they come from a phone, and as an entry keeps them."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from symptoms.accounts.models import User
from symptoms.diary.models import Entry, EntryPhoto
from symptoms.diary.photos import add_photos
from symptoms.lib.uploads import clean_photo

MAKER: int = 0x010F  # EXIF: who made the camera
ORIENTATION: int = 0x0112  # EXIF: how the camera was held; 6 says that its right side was up


def picture(colour: str = "red", width: int = 400, height: int = 300, kind: str = "JPEG", maker: str = "") -> bytes:
    """Return a plain picture; with a `maker` its EXIF says so."""
    image, out = Image.new("RGB", (width, height), colour), BytesIO()
    exif = Image.Exif()
    if maker:
        exif[MAKER] = maker
    image.save(out, kind, exif=exif)
    return out.getvalue()


def grainy(width: int, height: int) -> bytes:
    """Return a photo that packs as badly as one of a phone does, taken with the phone upright."""
    image, out = Image.effect_noise((width, height), 60).convert("RGB"), BytesIO()
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def sent(data: bytes | None = None, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    """Return a file as a form sends it."""
    return SimpleUploadedFile(name, picture() if data is None else data, content_type="image/jpeg")


def make_photo(entry: Entry, colour: str = "red", by: User | None = None) -> EntryPhoto:
    """Add a photo to an entry."""
    add_photos(entry=entry, photos=[clean_photo(picture(colour))], by=by or entry.patient.user)
    photo: EntryPhoto = entry.photos.in_order().last()
    return photo
