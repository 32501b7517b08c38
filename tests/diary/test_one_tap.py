"""A day without symptoms, and the same as yesterday, by one press."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, save_entry
from symptoms.diary.models import Entry
from tests.diary.conftest import only_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def yesterday(today: str) -> date:
    return date.fromisoformat(today) - timedelta(days=1)


def newest() -> Entry:
    entry: Entry = Entry.objects.newest_first()[0]
    return entry


def test_no_symptoms_is_one_entry(as_ana: Client, cast: Cast, log_url: str, today: str) -> None:
    key = str(uuid4())
    for _again in range(2):
        answer = as_ana.post(f"{log_url}none/", {"key": key})
    entry = only_entry()
    assert entry.says_no_symptoms
    assert entry.day.isoformat() == today
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/p/{cast.ana_log.pk}/entries/{entry.pk}/advice/"


def test_same_as_yesterday_copies_what_lasts(
    as_ana: Client, cast: Cast, log_url: str, today: str, yesterday: date
) -> None:
    answers: dict[str, str | int] = {"sudden": "yes", "side": "left", "minutes": 20, "heat": "no"}
    symptoms = Symptom.objects.in_bulk(["vision-blurred", "fatigue"], field_name="slug")
    said = EntrySaid(
        day=yesterday,
        reports=[ReportSaid(symptoms["vision-blurred"], 2, answers), ReportSaid(symptoms["fatigue"], None)],
        temperature_c=Decimal("38.40"),
        temperature_typed="38.4 C",
        note="Only yesterday.",
    )
    save_entry(patient=cast.ana_log, said=said, idempotency_key=uuid4(), by=cast.ana)

    key = str(uuid4())
    for _again in range(2):
        as_ana.post(f"{log_url}same/", {"key": key})

    assert Entry.objects.count() == 2
    entry = newest()
    assert entry.day.isoformat() == today
    assert (entry.temperature_c, entry.temperature_typed, entry.note) == (None, "", "")
    said_now = {report.symptom.slug: (report.grade, report.answers) for report in entry.reports.all()}
    assert said_now == {"vision-blurred": (2, {"side": "left", "heat": "no"}), "fatigue": (None, {})}


def test_same_as_yesterday_takes_the_last_entry(as_ana: Client, cast: Cast, log_url: str, yesterday: date) -> None:
    make_entry(cast.ana_log, {"cough": 3}, day=yesterday)
    make_entry(cast.ana_log, {"fatigue": 1}, day=yesterday)
    as_ana.post(f"{log_url}same/", {"key": str(uuid4())})
    assert [report.symptom.slug for report in newest().reports.all()] == ["fatigue"]


def test_the_same_good_day(as_ana: Client, cast: Cast, log_url: str, yesterday: date) -> None:
    make_entry(cast.ana_log, {}, day=yesterday)
    as_ana.post(f"{log_url}same/", {"key": str(uuid4())})
    assert Entry.objects.count() == 2
    assert newest().says_no_symptoms


@pytest.mark.parametrize("what", ["nothing", "older", "deleted", "note only", "fever only", "of another patient"])
def test_without_a_yesterday_it_leads_to_the_log(
    as_ana: Client, cast: Cast, log_url: str, yesterday: date, what: str
) -> None:
    if what == "older":
        make_entry(cast.ana_log, {"cough": 1}, day=yesterday - timedelta(days=1))
    elif what == "deleted":
        Entry.objects.filter(pk=make_entry(cast.ana_log, {"cough": 1}, day=yesterday).pk).update(
            deleted_at="2026-01-01T00:00Z"
        )
    elif what == "note only":
        make_entry(cast.ana_log, {}, day=yesterday, note="Bad.")
    elif what == "fever only":
        make_entry(cast.ana_log, {}, day=yesterday, temperature_c=Decimal("39.00"))
    elif what == "of another patient":
        make_entry(cast.bo_log, {"cough": 1}, day=yesterday)
    before = Entry.objects.count()
    answer = as_ana.post(f"{log_url}same/", {"key": str(uuid4())}, follow=True)
    assert Entry.objects.count() == before
    assert answer.redirect_chain[0][0] == log_url
    assert "There is nothing from yesterday to repeat." in answer.content.decode()


@pytest.mark.parametrize("what", ["none", "same"])
def test_a_caregiver_who_may_add_writes_in_his_own_name(
    as_sam: Client, cast: Cast, log_url: str, yesterday: date, what: str
) -> None:
    make_entry(cast.ana_log, {"cough": 1}, day=yesterday)
    as_sam.post(f"{log_url}{what}/", {"key": str(uuid4())})
    assert newest().author == cast.sam


@pytest.mark.parametrize("what", ["none", "same", "draft"])
def test_only_by_post(as_ana: Client, log_url: str, what: str) -> None:
    assert as_ana.get(f"{log_url}{what}/").status_code == 405
