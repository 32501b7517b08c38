"""What is downloaded comes back equal."""

import json
import zipfile
from datetime import timedelta
from typing import IO, Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry, stir_entries
from symptoms.diary.models import Entry
from symptoms.inbox.selectors.queue import queue_for_page
from symptoms.lib import clock
from symptoms.mydata.actions import NotEmpty, bring_back, importing
from symptoms.mydata.tables import TABLES
from symptoms.mydata.unpacking import unpack
from symptoms.sharing.models import Patient
from symptoms.triage.actions import assess_entry
from symptoms.triage.models import Flag
from tests.factories.cast import Cast, make_patient, make_user, share
from tests.factories.diary import make_entry
from tests.mydata import rich
from tests.mydata.rich import zip_of

LAST_YEAR = clock.local_day(clock.now(), "UTC") - timedelta(days=365)
RESTORED = [table.name for table in TABLES if table.restored]


def packed(patient: Patient) -> IO[bytes]:
    return zip_of(patient=patient, by=patient.user)


def said(file: IO[bytes]) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        return dict(json.loads(archive.read("diary.json")))


def test_every_table_of_the_rich_diary_has_rows(cast: Cast) -> None:
    """Else the round trip below would compare nothing with nothing."""
    found = said(packed(rich.fill(cast)))
    assert [name for name in RESTORED if not found[name]] == []


def test_an_export_that_is_imported_exports_equal_rows(cast: Cast) -> None:
    first = packed(rich.fill(cast))
    other = make_patient(make_user("Ana Again"))
    assert bring_back(patient=other, diary=unpack(first), by=other.user) == sum(
        len(said(first)[name]) for name in RESTORED
    )
    second = said(packed(Patient.objects.get(pk=other.pk)))
    for name in RESTORED:
        assert second[name] == said(first)[name], name
    kept = {"name", "email", "language", "theme"}
    assert {k: v for k, v in second["person"].items() if k not in kept} == {
        k: v for k, v in said(first)["person"].items() if k not in kept
    }


def test_triage_says_the_same_of_an_imported_diary(cast: Cast) -> None:
    first = packed(rich.fill(cast))
    other = make_patient(make_user("Ana Again"))
    bring_back(patient=other, diary=unpack(first), by=other.user)
    rich.assess_all()
    one, two = said(first), said(packed(Patient.objects.get(pk=other.pk)))
    assert judged(one) == judged(two)
    recent = clock.local_day(clock.now(), "UTC") - timedelta(days=1)
    rows = {row["id"] for row in one["entries"] if row["day"] >= recent.isoformat()}
    assert flagged(one) & rows <= flagged(two) < flagged(one)


def judged(found: dict[str, Any]) -> dict[int, Any]:
    rows = [row for row in found["assessments"] if row["is_current"]]
    return {row["entry"]: (row["tier"], row["checked"], row["result"]) for row in rows}


def flagged(found: dict[str, Any]) -> set[int]:
    return {row["entry"] for row in found["flagged_entries"]}


@pytest.fixture
def old(cast: Cast) -> Entry:
    """An emergency of a year ago, brought back by Bo, who shares with a clinic."""
    share(cast.bo_log, cast.far_clinic)
    first = make_entry(cast.ana_log, {"swelling-face": 3}, day=LAST_YEAR)
    long_ago = clock.now() - timedelta(days=365)
    Entry.objects.filter(pk=first.pk).update(made_at=long_ago, saved_at=long_ago)
    bring_back(patient=cast.bo_log, diary=unpack(packed(cast.ana_log)), by=cast.bo)
    return Entry.objects.get(patient=cast.bo_log)


def test_days_gone_by_are_judged_and_call_nobody(cast: Cast, old: Entry, client: Client) -> None:
    """A clinic that is shared with is not called to an emergency of last year, nor told that it was not looked at."""
    page = queue_for_page(clinic=cast.far_clinic, state="waiting", number=1, reader=cast.far)
    assert (page.rows, page.late) == ([], [])
    said = assess_entry(entry_id=old.pk)
    assert said and said.tier == "emergency"
    stir_entries(patient=cast.bo_log, since=old.happened_at)
    assert assess_entry(entry_id=old.pk)
    assert not Flag.objects.exists()
    client.force_login(cast.bo)
    html = client.get(reverse("triage:advice", args=[cast.bo_log.pk, old.pk])).content.decode()
    assert "Call 999" in html
    assert "is being put on the list" not in html
    assert "It is not on the list of Far clinic." in html


def test_an_imported_entry_that_is_touched_again_calls(cast: Cast, old: Entry) -> None:
    assess_entry(entry_id=old.pk)
    said = EntrySaid(old.day, [ReportSaid(one.symptom, one.grade) for one in old.reports.all()], note="again")
    change_entry(entry=old, said=said, by=cast.bo)
    assess_entry(entry_id=old.pk)
    assert Flag.objects.get().entry_id == old.pk


def test_what_is_new_after_an_import_calls_as_ever(cast: Cast, old: Entry) -> None:
    today = clock.local_day(clock.now(), cast.bo.time_zone)
    for day in (today, today - timedelta(days=20)):  # written down now, of a day before the import
        entry = make_entry(cast.bo_log, {"swelling-face": 3}, day=day)
        assess_entry(entry_id=entry.pk)
        assert Flag.objects.filter(entry=entry).exists()


def test_what_an_import_brings_of_today_calls(cast: Cast) -> None:
    make_entry(cast.ana_log, {"swelling-face": 3})
    bring_back(patient=cast.bo_log, diary=unpack(packed(cast.ana_log)), by=cast.bo)
    assess_entry(entry_id=Entry.objects.get(patient=cast.bo_log).pk)
    assert Flag.objects.filter(patient=cast.bo_log).exists()


def test_nothing_is_mixed_into_a_diary_that_stands(cast: Cast) -> None:
    file = packed(rich.fill(cast))
    with pytest.raises(NotEmpty):
        bring_back(patient=cast.ana_log, diary=unpack(file), by=cast.ana)


def test_notes_are_read_once_as_whose_they_are(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "She" in Sam's note is Ana: also after the import. What is over the limit is read when it is judged."""
    rich.fill(cast)
    first = packed(cast.ana_log)
    other, last = make_patient(make_user("Ana Again")), make_patient(make_user("Ana Last"))
    bring_back(patient=other, diary=unpack(first), by=other.user)
    fields = ("idempotency_key", "note_found", "note_edition")
    assert set(map(str, other.entry_set.values_list(*fields))) == set(
        map(str, cast.ana_log.entry_set.values_list(*fields))
    )
    monkeypatch.setattr(importing, "NOTES_READ", 0)
    bring_back(patient=last, diary=unpack(first), by=last.user)
    assert set(last.entry_set.exclude(note="").values_list("note_found", "note_edition")) == {(None, "")}
