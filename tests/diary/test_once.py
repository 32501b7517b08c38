"""One page leads to one entry: double click, Back and resubmit, two requests at once."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, delete_entry, save_entry
from symptoms.diary.models import Entry, EntryVersion
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from tests.diary.conftest import only_entry
from tests.factories.cast import Cast, make_cast

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


def test_the_same_page_twice_is_one_entry(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "2", "vision-blurred": "1"}, temperature="38,4", note="Once.\r\nOnly.")
    first, second = as_ana.post(log_url, said), as_ana.post(log_url, said)
    assert first.headers["Location"] == second.headers["Location"]
    assert only_entry().revision == 1
    assert not EntryVersion.objects.exists()
    assert Event.objects.filter(verb="diary.entry-saved").count() == 1


def test_back_and_one_more_tick_changes_the_one_entry(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "2"})
    as_ana.post(log_url, said)
    as_ana.post(log_url, said | {"s": ["headache", "swelling-face"], "asked": ["headache", "swelling-face"]})
    entry = only_entry()
    assert set(entry.reports.values_list("symptom__slug", flat=True)) == {"headache", "swelling-face"}
    assert entry.revision == 2
    assert entry.assessed_revision < entry.revision


def test_an_old_page_sent_again_does_not_undo_a_change(as_ana: Client, log_url: str, fields: Fields) -> None:
    first = fields({"headache": "2"})
    as_ana.post(log_url, first)
    as_ana.post(log_url, first | {"note": "Worse now."})
    as_ana.post(log_url, first)
    assert only_entry().note == "Worse now."


def test_a_caregivers_changed_page_is_a_second_entry_once(
    as_sam: Client, cast: Cast, log_url: str, fields: Fields
) -> None:
    said = fields({"headache": "2"})
    as_sam.post(log_url, said)
    for _again in range(2):
        as_sam.post(log_url, said | {"note": "And shivery."})
    assert sorted(Entry.objects.values_list("note", flat=True)) == ["", "And shivery."]
    assert set(Entry.objects.values_list("author", flat=True)) == {cast.sam.pk}


def test_a_deleted_entry_does_not_come_back(as_ana: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "2"})
    as_ana.post(log_url, said)
    delete_entry(entry=only_entry(), by=cast.ana)
    answer = as_ana.post(log_url, said)
    assert answer.headers["Location"] == log_url
    assert not Entry.objects.live().exists()


def test_the_same_key_of_another_patient_is_nobodys_business(cast: Cast) -> None:
    key, day = uuid4(), clock.local_day(clock.now(), "UTC")
    for patient in (cast.ana_log, cast.bo_log):
        save_entry(patient=patient, said=EntrySaid(day), idempotency_key=key, by=patient.user)
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_are_one_entry() -> None:
    patient = make_cast().ana_log
    key, ready, made = uuid4(), Barrier(8), []

    def press() -> None:
        ready.wait()
        made.append(_save(patient, key).pk)
        connection.close()

    threads = [Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert only_entry().reports.count() == 1


def _save(patient: Patient, key: UUID) -> Entry:
    said = EntrySaid(
        clock.local_day(clock.now(), patient.time_zone),
        [ReportSaid(Symptom.objects.get(slug="headache"), 2, {"sudden": "no"})],
    )
    return save_entry(patient=patient, said=said, idempotency_key=key, by=patient.user)
