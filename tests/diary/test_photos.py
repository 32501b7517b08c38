"""Photos of an entry: what is taken, what is told, who sees them, and that none of it holds up what somebody feels."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from PIL import Image

from symptoms.audit.models import Event
from symptoms.diary import photo_pages
from symptoms.diary.actions import delete_entry, hide_entry
from symptoms.diary.models import Entry, EntryPhoto
from symptoms.diary.photos import MOST
from symptoms.lib.limits import Limit
from symptoms.lib.serving import SANDBOX
from symptoms.lib.uploads import LARGEST_BYTES
from symptoms.sharing.actions import revoke_access
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.photos import make_photo, picture, sent

pytestmark = pytest.mark.django_db
Fields = Callable[..., dict[str, Any]]
MILD = {"headache": "1"}
EMERGENCY = {"swelling-face": "4"}


def address(photo: EntryPhoto) -> str:
    return reverse("diary:photo", args=[photo.patient_id, photo.entry_id, photo.pk])


def page(client: Client, entry: Entry, route: str = "diary:entry") -> str:
    return client.get(reverse(route, args=[entry.patient_id, entry.pk])).content.decode()


def give(cast: Cast, *kinds: str, adds: tuple[str, ...] = ()) -> None:
    Grant.objects.filter(patient=cast.ana_log).update(reads=list(kinds), adds=list(adds))


# Sent with an entry


def test_a_photo_is_drawn_anew_and_served_as_nothing_but_a_picture(
    as_ana: Client, log_url: str, fields: Fields
) -> None:
    data = picture(maker="ZQX-MAKER", width=4000, height=3000)
    assert b"ZQX-MAKER" in data
    answer = as_ana.post(log_url, fields(MILD, photo=sent(data, "ZQX-NAME.jpg")))
    assert answer.status_code == 303
    photo = EntryPhoto.objects.get()
    assert photo.entry == Entry.objects.get()
    served = as_ana.get(address(photo))
    assert served["Content-Type"] == "image/jpeg"
    assert served["Content-Security-Policy"] == SANDBOX
    assert served["Cache-Control"] == "no-store, private"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Cross-Origin-Resource-Policy"] == "same-origin"
    with Image.open(BytesIO(served.content)) as image:
        assert (image.format, image.size) == ("JPEG", (2048, 1536))
        assert not image.getexif()
    small = as_ana.get(address(photo) + "?small").content
    with Image.open(BytesIO(small)) as image:
        assert image.size == (320, 240)
    for body in (served.content, small, bytes(str(served.headers), "utf-8")):
        assert b"ZQX" not in body


def test_four_photos_are_shown_in_their_order(as_ana: Client, log_url: str, fields: Fields) -> None:
    colours = ["red", "blue", "green", "white"]
    as_ana.post(log_url, fields(MILD, photo=[sent(picture(colour)) for colour in colours]))
    told = page(as_ana, Entry.objects.get())
    assert all(f"Photo {n} of 4, added " in told for n in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 photos"),
        (b"not a photo", "not a photo that we can read"),
        (b"<svg onload='x'/>", "not a photo that we can read"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 50, "HEIC"),
        (picture()[:-600], "damaged"),
        (picture(width=8, height=8), "too small"),
        (b"\xff\xd8\xff" + b"\x00" * LARGEST_BYTES, "larger than 12 MB"),
        (picture() + b"\x00" * (LARGEST_BYTES + 3_000_000), "larger than 12 MB"),
    ],
    ids=["empty", "text", "svg", "heic", "cut", "tiny", "large", "padded"],
)
@pytest.mark.parametrize("ticked", [MILD, EMERGENCY], ids=["mild", "emergency"])
def test_a_bad_photo_holds_up_nothing(
    as_ana: Client, log_url: str, fields: Fields, data: bytes, words: str, ticked: dict[str, str]
) -> None:
    """The entry is saved, the other photo too, and the page with the advice says what became of the bad one."""
    said = fields(ticked, note="it spreads", photo=[sent(data), sent(picture("blue"))])
    answer = as_ana.post(log_url, said, follow=True)
    assert answer.redirect_chain[-1][1] == 303
    assert answer.redirect_chain[-1][0].endswith("/advice/")
    assert Entry.objects.get().note == "it spreads"
    assert EntryPhoto.objects.filter(entry=Entry.objects.get()).count() == 1
    if data:
        assert words in answer.content.decode()
        assert "Photo 1 was not added" in answer.content.decode()


@pytest.mark.parametrize("many", [5, 6, 12, 30])
def test_more_photos_than_an_entry_takes(as_ana: Client, log_url: str, fields: Fields, many: int) -> None:
    """However many were chosen, the entry is saved with the first four: Django alone would answer 400 to twelve."""
    photos = [sent(picture(f"#{8 * n:02x}0000")) for n in range(many)]
    answer = as_ana.post(log_url, fields(EMERGENCY, photo=photos), follow=True)
    assert answer.redirect_chain[-1][0].endswith("/advice/")
    assert "An entry takes 4 photos" in answer.content.decode()
    assert Entry.objects.get().photos.count() == MOST


def test_a_page_sent_twice_has_its_photo_once(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields(MILD)
    for _time in range(2):
        assert as_ana.post(log_url, said | {"photo": sent()}).status_code == 303
    assert Entry.objects.get().photos.count() == 1


@pytest.mark.parametrize("part", ["add_photos", "drop_waiting"])
def test_a_full_disk_loses_the_photo_and_not_the_entry(
    as_ana: Client, log_url: str, fields: Fields, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def full(**_more: Any) -> int:
        raise DatabaseError("No space left on device")

    monkeypatch.setattr(photo_pages, part, full)
    answer = as_ana.post(log_url, fields(EMERGENCY, photo=sent()), follow=True)
    assert Entry.objects.exists()
    assert "could not be kept just now" in answer.content.decode()


def test_photos_have_a_limit_and_entries_have_none(
    as_ana: Client, log_url: str, fields: Fields, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_pages, "SENDS", Limit("pages with photos", most=0, per=photo_pages.SENDS.per))
    answer = as_ana.post(log_url, fields(EMERGENCY, photo=sent()), follow=True)
    assert "Too many photos came at once" in answer.content.decode()
    assert Entry.objects.exists()
    assert not EntryPhoto.objects.exists()


# A page that is not saved at once


def test_a_page_that_asks_once_more_keeps_its_photos(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": None}) | {"asked": []}
    first = as_ana.post(log_url, said | {"photo": [sent(), sent(b"no photo")]})
    text = first.content.decode()
    assert "Photo 1, kept at" in text
    assert "Photo 2 was not added" in text
    assert not Entry.objects.exists()
    more = said | {"asked": ["headache"], "grade-headache": "1", "waiting": "1"}
    assert as_ana.post(log_url, more | {"photo": sent(picture("blue"))}).status_code == 303
    assert Entry.objects.get().photos.count() == 2
    assert not EntryPhoto.objects.waiting().exists()


def test_a_photo_alone_is_no_entry_and_is_kept(as_ana: Client, log_url: str, fields: Fields) -> None:
    """Without a symptom or a word the rules would take it for a good day."""
    answer = as_ana.post(log_url, fields(photo=sent()))
    assert "Nothing is filled in yet" in answer.content.decode()
    assert "Photo 1, kept at" in answer.content.decode()
    assert not Entry.objects.exists()


def test_a_photo_that_waits_can_be_taken_out(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields()
    as_ana.post(log_url, said | {"photo": sent()})
    waits = EntryPhoto.objects.get()
    as_ana.post(log_url, said | {"waiting": "1", "remove-photo": str(waits.pk)})
    assert not EntryPhoto.objects.exists()


def test_what_waits_comes_back_with_the_draft_and_goes_with_it(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields()
    as_ana.post(log_url, said | {"photo": sent()})
    as_ana.post(f"{log_url}draft/", said | {"note": "a"})
    assert "Photo 1, kept at" in as_ana.get(log_url).content.decode()
    as_ana.post(f"{log_url}draft/", {"drop": "1"})
    assert not EntryPhoto.objects.exists()


def test_nobody_takes_up_what_somebody_else_waits_with(
    as_ana: Client, as_sam: Client, cast: Cast, log_url: str, fields: Fields
) -> None:
    """Sam knows the key of Ana's page and the id of her photo: neither helps."""
    give(cast, "symptoms", "notes", "photos", adds=("symptoms", "photos"))
    said = fields()
    as_ana.post(log_url, said | {"photo": sent()})
    waits = EntryPhoto.objects.get()
    as_sam.post(log_url, fields(MILD, key=said["key"], waiting="1", remove__photo=str(waits.pk)))
    assert Entry.objects.get().photos.count() == 0
    assert EntryPhoto.objects.get() == waits
    assert as_sam.get(reverse("diary:photo", args=[cast.ana_log.pk, uuid4(), waits.pk])).status_code == 404


