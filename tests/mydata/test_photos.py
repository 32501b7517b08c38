"""Photos in the download, brought back, kept and erased."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from symptoms.diary.models import EntryPhoto
from symptoms.lib import clock
from symptoms.mydata.actions import bring_back, remove_old
from symptoms.mydata.actions.forgetting import forget
from symptoms.mydata.archive import build
from symptoms.mydata.gathering import TooMuch
from symptoms.mydata.unpacking import NotADiary, unpack
from tests.factories.cast import Cast, make_patient, make_user
from tests.factories.diary import make_entry
from tests.factories.photos import make_photo, picture
from tests.mydata.rich import zip_of

pytestmark = pytest.mark.django_db
Change = Callable[[dict[str, bytes]], None]


def packed(cast: Cast) -> dict[str, bytes]:
    """Return the files of Ana's download: one entry with two photos."""
    entry = make_entry(cast.ana_log, {"headache": 1})
    make_photo(entry, "red")
    make_photo(entry, "blue")
    with zipfile.ZipFile(zip_of(patient=cast.ana_log, by=cast.ana)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out


def rows(files: dict[str, bytes]) -> Any:
    return json.loads(files["diary.json"])["entry_photos"]


def test_the_download_holds_the_photos_and_names_them(cast: Cast) -> None:
    files = packed(cast)
    assert [row["file"] for row in rows(files)] == ["photos/0001.jpg", "photos/0002.jpg"]
    for name, photo in zip(("photos/0001.jpg", "photos/0002.jpg"), EntryPhoto.objects.in_order(), strict=True):
        assert files[name] == bytes(photo.data)
    assert b"photos/0002.jpg" in files["tables/entry_photos.csv"]
    assert "Photos: photos/0001.jpg, photos/0002.jpg" in files["read-me.html"].decode()


def test_they_come_back_drawn_anew(cast: Cast) -> None:
    files = packed(cast)
    files["photos/0001.jpg"] = picture("red", maker="ZQX-MAKER")
    other = make_patient(make_user("Ana Again"))
    bring_back(patient=other, diary=unpack(zipped(files)), by=other.user)
    back = list(EntryPhoto.objects.filter(patient=other).in_order())
    assert len({photo.entry_id for photo in back}) == 1
    for photo, colour in zip(back, [(254, 0, 0), (0, 0, 254)], strict=True):
        with Image.open(io.BytesIO(bytes(photo.data))) as image:
            assert image.size == (400, 300)
            assert image.getpixel((9, 9)) == colour
        assert b"ZQX" not in bytes(photo.data) + bytes(photo.small)


def _gone(files: dict[str, bytes]) -> None:
    del files["photos/0002.jpg"]


def _no_photo(files: dict[str, bytes]) -> None:
    files["photos/0002.jpg"] = b"<svg/>"


def _large(files: dict[str, bytes]) -> None:
    files["photos/0002.jpg"] = picture(width=2049, height=2049)


def _png_bomb(files: dict[str, bytes]) -> None:
    files["photos/0002.jpg"] = picture(width=8000, height=8000, kind="PNG")


def _rewrite(files: dict[str, bytes], **values: Any) -> None:
    said = json.loads(files["diary.json"])
    said["entry_photos"][1] |= values
    files["diary.json"] = json.dumps(said).encode()


def _elsewhere(files: dict[str, bytes]) -> None:
    _rewrite(files, file="../../etc/passwd")


def _of_no_entry(files: dict[str, bytes]) -> None:
    _rewrite(files, entry=None)


def _many(files: dict[str, bytes]) -> None:
    said = json.loads(files["diary.json"])
    said["entry_photos"] *= 3
    files["diary.json"] = json.dumps(said).encode()


@pytest.mark.parametrize("change", [_gone, _no_photo, _large, _png_bomb, _elsewhere, _of_no_entry, _many])
def test_a_bad_photo_brings_nothing_back(cast: Cast, change: Change) -> None:
    files = packed(cast)
    change(files)
    other = make_patient(make_user("Ana Again"))
    with pytest.raises(NotADiary):
        bring_back(patient=other, diary=unpack(zipped(files)), by=other.user)
    assert not EntryPhoto.objects.filter(patient=other).exists()


def test_more_photos_than_a_download_holds_are_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_photo(make_entry(cast.ana_log, {"headache": 1}))
    monkeypatch.setitem(build.__globals__, "MOST_PHOTO_BYTES", 100)
    with pytest.raises(TooMuch):
        zip_of(patient=cast.ana_log, by=cast.ana)


def test_who_is_erased_leaves_no_photo(cast: Cast) -> None:
    make_photo(make_entry(cast.ana_log, {"headache": 1}))
    forget(cast.ana)
    assert not EntryPhoto.objects.exists()


def test_photos_of_pages_never_saved_go_and_those_of_entries_stay(cast: Cast) -> None:
    stays = make_photo(make_entry(cast.ana_log, {"headache": 1}))
    old = clock.now() - timedelta(days=3000)
    EntryPhoto.objects.update(added_at=old)
    for age in (old, clock.now()):
        EntryPhoto.objects.create(
            patient=cast.ana_log,
            author=cast.ana,
            page=cast.ana.uuid,
            added_at=age,
            width=1,
            height=1,
            data=b"a",
            small=b"a",
        )
    remove_old()
    assert EntryPhoto.objects.count() == 2
    assert EntryPhoto.objects.filter(pk=stays.pk).exists()
