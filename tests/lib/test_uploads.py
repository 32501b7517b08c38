# ruff: noqa: S311 (chance for tests)
"""Hostile files: nothing but a still picture comes through, and nothing of the sender's is left in it."""

import random
import struct
import time
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from symptoms.lib.serving import photo_response
from symptoms.lib.uploads import LARGEST_BYTES, LONGEST_SIDE, CleanPhoto, NotTaken, Reason, clean_photo

SECRET = b"ZQX-PLACE-7f3a"
PLACE = ((51.0, 30.0, 26.46), (0.0, 7.0, 39.93))


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is red and whose right half is blue."""
    image = Image.new(mode, (width, height), "blue" if mode in {"RGB", "RGBA"} else 0)
    if mode in {"RGB", "RGBA"}:
        image.paste("red", (0, 0, width // 2, height))
    return image


def encoded(image: Image.Image, format_: str = "JPEG", **more: object) -> bytes:
    out = BytesIO()
    image.save(out, format_, **more)
    return out.getvalue()


def reason_of(data: bytes) -> Reason:
    with pytest.raises(NotTaken) as problem:
        clean_photo(data)
    return problem.value.reason


def opened(clean: CleanPhoto) -> Image.Image:
    image = Image.open(BytesIO(clean.data))
    image.load()
    return image


# Taken


EVERY_MODE = {
    "JPEG": ("RGB", "L", "CMYK", "1"),
    "PNG": ("RGB", "L", "RGBA", "P", "LA", "1", "I;16"),
    "WEBP": ("RGB", "L", "RGBA", "P", "CMYK", "LA", "1", "I;16"),
}


@pytest.mark.parametrize(("format_", "mode"), [(kind, mode) for kind, modes in EVERY_MODE.items() for mode in modes])
def test_a_still_picture_becomes_a_jpeg_of_ours(format_: str, mode: str) -> None:
    data = encoded(Image.new(mode, (40, 30)), format_)
    clean = clean_photo(data)
    assert (clean.width, clean.height) == (40, 30)
    assert opened(clean).format == "JPEG"
    assert opened(clean).mode == "RGB"


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    clean = clean_photo(encoded(picture(4000, 3000)))
    assert (clean.width, clean.height) == (LONGEST_SIDE, LONGEST_SIDE * 3 // 4)


def test_what_is_see_through_is_white() -> None:
    clean = opened(clean_photo(encoded(Image.new("RGBA", (32, 32), (255, 0, 0, 0)), "PNG")))
    assert all(part > 250 for part in clean.getpixel((16, 16)))  # type: ignore[union-attr]


# Stripped


def with_everything(orientation: int = 1) -> bytes:
    """Return a JPEG with place, device, owner, comment, profile and a second file behind its end."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()  # Make
    exif[0x9286] = SECRET.decode()  # UserComment
    exif[0xA430] = SECRET.decode()  # CameraOwnerName
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: PLACE[0], 3: "E", 4: PLACE[1], 27: SECRET})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(picture(), exif=exif, comment=SECRET, icc_profile=profile + SECRET, xmp=b"<x>" + SECRET + b"</x>")
    return data + b"PK\x03\x04" + SECRET


def test_place_device_owner_and_profile_are_gone() -> None:
    data = with_everything()
    assert data.count(SECRET) >= 5
    assert b"Exif" in data
    clean = clean_photo(data)
    for mark in (SECRET, b"Exif", b"ICC_PROFILE", b"http://ns.adobe.com", b"PK\x03\x04", b"GPS"):
        assert mark not in clean.data
    image = opened(clean)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert struct.pack(">II", 2646, 100) not in clean.data


def test_texts_in_a_png_are_gone() -> None:
    told = PngInfo()
    told.add_text("Comment", SECRET.decode())
    told.add_itxt("Location", SECRET.decode(), zip=False)
    data = encoded(picture(), "PNG", pnginfo=told)
    assert SECRET in data
    assert SECRET not in clean_photo(data).data


