"""Every page, narrow in light and wide in dark: no barrier, no sideways scroll, no small target, no complaint."""

from datetime import timedelta

import pytest
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.diary.actions import answer_urgency
from symptoms.diary.models import Urgency
from symptoms.followups.actions import MoreSaid, log_injection
from symptoms.lib import clock
from symptoms.triage.actions import acknowledge_flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.inbox import flags
from tests.journeys import steps
from tests.journeys.checks import barriers, listen
from tests.journeys.conftest import type_of_open

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ONE_SHOT = ("injection", "injection-change", "injection-remove")
LOOKS = [(320, "light"), (1280, "dark")]


def walk(open_as: type_of_open, user: User | None, addresses: list[str], width: int, scheme: str) -> list[str]:
    """Open each address and return what is wrong with it."""
    page = open_as(user, width=width, scheme=scheme)
    heard = listen(page)
    wrong = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        for area in page.locator("main details:not([open]) > summary").all():
            if area.is_visible():
                area.click()
        wrong += [f"{address}: {one}" for one in barriers(page)]
    return wrong + heard


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_a_patient(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    ill = MoreSaid(infection="yes", dose="part", batch="LOT-77", expires_on=today - timedelta(days=40))
    shot = log_injection(patient=world.ana_log, at=clock.now(), number=8, site="thigh-left", by=world.ana, more=ill)
    mild = make_entry(world.ana_log, {"headache": 1}, day=today - timedelta(days=2))
    asked = make_entry(world.ana_log, {"joint-pain": 3}, day=today - timedelta(days=12))
    answered = make_entry(world.ana_log, {"joint-pain": 3}, day=today - timedelta(days=20))
    answer_urgency(entry=answered, answer=Urgency.YES, by=world.ana)
    flag = flags.emergency(world.ana_log, note="lips puffed up")
    acknowledge_flag(flag=flag, by=world.okoye, note="We ring you.")
    log = world.ana_log.pk
    addresses = [
        reverse("today:today", args=[log]),
        reverse("diary:log", args=[log]),
        reverse("today:month", args=[log]),
        reverse("diary:entry", args=[log, flag.entry_id]),
        reverse("diary:entry-edit", args=[log, flag.entry_id]),
        reverse("diary:entry-delete", args=[log, flag.entry_id]),
        reverse("triage:advice", args=[log, flag.entry_id]),
        reverse("triage:advice", args=[log, mild.pk]),
        reverse("triage:advice", args=[log, asked.pk]),
        reverse("triage:advice", args=[log, answered.pk]),
        reverse("followups:injections", args=[log]),
        *(reverse(f"followups:{name}", args=[log, shot.pk]) for name in ONE_SHOT),
        reverse("followups:injection-plan", args=[log]),
        reverse("sharing:sharing", args=[log]),
        reverse("accounts:you"),
    ]
    assert walk(open_as, world.ana, addresses, width, scheme) == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_of_readers_and_of_everybody(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    flag = flags.emergency(world.ana_log)
    flags.late(make_entry(world.ana_log, {"dizzy": 2}), minutes=3)
    today = clock.local_day(clock.now(), "Europe/London")
    run = [make_entry(world.ana_log, {"sore-throat": 1}, day=today - timedelta(days=n)) for n in (9, 8, 7)]
    rows = [flags.flag_entry(entry) for entry in run]
    log = world.ana_log.pk
    clinic = [
        reverse("inbox:queue", args=[world.clinic.pk]),
        reverse("inbox:queue", args=[world.clinic.pk]) + "?state=resolved",
        reverse("inbox:flag", args=[world.clinic.pk, flag.pk]),
        reverse("inbox:flag", args=[world.clinic.pk, rows[0].pk]),
        reverse("today:month", args=[log]),
        reverse("followups:injections", args=[log]),
        reverse("followups:injection-plan", args=[log]),
    ]
    carer = [reverse("sharing:shared-logs"), reverse("diary:entry", args=[log, flag.entry_id])]
    everybody = [
        "/",
        reverse("account_login"),
        reverse("account_signup"),
        reverse("account_reset_password"),
        reverse("catalogue:browse"),
        reverse("catalogue:browse") + "?q=pins+an+needles",
        reverse("catalogue:side-effect", args=["fever"]),
        reverse("catalogue:urgent-help"),
    ]
    found = walk(open_as, world.lindqvist, clinic, width, scheme)
    found += walk(open_as, world.sam, carer, width, scheme)
    assert found + walk(open_as, None, everybody, width, scheme) == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_with_something_wrong_on_them(world: Cast, open_as: type_of_open, width: int, scheme: str) -> None:
    """A ticked symptom with its questions, and a form that came back with an error."""
    ana = open_as(world.ana, width=width, scheme=scheme)
    ana.goto(reverse("diary:log", args=[world.ana_log.pk]))
    for slug in ("fever", "vision-loss", "face-droop"):
        steps.tick(ana, slug)
    found = barriers(ana)
    flag = flags.emergency(world.ana_log)
    nurse = open_as(world.lindqvist, width=width, scheme=scheme)
    nurse.goto(reverse("inbox:flag", args=[world.clinic.pk, flag.pk]))
    nurse.get_by_role("button", name="Resolve").click()
    nurse.get_by_role("alert").wait_for()
    assert nurse.evaluate("document.activeElement.className") == "error-summary"
    assert nurse.title().startswith("Error:")
    assert found + barriers(nurse) == []
