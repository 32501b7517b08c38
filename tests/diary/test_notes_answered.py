"""Odd ways to answer what a note tells: beside a grade of none, over lines, by repeating a day, without a script."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import answer_finding, repeat_day
from symptoms.diary.models import Entry, Report
from symptoms.diary.notes import Found
from symptoms.lib import clock
from symptoms.sharing.scope import EVERYTHING
from symptoms.triage.facts import facts_for
from tests.diary.conftest import only_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
LIPS = "my lips are swollen"
SLUG = "swelling-lips-tongue"


def said_of(entry: Entry) -> dict[str, int | None]:
    return {one.symptom.slug: one.grade for one in entry.reports.all()}


def test_yes_counts_although_it_was_graded_none(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {SLUG: 0}, note=LIPS)
    symptom = Symptom.objects.get(slug=SLUG)
    assert answer_finding(entry=entry, symptom=symptom, felt=True, told="1 x lips are swollen", by=cast.ana)
    assert said_of(only_entry()) == {SLUG: None}


def test_unclear_words_are_asked_although_it_was_graded_none(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"fever": 0}, note="fevr, whatever")
    Entry.objects.update(note_found=[{"symptom": "fever", "start": 0, "end": 4, "sure": False}])
    entry.refresh_from_db()
    assert facts_for(entry).entries[-1].unclear == ("fever",)


def test_what_an_answer_is_about_holds_no_end_of_line() -> None:
    """A browser sends it as CR LF, and the note is kept with LF: the two would never be equal."""
    assert Found("fever", 0, 12).told("temp\nis 39.2") == "1 x temp is 39.2"


# Same as yesterday


def repeated(cast: Cast) -> Entry | None:
    yesterday = clock.local_day(clock.now(), cast.ana_log.time_zone) - timedelta(days=1)
    Entry.objects.update(day=yesterday)
    return repeat_day(patient=cast.ana_log, day=yesterday, idempotency_key=uuid4(), scope=EVERYTHING, by=cast.ana)


@pytest.mark.parametrize(
    ("ticked", "now"),
    [
        ({}, {SLUG: None}),
        ({"headache": 2}, {"headache": 2, SLUG: None}),
        ({SLUG: 3}, {SLUG: 3}),
        ({SLUG: 0}, {SLUG: None}),
    ],
)
def test_the_same_as_yesterday_is_also_what_the_note_told(
    cast: Cast, ticked: dict[str, int | None], now: dict[str, int | None]
) -> None:
    make_entry(cast.ana_log, ticked, note=LIPS)
    again = repeated(cast)
    assert again is not None
    assert said_of(again) == now


def test_what_was_taken_back_yesterday_is_not_repeated(cast: Cast) -> None:
    make_entry(cast.ana_log, {"headache": 1}, note=LIPS)
    Entry.objects.update(note_dismissed=[SLUG])
    again = repeated(cast)
    assert again is not None
    assert said_of(again) == {"headache": 1}


def test_a_note_that_tells_nothing_is_not_repeated(cast: Cast) -> None:
    make_entry(cast.ana_log, note="A walk by the sea.")
    assert repeated(cast) is None


# Without a script: the second step


def test_a_card_that_is_filled_in_stays_when_its_words_go(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "1"}, note="nothing to tell")
    as_ana.post(log_url, {**said, "told-fatigue": "1 x tired", "found-fatigue": "yes", "grade-fatigue": "3"})
    assert {one.symptom.slug: one.grade for one in Report.objects.all()} == {"headache": 1, "fatigue": 3}


@pytest.mark.parametrize(
    "more",
    [
        {"told-fatigue": "1 x tired", "found-fatigue": "no", "grade-fatigue": "3"},
        {"told-fatigue": "1 x tired", "found-fatigue": "yes"},
        {"grade-fatigue": "3"},
        {"told-no-such": "1 x", "grade-no-such": "3"},
        {"told-": "1 x", "grade-": "3"},
    ],
)
def test_what_was_denied_left_empty_or_taken_out_does_not(
    as_ana: Client, log_url: str, fields: Fields, more: dict[str, str]
) -> None:
    answer = as_ana.post(log_url, {**fields({"headache": "1"}, note="nothing to tell"), **more})
    assert answer.status_code == 303
    assert {one.symptom.slug for one in Report.objects.all()} == {"headache"}
