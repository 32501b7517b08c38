"""The same job without JavaScript, and by keyboard alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from symptoms.diary.models import Entry
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.inbox import flags
from tests.journeys import steps
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

MOST_KEYS = 40


def test_log_and_advice_without_javascript(world: Cast, open_as: type_of_open) -> None:
    ana = open_as(world.ana, java_script_enabled=False)
    steps.log(ana, reverse("diary:log", args=[world.ana_log.pk]), "swelling-face")
    steps.expect_emergency(ana)
    assert [report.symptom.slug for report in Entry.objects.get().reports.all()] == ["swelling-face"]


def test_grade_is_asked_in_a_second_step_without_javascript(world: Cast, open_as: type_of_open) -> None:
    ana = open_as(world.ana, java_script_enabled=False)
    steps.log(ana, reverse("diary:log", args=[world.ana_log.pk]), "headache", "Moderate")
    ana.wait_for_url("**/advice/")
    assert [report.grade for report in Entry.objects.get().reports.all()] == [2]


def test_no_symptoms_in_one_tap_without_javascript(world: Cast, open_as: type_of_open) -> None:
    ana = open_as(world.ana, java_script_enabled=False)
    ana.goto(reverse("today:today", args=[world.ana_log.pk]))
    ana.get_by_role("button", name="No symptoms").click()
    ana.wait_for_url("**/advice/")
    assert Entry.objects.get().reports.count() == 0


def test_clinic_works_without_javascript(world: Cast, open_as: type_of_open) -> None:
    flags.emergency(world.ana_log)
    nurse = open_as(world.lindqvist, java_script_enabled=False)
    nurse.goto(reverse("inbox:queue", args=[world.clinic.pk]))
    expect(nurse.locator("#queue-when")).to_contain_text("Checked for new entries at")
    nurse.get_by_role("link", name="Ana").click()
    nurse.get_by_label("Note to the patient").fill("We rang.")
    nurse.get_by_role("button", name="Resolve").click()
    expect(nurse.get_by_text("You resolved the entry of Ana.")).to_be_visible()
    assert Flag.objects.get().state == "resolved"


class Keys:
    """A keyboard that counts. It stops a test that needs more keys than a person has strength for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)

    def tab_to(self, selector: str, most: int = 60) -> None:
        """Press Tab until something that fits `selector` has the focus."""
        for _ in range(most):
            self.press("Tab")
            if self.page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"{selector} was not reached by keyboard in {most} keys")


def test_log_by_keyboard_alone(world: Cast, open_as: type_of_open) -> None:
    """With the symptom among the usual ones: tick it, grade it, save it."""
    flags.emergency(world.ana_log)
    ana = open_as(world.ana)
    ana.goto(reverse("diary:log", args=[world.ana_log.pk]))
    keys = Keys(ana)
    keys.tab_to("#s-swelling-face")
    keys.press("Space")
    keys.tab_to("[name=grade-swelling-face]")
    for _ in range(3):
        keys.press("ArrowRight")
    keys.tab_to("form[data-log-form] button:not([type=button])")
    keys.press("Enter")
    ana.wait_for_url("**/advice/")
    steps.expect_emergency(ana)
    assert keys.pressed <= MOST_KEYS


def test_focus_is_always_seen_on_the_flag_page(world: Cast, open_as: type_of_open) -> None:
    flag = flags.emergency(world.ana_log)
    nurse = open_as(world.lindqvist, width=1280)
    nurse.goto(reverse("inbox:flag", args=[world.clinic.pk, flag.pk]))
    unseen = []
    for _ in range(25):
        nurse.keyboard.press("Tab")
        width, style, name = nurse.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return [parseFloat(s.outlineWidth), s.outlineStyle, document.activeElement.outerHTML.slice(0, 60)] }"
        )
        if (style == "none" or width < 3) and not name.startswith("<body"):
            unseen.append(name)
    assert unseen == []
