"""Two curators change a rule: signed in with a code, broken, mended, proposed, published, rolled back."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import Page, expect

from symptoms.accounts.models import User
from symptoms.triage import ruleset
from symptoms.triage.actions.dry_runs import run_dry_run
from symptoms.triage.models import DryRun, RuleSetVersion
from tests.factories import rules
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.rules import RULE
from tests.factories.second_factor import code_of, curator, set_up
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PASSWORD = "a-long-password-for-staff"


@pytest.fixture
def curators(world: Cast, monkeypatch: pytest.MonkeyPatch) -> tuple[User, User]:
    """Two curators with passwords, the rules of the release in force, and a memory that always asks."""
    monkeypatch.setattr(ruleset, "MEMORY", ruleset.Memory(every=0))
    rules.release()
    for user in (world.okoye, world.lindqvist):
        user.set_password(PASSWORD)
        user.save()
    return curator(world.okoye), curator(world.lindqvist)


def sign_in(page: Page, user: User, secret: Authenticator | str) -> None:
    page.goto(reverse("workbench:rules"))
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules in force")


def sound(page: Page) -> None:
    assert barriers(page) == []


def set_up_by_hand(page: Page, user: User) -> str:
    """Sign in for the first time, scan the square (read the key), and return the secret."""
    page.goto(reverse("workbench:rules"))
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step before you go on")
    sound(page)
    page.get_by_role("link", name="Use an authenticator app").click()
    secret = page.locator(".key-text").inner_text()
    expect(page.locator(".qr svg")).to_be_visible()
    sound(page)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator(".key-list li")).to_have_count(10)
    sound(page)
    return secret


def test_a_curator_sets_the_second_factor_up_at_the_first_visit(
    curators: tuple[User, User], open_as: type_of_open
) -> None:
    page = open_as(None)
    heard = listen(page)
    secret = set_up_by_hand(page, curators[0])
    assert Authenticator.objects.filter(user=curators[0], type="totp").count() == 1
    assert [line for line in heard if "403" not in line] == []
    other = open_as(None, width=1280, scheme="dark")
    sign_in(other, curators[0], secret)
    sound(other)


def test_two_curators_change_a_rule_and_one_goes_back(
    curators: tuple[User, User], world: Cast, open_as: type_of_open
) -> None:
    entry = make_entry(world.ana_log, {"mouth-sores": 1})
    advice = reverse("triage:advice", args=[world.ana_log.pk, entry.pk])
    patient = open_as(world.ana)
    patient.goto(advice)
    before = patient.locator("main").inner_text()
    first, second = open_as(None, width=1280), open_as(None)
    sign_in(first, curators[0], set_up(curators[0]))
    draft = change_the_rule(first)
    try_it_dry(first, draft)
    first.get_by_role("link", name="The version").click()
    first.get_by_role("button", name="Propose").click()
    expect(first.get_by_text("You proposed this. Another person must publish it.")).to_be_visible()
    expect(first.get_by_role("button", name="Publish")).to_have_count(0)
    sound(first)
    sign_in(second, curators[1], set_up(curators[1]))
    second.goto(reverse("workbench:version", args=[draft.pk]))
    sound(second)
    second.get_by_role("button", name="Publish").click()
    expect(second.get_by_text("Published. It is in force everywhere within seconds.")).to_be_visible()
    patient.reload()
    expect(patient.get_by_text("Places in the mouth, newly told")).to_be_visible()
    second.goto(reverse("workbench:versions"))
    second.get_by_label("Why do you go back?").fill("Too many calls")
    second.get_by_role("button", name="Go back to the version before").click()
    expect(second.get_by_text("The version before is in force again")).to_be_visible()
    sound(second)
    patient.reload()
    assert patient.locator("main").inner_text() == before


def change_the_rule(page: Page) -> RuleSetVersion:
    """Open a draft, break the rule, read what is wrong, mend it."""
    page.goto(reverse("workbench:versions"))
    sound(page)
    page.get_by_label("What shall change, and why?").fill("Say it anew")
    page.get_by_role("button", name="Open a draft").click()
    page.get_by_text(re.compile(r"^\d+ rules$")).click()
    page.get_by_role("link", name=RULE).click()
    text = page.get_by_label("Text")
    told = text.input_value()
    line = next(one for one in told.splitlines() if one.startswith("headline"))
    text.fill(told.replace("title = ", "titel = "))
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("unknown key 'titel'")
    sound(page)
    text.fill(told.replace(line, 'headline = "Places in the mouth, newly told."'))
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.get_by_text("Kept in the draft. Nothing is in force yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Propose")).to_be_visible()
    sound(page)
    return RuleSetVersion.objects.get(state="draft")


def try_it_dry(page: Page, draft: RuleSetVersion) -> None:
    """Ask for a dry run, and see it end by itself while the page is open."""
    page.get_by_role("button", name="Start a dry run").click()
    expect(page.get_by_role("heading", name="Waits for a worker")).to_be_visible()
    sound(page)
    run_dry_run(dry_run_id=DryRun.objects.get(version=draft).pk)
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    expect(page.get_by_text("Both say the same of all these entries.")).to_be_visible()
    sound(page)