# Changed


def test_photos_are_added_and_removed_with_a_change(as_ana: Client, cast: Cast, fields: Fields) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    gone, stays = make_photo(entry, "red"), make_photo(entry, "blue")
    assert page(as_ana, entry, "diary:entry-edit").count('name="remove-photo"') == 2
    url = reverse("diary:entry-edit", args=[cast.ana_log.pk, entry.pk])
    answer = as_ana.post(url, fields(MILD, photo=sent(picture("green"))) | {"remove-photo": str(gone.pk)})
    assert answer.status_code == 303
    assert entry.photos.count() == 2
    assert stays in entry.photos.all()
    assert gone not in entry.photos.all()
    assert as_ana.get(address(gone)).status_code == 404
    assert Event.objects.filter(verb="diary.photo-removed", actor=cast.ana.uuid).count() == 1


def test_a_change_that_is_not_saved_removes_no_photo_and_keeps_what_was_added(
    as_ana: Client, cast: Cast, fields: Fields
) -> None:
    """She may still leave the entry as it was, and a photo that is removed never comes back."""
    entry = make_entry(cast.ana_log, {"headache": 1})
    ticked = make_photo(entry, "red")
    url = reverse("diary:entry-edit", args=[cast.ana_log.pk, entry.pk])
    said = fields(MILD, temperature="warm") | {"remove-photo": str(ticked.pk)}
    text = as_ana.post(url, said | {"photo": sent(picture("green"))}).content.decode()
    assert f'id="gone-{ticked.pk}" checked' in text
    assert entry.photos.count() == 2
    as_ana.post(url, said | {"temperature": ""})
    assert entry.photos.count() == 1
    assert ticked not in entry.photos.all()


