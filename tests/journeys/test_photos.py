"""Ana sends a photo with her entry and looks at it; Sam, who was given photos, sees it too."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from symptoms.diary.models import Entry, EntryPhoto
from symptoms.sharing.models import Grant
from tests.factories.cast import Cast
from tests.factories.photos import grainy, picture
from tests.journeys import steps
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open
from tests.services import eventually

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A photo as a phone takes it, another, and one that is none."""
    made = {
        "rash.jpg": picture("#c08070", 4000, 3000, maker="ZQX-MAKER"),
        "site.png": picture("#d0b0a0", 1200, 1600, kind="PNG"),
        "words.jpg": b"no photo at all",
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in made}


def send(page: Page, *paths: Path) -> None:
    page.get_by_label("Choose photos").set_input_files(list(paths))


@pytest.mark.parametrize(
    ("width", "scheme", "script"), [(390, "light", True), (1280, "dark", True), (390, "light", False)]
)
def test_a_photo_with_an_entry(
    world: Cast, open_as: type_of_open, files: dict[str, Path], width: int, scheme: str, script: bool
) -> None:
    ana = open_as(world.ana, width=width, scheme=scheme, java_script_enabled=script)
    heard = listen(ana)
    ana.goto(reverse("diary:log", args=[world.ana_log.pk]))
    assert not script or barriers(ana) == []
    steps.tick(ana, "site-redness")
    send(ana, files["rash.jpg"], files["site.png"], files["words.jpg"])
    steps.save(ana)
    if not ana.url.endswith("/advice/"):  # the grade is asked for first: nothing that was sent is lost
        kept = ana.get_by_role("listitem").filter(has_text="Photo 2, kept at").bounding_box()
        assert kept
        assert kept["x"] + kept["width"] <= width
        expect(ana.locator("body")).to_contain_text("Photo 3 was not added")
        steps.grade(ana, "site-redness", "Mild")
        steps.save(ana)
    ana.wait_for_url("**/advice/")
    entry = Entry.objects.get()
    assert entry.photos.count() == 2

    ana.goto(reverse("diary:entry", args=[world.ana_log.pk, entry.pk]))
    first = ana.get_by_role("link", name="Photo 1 of 2, added")
    expect(first).to_be_visible()
    assert not script or barriers(ana) == []
    assert not script or all(_drawn(ana))
    change(ana, entry, files, script=script)
    assert [words for words in heard if "favicon" not in words] == []
    large(ana, entry)


def _drawn(page: Page) -> list[bool]:
    """Return for each picture of the page whether its bytes came and could be shown."""
    assert eventually(lambda: page.evaluate("[...document.querySelectorAll('.photo img')].every(one => one.complete)"))
    drawn: list[bool] = page.evaluate("[...document.querySelectorAll('.photo img')].map(one => one.naturalWidth > 0)")
    return drawn


def change(ana: Page, entry: Entry, files: dict[str, Path], *, script: bool) -> None:
    """Ana takes one photo back and adds another."""
    ana.get_by_role("link", name="Change").click()
    assert not script or barriers(ana) == []
    ana.get_by_label("Remove: Photo 1 of 2").check()
    send(ana, files["rash.jpg"])
    gone: Any = entry.photos.in_order().first()
    ana.get_by_role("button", name="Save the change").click()
    ana.wait_for_url("**/advice/")
    assert entry.photos.count() == 2
    assert not EntryPhoto.objects.filter(pk=gone.pk).exists()


def large(ana: Page, entry: Entry) -> None:
    """The large picture is a page of its own, in which nothing can run."""
    ana.goto(reverse("diary:entry", args=[entry.patient_id, entry.pk]))
    ana.get_by_role("link", name="Photo 2 of 2").click()
    ana.wait_for_url("**/photos/**")
    expect(ana.locator("img")).to_be_visible()


