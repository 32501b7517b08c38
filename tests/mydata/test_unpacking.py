"""Uploads by people who mean harm, or who took the wrong file."""

import copy
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from symptoms.accounts.models import User
from symptoms.diary.models import Entry
from symptoms.mydata import unpacking
from symptoms.mydata.actions import bring_back
from symptoms.mydata.placed_json import NotJson, read
from symptoms.mydata.unpacking import NotADiary, unpack
from symptoms.sharing.models import Grant, Patient
from tests.factories.cast import Cast, make_patient, make_user
from tests.factories.diary import make_entry
from tests.mydata import rich
from tests.mydata.rich import zip_of

NESTED = "[" * 200_000


def zipped(**files: Any) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out


def diary(text: str) -> io.BytesIO:
    return zipped(**{"diary.json": text}, **_photos())


def _photos() -> dict[str, bytes]:
    """Return the photos of the rich diary, once it was filled."""
    if not _files:
        return {}
    with zipfile.ZipFile(io.BytesIO(_files[0])) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith("photos/")}


_files: list[bytes] = []


@pytest.fixture
def said(cast: Cast) -> dict[str, Any]:
    """Return the rich diary as its file says it. The file is made once; the diary itself is in no later database."""
    if not _files:
        _files.append(zip_of(patient=rich.fill(cast), by=cast.ana).getvalue())
    with zipfile.ZipFile(io.BytesIO(_files[0])) as archive:
        return dict(json.loads(archive.read("diary.json")))


@pytest.fixture
def again(cast: Cast) -> Patient:
    return make_patient(make_user("Ana Again"))


def refused(upload: io.BytesIO) -> str:
    with pytest.raises(NotADiary) as told:
        unpack(upload)
    return str(told.value)


# -- the ZIP


@pytest.mark.parametrize(
    "raw", [b"", b"PK\x03\x04", b"%PDF-1.7", b"<html>", b"\x89PNG\r\n", b"PK\x05\x06" + b"\0" * 18, b"x" * 100_000]
)
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    assert "ZIP" in refused(io.BytesIO(raw))


@pytest.mark.parametrize(
    "name", ["../diary.json", "/etc/passwd", "a/b/c.csv", "..\\x.json", "C:\\x.json", "x\n.json", ".hidden", "a" * 300]
)
def test_a_file_of_another_name_is_refused(name: str) -> None:
    assert "does not belong" in refused(zipped(**{"diary.json": "{}", name: ""}))


def test_a_zip_with_nothing_of_ours_is_refused() -> None:
    assert "diary.json" in refused(zipped(**{"other.json": "{}"}))


def test_two_of_one_name_are_refused() -> None:
    upload = diary("{}")
    with zipfile.ZipFile(upload, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("diary.json", "{}")
    assert "same name" in refused(upload)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_JSON", 10_000)
    assert "too large" in refused(diary(" " * 10_000_000))


def test_a_bomb_that_lies_about_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_JSON", 10_000)
    raw = bytearray(diary(" " * 1_000_000).getvalue())
    size = (1_000_000).to_bytes(4, "little")
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = (100).to_bytes(4, "little")
    refused(io.BytesIO(bytes(raw)))


@pytest.mark.parametrize("row", ["0,", "{},", '"",'])
@pytest.mark.parametrize("whole", ['{"people": [%s0]}', '{"entries": [%s0]}', '{"other": {"a": [%s0]}}'])
def test_a_bomb_of_small_values_is_refused_before_they_are_made(row: str, whole: str) -> None:
    """A hundred kilobytes hold fifty million zeros, which in memory would be gigabytes."""
    upload = diary(whole % (row * 6_000_000))
    tracemalloc.start()
    told = refused(upload)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "too many" in told
    assert most < 8 * 6_000_000 * len(row)


def test_more_rows_than_a_diary_has_are_refused_as_they_come() -> None:
    with pytest.raises(NotJson) as told:
        read('{"a": [1, 2],\n"b": [3, 4]}', most_items=3, most_values=100)
    assert (told.value.line, told.value.why) == (2, "there are too many rows")


def test_too_many_files_are_refused() -> None:
    assert "too many" in refused(zipped(**{f"n{n}.csv": "" for n in range(unpacking.MOST_MEMBERS + 1)}))


# -- the JSON


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("[]", 1),
        ("nul", 1),
        ('{"a": 1,\n"b": }', 2),
        ('{"a": [1,\n2,\n}', 3),
        ('{"a": [' + NESTED, 1),
        ('{"a": ' + NESTED, 1),
        ('{"a": NaN}', 1),
        ('{"a": 1}\n{}', 2),
        ('{"a": 1,\n"a": 2}', 2),
        ("{1: 2}", 1),
        ('{"a": ' + "9" * 10_000 + "}", 1),
    ],
)
def test_what_is_no_json_is_told_by_its_line(text: str, line: int) -> None:
    with pytest.raises(NotJson) as told:
        read(text, most_items=100, most_values=100_000)
    assert told.value.line == line


