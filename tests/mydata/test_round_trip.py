"""What is downloaded comes back equal."""

import io
import json
import zipfile
from typing import Any

import pytest

from symptoms.mydata.actions import NotEmpty, bring_back, download, importing
from symptoms.mydata.tables import TABLES
from symptoms.mydata.unpacking import unpack
from symptoms.sharing.models import Patient
from tests.factories.cast import Cast, make_patient, make_user
from tests.mydata import rich

RESTORED = [table.name for table in TABLES if table.restored]


def packed(patient: Patient) -> io.BytesIO:
    return io.BytesIO(download(patient=patient, by=patient.user))


def said(file: io.BytesIO) -> dict[str, Any]:
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
    assert flagged(one) == flagged(two)


def judged(found: dict[str, Any]) -> dict[int, Any]:
    rows = [row for row in found["assessments"] if row["is_current"]]
    return {row["entry"]: (row["tier"], row["checked"], row["result"]) for row in rows}


def flagged(found: dict[str, Any]) -> set[int]:
    return {row["entry"] for row in found["flagged_entries"]}


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
