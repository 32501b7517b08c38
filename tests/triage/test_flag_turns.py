"""Who decides about the flags of a patient at one moment, and what that costs."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry, save_entry
from symptoms.diary.models import Entry
from symptoms.triage import actions
from symptoms.triage.models import Assessment, Flag, FlaggedEntry
from tests.factories.cast import Cast, make_cast
from tests.factories.diary import make_entry
from tests.triage.runs import SORE, day, flag_of, logged

# The entry, its facts (blood tests too), the proof, the day for reminders; and where it joins: the turn, its grades,
# what is known, when it was logged, the flag, line, event.
QUIET = 14
JOINING = 21


def test_the_queries_of_an_assessment_do_not_grow_with_the_run(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for ago in (12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2):
        logged(cast, SORE, ago)
    quiet = make_entry(cast.ana_log, {"headache": 1})
    with django_assert_max_num_queries(QUIET):
        actions.assess_entry(entry_id=quiet.pk)
    joining = make_entry(cast.ana_log, SORE, day=day(1))
    with django_assert_max_num_queries(JOINING):
        actions.assess_entry(entry_id=joining.pk)
    assert flag_of(joining).lines.count() == 12


@pytest.mark.django_db(transaction=True)
def test_two_entries_assessed_at_the_same_moment_make_one_row() -> None:
    cast = make_cast()
    entries = [make_entry(cast.ana_log, SORE, day=day(ago)) for ago in (2, 1, 1, 0)]
    start = Barrier(len(entries))
    done: list[Assessment | None] = []

    def run(entry: Entry) -> None:
        start.wait()
        done.append(actions.assess_entry(entry_id=entry.pk))
        connection.close()

    _together([lambda entry=entry: run(entry) for entry in entries])  # type: ignore[misc]
    assert len([one for one in done if one is not None]) == 4
    assert Flag.objects.count() == 1
    assert FlaggedEntry.objects.filter(raised=True).count() == 1
    assert FlaggedEntry.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_saving_changing_answering_and_assessing_at_once_never_lock_each_other_out() -> None:
    cast = make_cast()
    entries = [make_entry(cast.ana_log, SORE, day=day(ago)) for ago in (2, 1, 0)]
    start = Barrier(4)
    wrong: list[DatabaseError] = []

    def run(what: Callable[[Cast, list[Entry]], None]) -> None:
        start.wait()
        try:
            what(cast, entries)
        except DatabaseError as error:
            wrong.append(error)
        finally:
            connection.close()

    _together([lambda one=one: run(one) for one in (_change, _add, _assess, _acknowledge)])  # type: ignore[misc]
    assert wrong == []
    _assess(cast, entries)
    flagged = Assessment.objects.filter(is_current=True, tier__in=["same-day", "prompt"])
    assert flagged.exists()
    assert not flagged.exclude(entry__in=FlaggedEntry.objects.values("entry")).exists()


def _sore(n: int) -> EntrySaid:
    return EntrySaid(day=day(n % 3), reports=[ReportSaid(Symptom.objects.get(slug="sore-throat"), 1 + n % 4)])


def _change(cast: Cast, entries: list[Entry]) -> None:
    for n in range(10):
        change_entry(entry=entries[n % 3], said=_sore(n), by=cast.ana)


def _add(cast: Cast, entries: list[Entry]) -> None:
    for n in range(10):
        save_entry(patient=cast.ana_log, said=_sore(n), idempotency_key=uuid4(), by=cast.ana)


def _assess(cast: Cast, entries: list[Entry]) -> None:
    for _ in range(12):
        for entry in Entry.objects.unassessed():
            actions.assess_entry(entry_id=entry.pk)


def _acknowledge(cast: Cast, entries: list[Entry]) -> None:
    for _ in range(12):
        for flag in Flag.objects.filter(state="waiting"):
            with suppress(actions.AlreadyTaken):
                actions.acknowledge_flag(flag=flag, by=cast.okoye)


def _together(runs: list[Callable[[], None]]) -> None:
    threads = [Thread(target=run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
