"""A run of a symptom is one row: the queue and the panel show what stands in it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from symptoms.diary.actions import answer_urgency, delete_entry
from symptoms.diary.models import Entry, Urgency
from symptoms.inbox.selectors.panel import Panel, flag_for_page
from symptoms.inbox.selectors.queue import Row, queue_for_page
from symptoms.lib import clock
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag
from symptoms.triage.models import Flag, FlaggedEntry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

SORE: dict[str, int | None] = {"sore-throat": 1}


def day(ago: int) -> date:
    return clock.local_day(clock.now(), "Europe/London") - timedelta(days=ago)


def logged(cast: Cast, grades: dict[str, int | None], ago: int = 0, **fields: Any) -> Entry:
    entry = make_entry(cast.ana_log, grades, day=day(ago), **fields)
    assess_entry(entry_id=entry.pk)
    return entry


def row(cast: Cast) -> Row:
    (one,) = queue_for_page(clinic=cast.clinic, state="waiting", number=1, reader=cast.lindqvist).rows
    return one


def panel(cast: Cast) -> Panel:
    return flag_for_page(flag=Flag.objects.get(), clinic=cast.clinic, reader=cast.lindqvist)


def page(cast: Cast, nurse: Client) -> str:
    answer = nurse.get(reverse("inbox:flag", args=[cast.clinic.pk, Flag.objects.get().pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_row_shows_the_leading_entry_how_many_more_and_since_when(cast: Cast, nurse: Client, queue_url: str) -> None:
    for ago in (2, 1):
        logged(cast, SORE, ago)
    logged(cast, {"sore-throat": 3})
    one = row(cast)
    assert (one.what, one.more, one.runs_since) == ("Sore throat (severe)", 2, day(2))
    html = nurse.get(queue_url).content.decode()
    assert "And 2 more entries." in html
    assert "Goes on since" in html


def test_row_of_one_entry_says_nothing_of_others(cast: Cast, nurse: Client, queue_url: str) -> None:
    logged(cast, SORE)
    assert (row(cast).more, row(cast).runs_since, row(cast).says) == (0, None, "")
    html = nurse.get(queue_url).content.decode()
    assert "more entr" not in html
    assert "Goes on since" not in html


def test_entries_of_one_day_are_one_row(cast: Cast) -> None:
    logged(cast, SORE)
    logged(cast, {"pee-pain": 1, "pee-often": 1})
    assert (row(cast).tier, row(cast).more) == ("same-day", 1)


def test_a_deleted_entry_is_not_counted(cast: Cast) -> None:
    logged(cast, SORE, 1)
    entry = logged(cast, SORE)
    delete_entry(entry=entry, by=cast.ana)
    assert row(cast).more == 0
    assess_entry(entry_id=entry.pk)
    assert row(cast).more == 0


def test_row_says_why_the_leading_entry_is_here_where_another_is_more_urgent(cast: Cast) -> None:
    logged(cast, {"pee-pain": 1, "pee-often": 1, "sore-throat": 1}, 1)
    acknowledge_flag(flag=Flag.objects.get(), by=cast.okoye)
    logged(cast, {"sore-throat": 3})
    one = row(cast)
    assert (one.tier, one.what) == ("same-day", "Sore throat (severe)")
    assert "could not be checked" not in one.why


@pytest.mark.parametrize(
    ("answer", "told"),
    [(Urgency.YES, "The patient says: urgent"), (Urgency.NO, "The patient says: not urgent")],
)
def test_what_the_patient_answered_stands_in_row_and_panel(
    cast: Cast, nurse: Client, queue_url: str, answer: Urgency, told: str
) -> None:
    entry = logged(cast, {"joint-pain": 3})
    answer_urgency(entry=entry, answer=answer, by=cast.ana)
    assess_entry(entry_id=entry.pk)
    assert row(cast).says == told
    assert told in nurse.get(queue_url).content.decode()
    assert panel(cast).says == told


def test_panel_says_that_the_question_was_not_answered_only_where_it_was_asked(cast: Cast, nurse: Client) -> None:
    logged(cast, {"joint-pain": 3})
    assert "The patient did not answer whether it is urgent." in page(cast, nurse)
    Flag.objects.all().delete()
    logged(cast, SORE, 5)
    assert panel(cast).says == ""


def test_not_urgent_does_not_stand_behind_the_others_of_its_tier(cast: Cast) -> None:
    first = logged(cast, {"joint-pain": 3})
    other = make_entry(cast.bo_log, SORE)
    assess_entry(entry_id=other.pk)
    answer_urgency(entry=first, answer=Urgency.NO, by=cast.ana)
    assess_entry(entry_id=first.pk)
    assert list(Flag.objects.by_urgency().values_list("entry", flat=True)) == [first.pk, other.pk]


def test_panel_lists_all_entries_the_newest_first(cast: Cast, nurse: Client) -> None:
    first = logged(cast, SORE, 2, note="It began at night.")
    second, third = logged(cast, SORE, 1), logged(cast, {"sore-throat": 3})
    found = panel(cast)
    assert [line.entry.pk for line in found.lines] == [third.pk, second.pk, first.pk]
    assert [line.leads for line in found.lines] == [True, False, False]
    assert [line.raised for line in found.lines] == [True, False, True]
    assert all(line.why and line.tier == "prompt" for line in found.lines)
    html = page(cast, nurse)
    for words in ("Goes on since", "All 3 entries", "It began at night.", "More of the same.", "Brought news."):
        assert words in html


def test_panel_shows_ten_and_counts_the_rest(cast: Cast, nurse: Client) -> None:
    for ago in range(12, -1, -1):
        make_entry(cast.ana_log, SORE, day=day(ago))
    entries = list(Entry.objects.order_by("-day"))
    for entry in entries:
        assess_entry(entry_id=entry.pk)
    flag = Flag.objects.order_by("pk")[0]
    FlaggedEntry.objects.update(flag=flag)
    Flag.objects.exclude(pk=flag.pk).delete()
    found = panel(cast)
    assert [line.entry.day for line in found.lines] == [day(n) for n in range(10)]
    assert (found.earlier, found.number_of_entries) == (3, 13)
    assert "And 3 earlier entries, in the full diary." in page(cast, nurse)


def test_panel_hides_what_a_deleted_entry_said(cast: Cast, nurse: Client) -> None:
    first = logged(cast, SORE, 1, note="secret words")
    logged(cast, SORE)
    delete_entry(entry=first, by=cast.ana)
    assess_entry(entry_id=first.pk)
    html = page(cast, nurse)
    assert "secret words" not in html
    assert html.count("The patient took this entry out of the diary.") == 1


@pytest.mark.parametrize("damaged", [None, 7, [["x"]], [["P01", "cough", "no-tier", 1]]])
def test_panel_stands_where_what_spoke_cannot_be_read(cast: Cast, nurse: Client, damaged: Any) -> None:
    logged(cast, SORE, 1)
    logged(cast, SORE)
    FlaggedEntry.objects.update(alarms=damaged)
    assert "Entries in this row" in page(cast, nurse)


def test_history_leaves_out_more_of_the_same_and_names_the_day_of_another_entry(cast: Cast) -> None:
    logged(cast, SORE, 2)
    logged(cast, SORE, 1)
    logged(cast, {"sore-throat": 3})
    told = [str(step.what) for step in panel(cast).steps]
    assert not any("More of the same" in what for what in told)
    assert any("about the entry of" in step.who for step in panel(cast).steps)


def test_one_answer_closes_all_entries_of_the_row(cast: Cast) -> None:
    logged(cast, SORE, 1)
    logged(cast, SORE)
    resolve_flag(flag=Flag.objects.get(), by=cast.okoye, note="Rest.")
    waiting = queue_for_page(clinic=cast.clinic, state="waiting", number=1, reader=cast.lindqvist)
    assert (waiting.rows, waiting.waiting) == ([], 0)


@pytest.mark.parametrize("entries", [2, 12])
def test_panel_takes_the_same_queries_however_long_the_run_is(
    cast: Cast, nurse: Client, entries: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for ago in range(entries - 1, -1, -1):
        make_entry(cast.ana_log, SORE, day=day(ago))
    for entry in Entry.objects.all():
        assess_entry(entry_id=entry.pk)
    flag = Flag.objects.order_by("pk")[0]
    FlaggedEntry.objects.update(flag=flag)
    Flag.objects.exclude(pk=flag.pk).delete()
    url = reverse("inbox:flag", args=[cast.clinic.pk, flag.pk])
    with django_assert_max_num_queries(25):
        nurse.get(url)


def test_digest_changes_when_an_entry_joins(cast: Cast) -> None:
    def digest() -> str:
        return queue_for_page(clinic=cast.clinic, state="waiting", number=1, reader=cast.lindqvist).digest

    logged(cast, SORE, 1)
    before = digest()
    logged(cast, SORE)
    assert digest() != before