def test_the_photo_of_another_entry_is_not_removed(as_ana: Client, cast: Cast, fields: Fields) -> None:
    entry, other = make_entry(cast.ana_log, {"headache": 1}), make_entry(cast.bo_log, {"headache": 1})
    photo = make_photo(other)
    url = reverse("diary:entry-edit", args=[cast.ana_log.pk, entry.pk])
    as_ana.post(url, fields(MILD) | {"remove-photo": [str(photo.pk), "no-id"]})
    assert other.photos.count() == 1


def test_a_deleted_entry_keeps_no_photo(as_ana: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    photo = make_photo(entry)
    delete_entry(entry=entry, by=cast.ana)
    assert as_ana.get(address(photo)).status_code == 404
    assert not EntryPhoto.objects.exists()


# Who sees them


@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_only_who_was_given_photos_sees_any_trace_of_them(cast: Cast, who: str) -> None:
    client = Client()
    client.force_login(getattr(cast, who))
    entry = make_entry(cast.ana_log, {"headache": 1}, note="words")
    photo = make_photo(entry)
    give(cast, "symptoms", "notes", "injections", "blood-tests", "reports")
    for url in (
        address(photo),
        address(photo) + "?small",
        address(EntryPhoto(pk=uuid4(), entry=entry, patient=cast.ana_log)),
    ):
        assert client.get(url).status_code == 403
    assert "hoto" not in page(client, entry)
    give(cast, "symptoms", "photos")
    looks = Event.objects.filter(verb="sharing.looked")
    before = looks.count()
    assert client.get(address(photo)).status_code == 200
    assert looks.count() == before + 1
    assert looks.order_by("-pk")[0].data == {"page": "diary:photo"}
    assert "Photo 1 of 1, added" in page(client, entry)
    assert 'name="remove-photo"' not in page(client, entry)
    revoke_access(grant=Grant.objects.get(patient=cast.ana_log, **_of(cast, who)), by=cast.ana)
    assert client.get(address(photo)).status_code == 404


def _of(cast: Cast, who: str) -> dict[str, Any]:
    return {"user": cast.sam} if who == "sam" else {"clinic": cast.clinic}


def test_who_was_given_photos_alone_sees_the_entries_that_have_one(as_sam: Client, cast: Cast) -> None:
    with_one = make_entry(cast.ana_log, {"headache": 4}, note="ZQX-WORDS")
    without = make_entry(cast.ana_log, {"nausea": 4})
    photo = make_photo(with_one)
    give(cast, "photos")
    assert as_sam.get(address(photo)).status_code == 200
    text = page(as_sam, with_one)
    assert "Photo 1 of 1" in text
    assert "ZQX-WORDS" not in text
    assert "Headache" not in text
    assert as_sam.get(reverse("diary:entry", args=[cast.ana_log.pk, without.pk])).status_code == 404
    assert as_sam.get(reverse("triage:advice", args=[cast.ana_log.pk, with_one.pk])).status_code == 403


def test_a_hidden_entry_hides_its_photos(as_ana: Client, as_sam: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    photo = make_photo(entry)
    give(cast, "symptoms", "photos")
    hide_entry(entry=entry, by=cast.ana)
    assert as_sam.get(address(photo)).status_code == 404
    assert as_ana.get(address(photo)).status_code == 200


def test_a_photo_is_asked_for_by_its_own_entry_and_patient(as_ana: Client, cast: Cast) -> None:
    entry, other = make_entry(cast.ana_log, {"headache": 1}), make_entry(cast.ana_log, {"headache": 2})
    photo = make_photo(entry)
    foreign = make_photo(make_entry(cast.bo_log, {"headache": 1}))
    for wrong in ((other.pk, photo.pk), (entry.pk, foreign.pk), (foreign.entry_id, foreign.pk)):
        assert as_ana.get(reverse("diary:photo", args=[cast.ana_log.pk, *wrong])).status_code == 404


def test_who_may_not_add_photos_adds_none(as_sam: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    give(cast, "symptoms", "notes", "photos", adds=("symptoms", "notes"))
    assert 'name="photo"' not in as_sam.get(log_url).content.decode()
    assert as_sam.post(log_url, fields(MILD, photo=sent())).status_code == 303
    as_sam.post(log_url, fields(photo=sent()))
    assert not EntryPhoto.objects.exists()
    give(cast, "symptoms", "notes", "photos", adds=("symptoms", "photos"))
    assert 'name="photo"' in as_sam.get(log_url).content.decode()
    as_sam.post(log_url, fields({"nausea": "1"}, photo=sent()))
    assert EntryPhoto.objects.get().author == cast.sam
