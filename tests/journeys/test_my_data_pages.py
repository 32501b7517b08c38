"""The pages of one's own data: no barrier, no sideways scroll, no small target; erasing by keyboard alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from symptoms.mydata.actions import ask_to_erase
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LOOKS = [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


def look(page: Page, name: str) -> list[str]:
    return [f"{name}: {one}" for one in barriers(page)]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_ones_own_data(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    make_entry(world.ana_log, {"headache": 1})
    page = open_as(world.ana, width=width, scheme=scheme)
    heard = listen(page)
    wrong = []
    for name, address in (
        ("my-data", reverse("mydata:my-data")),
        ("download", reverse("mydata:download", args=[world.ana_log.pk])),
        ("full", reverse("mydata:import", args=[world.ana_log.pk])),
        ("erase", reverse("mydata:erase")),
    ):
        page.goto(address)
        wrong += look(page, name)
    ask_to_erase(user=world.ana, by=world.ana)
    page.goto(reverse("mydata:my-data"))
    wrong += look(page, "asked")
    assert wrong + heard == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_with_something_wrong_on_them(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    page = open_as(world.bo, width=width, scheme=scheme)
    page.goto(reverse("mydata:import", args=[world.bo_log.pk]))
    wrong = look(page, "import")
    page.set_input_files("input[type=file]", {"name": "x.zip", "mimeType": "application/zip", "buffer": b"%PDF"})
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_role("alert").wait_for()
    wrong += look(page, "refused")
    page.goto(reverse("mydata:erase"))
    page.get_by_role("button", name="Erase my account").click()
    page.get_by_role("alert").wait_for()
    assert page.title().startswith("Error:")
    assert wrong + look(page, "not sure") == []


def test_a_diary_goes_out_and_comes_back_in_the_browser(world: Cast, open_as: type_of_open) -> None:
    """Ana downloads hers; Bo, whose diary is empty, is given the file and sees the same day."""
    make_entry(world.ana_log, {"headache": 2}, note="a long day")
    ana = open_as(world.ana, java_script_enabled=False)
    ana.goto(reverse("mydata:download", args=[world.ana_log.pk]))
    with ana.expect_download() as coming:
        ana.get_by_role("button", name="Download").click()
    file = coming.value
    assert file.suggested_filename.startswith("my-diary-")
    bo = open_as(world.bo)
    bo.goto(reverse("mydata:my-data"))
    bo.get_by_role("link", name="Bring a diary back").click()
    bo.set_input_files("input[type=file]", str(file.path()))
    bo.get_by_role("button", name="Bring it back").click()
    bo.get_by_text("Your diary is back").wait_for()


def test_erasing_is_asked_and_taken_back_by_keyboard(world: Cast, open_as: type_of_open) -> None:
    page = open_as(world.sam, java_script_enabled=False)
    page.goto(reverse("mydata:erase"))
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Erase my account").press("Enter")
    page.get_by_text("Your account and your data will be erased on").wait_for()
    page.get_by_role("button", name="Keep my data").press("Enter")
    page.get_by_text("We keep your data").wait_for()
    world.sam.refresh_from_db()
    assert world.sam.erase_at is None