def test_rows_know_their_lines() -> None:
    text = '{"a": [\n1,\n\n{"x": [2]}], "b": {"c": 1}, "d": []}'
    found = read(text, most_items=2, most_values=100)
    assert found.lists == {"a": [(2, 1), (4, {"x": [2]})], "d": []}
    assert found.values == {"b": {"c": 1}}


def test_bytes_that_are_no_text_are_told_by_their_line() -> None:
    assert "line 2" in refused(zipped(**{"diary.json": b'{"a":\n"\xff"}'}))


@pytest.mark.parametrize("text", ["{}", '{"format": "other"}', '{"format": "kesimpta-tracker-diary", "version": 99}'])
def test_another_format_is_refused(text: str) -> None:
    assert "diary" in refused(diary(text)) or "version" in refused(diary(text))


def set_row(table: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda said: said[table][0].update(values)


WRONG: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("day", set_row("entries", day="2026-02-31")),
    ("day", set_row("entries", day="0001-01-01")),
    ("happened_at", set_row("entries", happened_at="2026-01-01T99:00:00Z")),
    ("note", set_row("entries", note="x" * 5001)),
    ("cannot be kept", set_row("entries", note="a\0b")),
    ("cannot be kept", set_row("entries", note="\ud800")),
    ("note", set_row("entries", note=5)),
    ("time_zone", set_row("entries", time_zone="Mars/Olympus")),
    ("revision", set_row("entries", revision=0)),
    ("revision", set_row("entries", revision=True)),
    ("idempotency_key", set_row("entries", idempotency_key="1")),
    ("patient", set_row("entries", patient="9b0e7c1c-0000-4000-8000-000000000000")),
    ("assessed_revision", set_row("entries", assessed_revision=9)),
    ("author", set_row("entries", author=99)),
    ("author", set_row("entries", author=-1)),
    ("entry", set_row("reports", entry=10_000)),
    ("grade", set_row("reports", grade=5)),
    ("answers", set_row("reports", answers={"shell": "rm"})),
    ("sudden", set_row("reports", answers={"sudden": "maybe"})),
    ("said", set_row("entry_versions", said={})),
    ("said", set_row("injection_versions", said={"at": "x"})),
    ("becomes", set_row("injection_plan_changes", becomes=["x"])),
    ("test", set_row("blood_tests", test="no-such-test")),
    ("analyte", set_row("results", analyte="no-such-value")),
    ("value", set_row("results", value="1e400")),
    ("value", set_row("results", value="NaN")),
    ("id", set_row("entries", id="1; DROP TABLE")),
    ("number of its own", lambda said: said["entries"].append(copy.deepcopy(said["entries"][0]))),
    ("twice", lambda said: said["people"].append(said["people"][0])),
    ("format", lambda said: said["person"].pop("country")),
    ("properties", lambda said: said["person"].update(is_staff=True)),
]


