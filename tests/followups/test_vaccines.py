"""Rules P17 (a vaccine) and P19 (a pen), which no entry of the diary tells."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.followups.actions.vaccines import add_vaccine, note_agreed, remove_vaccine
from symptoms.followups.models import Vaccine
from symptoms.followups.selectors.vaccines import line_of, vaccines_that_ask
from symptoms.followups.vaccine_words import PEN
from symptoms.lib import clock
from tests.factories.cast import Cast

TODAY = date(2026, 11, 23)
P17 = "Do not have this vaccine until your MS team agrees. Contact them before the date."
P19 = "Do not use this pen. Contact your pharmacy or supply team for a new one in 1 to 2 days."


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize(
    ("kind", "days", "asks"),
    [
        ("live", 0, True),
        ("live", 30, True),
        ("unknown", 0, True),
        ("unknown", 400, True),
        ("not-live", 3, False),
        ("live", -1, False),
        ("unknown", -1, False),
    ],
)
def test_p17_asks_before_a_live_or_unknown_one(kind: str, days: int, asks: bool, agreed: bool) -> None:
    row = Vaccine(name="x", kind=kind, day=TODAY + timedelta(days=days), agreed_at=clock.now() if agreed else None)
    line = line_of(row, TODAY)
    assert line.asks is (asks and not agreed)
    assert (str(line.text) == P17) is line.asks


def page_of(cast: Cast, name: str = "vaccines") -> str:
    return reverse(f"followups:{name}", args=[cast.ana_log.pk])


def in_days(cast: Cast, days: int) -> date:
    return clock.local_day(clock.now(), cast.ana_log.time_zone) + timedelta(days=days)


def test_it_is_told_at_once_and_on_the_injections_page_until_the_team_agrees(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    data = {"name": "Yellow fever", "kind": "live", "day": in_days(cast, 9).isoformat()}
    page = client.post(page_of(cast), data, follow=True).content.decode()
    assert P17 in page
    assert "Contact your care team in the next 2 days" in page
    assert "US label (2.1, 5.1)" in page
    assert P17 in client.get(page_of(cast, "injections")).content.decode()
    vaccine = Vaccine.objects.get()
    client.force_login(cast.lindqvist)
    client.post(reverse("followups:vaccine-agreed", args=[cast.ana_log.pk, vaccine.pk]))
    vaccine.refresh_from_db()
    assert vaccine.agreed_by == cast.lindqvist
    assert P17 not in client.get(page_of(cast, "injections")).content.decode()
    assert "Nurse Lindqvist" in client.get(page_of(cast)).content.decode()


def test_agreed_stays_with_who_said_it_first_and_a_removed_one_asks_no_more(cast: Cast) -> None:
    vaccine = add_vaccine(patient=cast.ana_log, name="MMR", kind="live", day=in_days(cast, 9), by=cast.ana)
    assert len(vaccines_that_ask(cast.ana_log)) == 1
    note_agreed(vaccine=vaccine, by=cast.okoye)
    note_agreed(vaccine=vaccine, by=cast.ana)
    vaccine.refresh_from_db()
    assert vaccine.agreed_by == cast.okoye
    other = add_vaccine(patient=cast.ana_log, name="MMR", kind="live", day=in_days(cast, 9), by=cast.ana)
    remove_vaccine(vaccine=other, by=cast.ana)
    remove_vaccine(vaccine=other, by=cast.ana)
    assert vaccines_that_ask(cast.ana_log) == []
    events = Event.objects.filter(verb__startswith="followups.vaccine")
    assert events.count() == 4
    assert "MMR" not in str(list(events.values()))


@pytest.mark.parametrize(
    "odd",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "a\x00b"},
        {"kind": "alive"},
        {"kind": ""},
        {"day": "31/02/2027"},
        {"day": "1899-01-01"},
        {"day": "9999-01-01"},
    ],
)
def test_odd_input_is_told_and_kept_and_nothing_saved(client: Client, cast: Cast, odd: dict[str, str]) -> None:
    client.force_login(cast.ana)
    data = {"name": "Shingles", "kind": "live", "day": in_days(cast, 3).isoformat(), **odd}
    answer = client.post(page_of(cast), data)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    if "name" not in odd:
        assert "Shingles" in answer.content.decode()
    assert not Vaccine.objects.exists()


@pytest.mark.parametrize("rows", [1, 12])
def test_the_queries_do_not_grow(client: Client, cast: Cast, django_assert_num_queries: Any, rows: int) -> None:
    for n in range(rows):
        vaccine = add_vaccine(patient=cast.ana_log, name="Flu", kind="live", day=in_days(cast, n), by=cast.ana)
        note_agreed(vaccine=vaccine, by=(cast.okoye, cast.ana)[n % 2])
    client.force_login(cast.ana)
    client.get(page_of(cast))
    with django_assert_num_queries(4):
        client.get(page_of(cast))


# The pen


@pytest.mark.parametrize(("asked", "answer"), [*product(PEN, ["yes", "unsure", "", "perhaps"])])
def test_p19_one_doubt_is_enough(client: Client, cast: Cast, asked: str, answer: str) -> None:
    client.force_login(cast.ana)
    page = client.post(page_of(cast, "pen"), dict.fromkeys(PEN, "no") | {asked: answer}).content.decode()
    assert P19 in page
    assert "US Medication Guide" in page


def test_five_plain_noes_never_say_that_the_pen_is_fine(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    before = Event.objects.count()
    page = client.post(page_of(cast, "pen"), dict.fromkeys(PEN, "no")).content.decode()
    assert P19 not in page
    assert "When in doubt, ask your pharmacist" in page
    assert Event.objects.count() == before
    assert P19 not in client.get(page_of(cast, "pen")).content.decode()