# A browser that hides what it is: what it gives back of a drawing is not what was drawn.
LIES: str = """
CanvasRenderingContext2D.prototype.getImageData = (x, y, w, h) => {
  window.wasAsked = true;
  return new ImageData(w, h);
};
HTMLCanvasElement.prototype.toBlob = function (done) { done(new Blob(["black"], { type: "image/jpeg" })); };
"""


def log_with(ana: Page, world: Cast, photo: Path) -> None:
    ana.goto(reverse("diary:log", args=[world.ana_log.pk]))
    steps.tick(ana, "site-redness")
    steps.grade(ana, "site-redness", "Mild")
    send(ana, photo)


def _chosen(page: Page) -> dict[str, Any]:
    """Return the name and the bytes of the photo that stands on the page."""
    script = "(({ name, size }) => ({ name, size }))(document.getElementById('id_photo').files[0])"
    chosen: dict[str, Any] = page.evaluate(script)
    return chosen


def test_a_large_photo_is_made_smaller_before_it_leaves(world: Cast, open_as: type_of_open, tmp_path: Path) -> None:
    """So words and advice wait less for it; the server keeps no more pixels than these."""
    large, ana = tmp_path / "rash.jpg", open_as(world.ana)
    large.write_bytes(grainy(3000, 2000))
    log_with(ana, world, large)
    assert eventually(lambda: _chosen(ana)["name"] == "photo.jpg")
    assert _chosen(ana)["size"] < large.stat().st_size * 0.6
    steps.save(ana)
    ana.wait_for_url("**/advice/")
    kept = EntryPhoto.objects.get()
    assert (kept.width, kept.height) == (1365, 2048)


def test_a_browser_that_hides_its_pixels_sends_the_photo_as_it_is(
    world: Cast, open_as: type_of_open, tmp_path: Path
) -> None:
    large, ana = tmp_path / "rash.jpg", open_as(world.ana)
    large.write_bytes(grainy(3000, 2000))
    ana.add_init_script(LIES)
    log_with(ana, world, large)
    assert eventually(lambda: ana.evaluate("window.wasAsked === true"))
    assert _chosen(ana)["size"] == large.stat().st_size
    steps.save(ana)
    ana.wait_for_url("**/advice/")
    assert EntryPhoto.objects.count() == 1


def test_an_emergency_with_a_bad_photo_is_answered_at_once(
    world: Cast, open_as: type_of_open, files: dict[str, Path]
) -> None:
    ana = open_as(world.ana, java_script_enabled=False)
    ana.goto(reverse("diary:log", args=[world.ana_log.pk]))
    steps.tick(ana, "swelling-face")
    send(ana, files["words.jpg"])
    steps.save(ana)
    ana.wait_for_url("**/advice/")
    steps.expect_emergency(ana)
    expect(ana.locator("body")).to_contain_text("Photo 1 was not added. It is not a photo that we can read.")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_who_was_given_photos_sees_them(
    world: Cast, open_as: type_of_open, files: dict[str, Path], width: int, scheme: str
) -> None:
    ana = open_as(world.ana)
    ana.goto(reverse("diary:log", args=[world.ana_log.pk]))
    ana.get_by_label("In your own words").fill("a spot")
    steps.tick(ana, "site-redness")
    steps.grade(ana, "site-redness", "Mild")
    send(ana, files["rash.jpg"])
    steps.save(ana)
    ana.wait_for_url("**/advice/")
    address = reverse("diary:entry", args=[world.ana_log.pk, Entry.objects.get().pk])

    sam = open_as(world.sam, width=width, scheme=scheme)
    sam.goto(address)
    expect(sam.get_by_role("heading", name="What was logged")).to_be_visible()
    expect(sam.get_by_role("link", name="Photo")).to_have_count(0)
    Grant.objects.filter(user=world.sam).update(reads=["photos"])
    sam.goto(address)
    expect(sam.get_by_role("link", name="Photo 1 of 1, added")).to_be_visible()
    expect(sam.locator("main")).not_to_contain_text("a spot")
    assert barriers(sam) == []
    assert all(_drawn(sam))