@pytest.mark.parametrize(("word", "spoil"), WRONG[:-2] + WRONG[-1:])
def test_a_wrong_row_is_told_with_its_line_and_nothing_of_it(
    said: dict[str, Any], word: str, spoil: Callable[[dict[str, Any]], None]
) -> None:
    spoil(said)
    told = refused(diary(json.dumps(said, indent=0)))
    assert word in told
    assert "diary.json, line " in told


def test_at_most_twenty_faults_are_told(said: dict[str, Any]) -> None:
    for _more in range(100):
        said["reports"].append({"entry": 1})
    with pytest.raises(NotADiary) as told:
        unpack(diary(json.dumps(said)))
    assert len(told.value.faults) == unpacking.MOST_FAULTS


# -- what is written


MODELLED: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("future", set_row("entries", day="2099-01-01")),
    ("future", set_row("injections", at="2099-01-01T00:00:00Z")),
    ("no-such-symptom", set_row("reports", symptom="no-such-symptom")),
    ("cannot be read", set_row("setting_changes", kind="fever", was="x", becomes="y")),
    ("cannot be read", set_row("setting_changes", kind="expected", becomes={"grade": 2})),
    ("cannot be read", set_row("setting_changes", kind="usual", becomes={"grade": 9})),
    ("cannot be read", set_row("results", unit="furlong")),
    ("does not fit", set_row("entries", temperature_c="99.00")),
    ("does not fit", lambda said: said["reports"].append(said["reports"][0])),
    ("does not fit", lambda said: said["injection_plan"].append(said["injection_plan"][0])),
    ("time zone", lambda said: said["person"].update(time_zone="Mars/Olympus")),
]


@pytest.mark.parametrize(("word", "spoil"), MODELLED)
def test_a_row_that_cannot_be_is_refused_and_nothing_is_written(
    said: dict[str, Any], again: Patient, word: str, spoil: Callable[[dict[str, Any]], None]
) -> None:
    spoil(said)
    people = User.objects.count()
    with pytest.raises(NotADiary, match=word):
        bring_back(patient=again, diary=unpack(diary(json.dumps(said))), by=again.user)
    assert not Entry.objects.filter(patient=again).exists()
    assert User.objects.count() == people


def test_a_file_gives_nobody_access_and_touches_nobody_else(cast: Cast, said: dict[str, Any], again: Patient) -> None:
    """Grants, clinics, addresses, second factors and roles of a file are read by people only."""
    make_entry(cast.bo_log, {"headache": 1})
    before = {entry.pk for entry in Entry.objects.all()}
    said["people"].append({"id": 77, "name": "Dr Far", "me": False})
    said["sharing"][0].update(user=77)
    bring_back(patient=again, diary=unpack(diary(json.dumps(said))), by=again.user)
    assert not Grant.objects.filter(patient=again).exists()
    assert not again.calendarfeed_set.exists() and not again.remindercopy_set.exists()
    assert {entry.pk for entry in Entry.objects.exclude(patient=again)} == before
    again.user.refresh_from_db()
    assert (again.user.email, again.user.is_staff) == ("again@example.org", False)
    for stranger in User.objects.filter(email__endswith="@imported.invalid"):
        assert not stranger.is_active and not stranger.has_usable_password()
        assert stranger.name.endswith(" (imported)")
    assert not User.objects.filter(name="Dr Far (imported)").exists()


def test_somebody_with_a_name_of_this_tracker_is_not_that_person(
    cast: Cast, said: dict[str, Any], again: Patient
) -> None:
    bring_back(patient=again, diary=unpack(diary(json.dumps(said))), by=again.user)
    writers = set(Entry.objects.filter(patient=again).values_list("author", flat=True))
    assert cast.sam.pk not in writers and cast.ana.pk not in writers


def test_text_is_kept_as_it_is_and_run_by_nobody(cast: Cast, said: dict[str, Any], again: Patient) -> None:
    text = "{{7*7}} ${7*7} %(SECRET_KEY)s <script>alert(1)</script> \\u0000 __import__('os')"
    said["entries"][0]["note"] = text
    bring_back(patient=again, diary=unpack(diary(json.dumps(said))), by=again.user)
    assert Entry.objects.filter(patient=again, note=text).count() == 1