@pytest.mark.parametrize(("orientation", "size", "red"), [(1, (64, 48), (8, 24)), (3, (64, 48), (56, 24))])
def test_the_picture_stands_upright(orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    image = opened(clean_photo(with_everything(orientation)))
    assert image.size == size
    colour = image.getpixel(red)
    assert isinstance(colour, tuple)
    assert colour[0] > 200
    assert colour[2] < 60


def test_a_picture_taken_sideways_is_turned() -> None:
    image = opened(clean_photo(with_everything(6)))
    assert image.size == (48, 64)
    top = image.getpixel((24, 8))
    assert isinstance(top, tuple)
    assert top[0] > 200


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_note_of_the_camera_that_cannot_be_read_spoils_nothing() -> None:
    exif = b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\xff\xff" + b"\xff" * 200
    assert clean_photo(encoded(picture(), exif=exif)).width == 64


# Refused


def png_saying(width: int, height: int) -> bytes:
    """Return a small PNG whose header promises more than is there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8_001, 8_000), (12_000, 9_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    begun = time.process_time()
    assert reason_of(png_saying(*size)) in {Reason.TOO_MANY_PIXELS, Reason.NOT_A_PHOTO}
    assert time.process_time() - begun < 1


def test_a_real_bomb_is_refused_before_it_is_unpacked() -> None:
    """A few kB that would become 300 MB."""
    data = encoded(Image.new("1", (17_000, 17_000)), "PNG")
    assert len(data) < 100_000
    assert reason_of(data) is Reason.TOO_MANY_PIXELS


def test_a_text_that_unpacks_to_much_is_no_photo() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"a" * 200_000_000, 9))
    good = encoded(picture(), "PNG")
    data = good[:33] + bomb + good[33:]
    try:
        assert SECRET not in clean_photo(data).data
    except NotTaken as refused:
        assert refused.reason in {Reason.BROKEN, Reason.NOT_A_PHOTO}


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
STRANGERS = {
    "svg": SVG,
    "svg that says it is xml": b'<?xml version="1.0"?>' + SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "zip": b"PK\x03\x04" + b"\x00" * 100,
    "program": b"\x7fELF" + b"\x00" * 100,
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
    "text": b"hello",
    "gif": encoded(picture(), "GIF"),
    "gif and script": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)",
    "bmp": encoded(picture(), "BMP"),
    "tiff": encoded(picture(), "TIFF"),
    "ico": encoded(picture(), "ICO"),
    "jpeg start alone": b"\xff\xd8\xff\xe0",
    "png start alone": b"\x89PNG\r\n\x1a\n",
    "one byte": b"\x00",
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_is_no_photo_is_refused(name: str) -> None:
    assert reason_of(STRANGERS[name]) is Reason.NOT_A_PHOTO


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_a_heic_photo_is_named_as_such(brand: bytes) -> None:
    assert reason_of(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 100) is Reason.HEIC


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(format_: str) -> None:
    other = Image.new("RGB", (64, 48), "green")
    data = encoded(picture(), format_, save_all=True, append_images=[other], duration=100)
    assert reason_of(data) is Reason.MOVES


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_cut_file_is_refused(format_: str, kept: float) -> None:
    noisy = Image.frombytes("RGB", (64, 48), random.Random(1).randbytes(64 * 48 * 3))
    data = encoded(noisy, format_)
    assert reason_of(data[: int(len(data) * kept)]) in {Reason.BROKEN, Reason.NOT_A_PHOTO}


def test_sizes_have_ends() -> None:
    assert reason_of(b"") is Reason.EMPTY
    assert reason_of(b"\xff\xd8\xff" + b"\x00" * LARGEST_BYTES) is Reason.TOO_BIG
    assert reason_of(encoded(picture(1, 1))) is Reason.TOO_SMALL


def test_a_picture_with_another_file_in_it_comes_out_alone() -> None:
    """Polyglots: a picture that is also a page, a script or an archive."""
    for hidden in (b"<script>alert(1)</script>", b"<?php system('id') ?>", SVG, b"PK\x03\x04evil"):
        for data in (
            encoded(picture(), comment=hidden),
            encoded(picture()) + hidden,
            encoded(picture(), "PNG") + hidden,
            encoded(picture(), "WEBP") + hidden,
        ):
            assert hidden in data
            assert hidden not in clean_photo(data).data


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_turned_bytes_never_raise_anything_else(format_: str) -> None:
    chance, good = random.Random(7), encoded(picture(), format_)
    taken = 0
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            clean_photo(bytes(data))
            taken += 1
        except NotTaken:
            pass
    assert 0 < taken < 300


# Served


def test_a_photo_is_served_as_a_picture_and_nothing_else() -> None:
    answer = photo_response(b"\xff\xd8")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store, private"
