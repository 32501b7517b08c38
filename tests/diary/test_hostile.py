"""Values that no page sends: each is refused in words or stored as it is, none breaks the page."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from symptoms.diary.models import Entry
from tests.diary.conftest import only_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "name",
    [
        "s",
        "key",
        "day",
        "note",
        "temperature",
        "temperature_unit",
        "temperature_meant",
        "grade-headache",
        "sudden-headache",
        "asked",
        "minutes-vision-blurred",
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        "\x00",
        "a\x00b",
        "\U0001f9e0",
        "e" + "\u0301" * 10_000,
        "x" * 400_000,
        "{{7*7}}{% debug %}",
        "%(a)s",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "\x1b[2J\r\n",
        "[]",
        "-1",
        "1e999",
        "٣",
    ],
)
def test_no_value_breaks_the_log(as_ana: Client, log_url: str, fields: Fields, name: str, value: str) -> None:
    said = fields({"headache": "2", "vision-blurred": "1"}) | {name: value}
    answer = as_ana.post(log_url, said)
    assert answer.status_code in {200, 303}
    assert "<script>alert" not in answer.content.decode()
    assert as_ana.post(f"{log_url}draft/", said).status_code in {204, 413}
    assert as_ana.get(log_url).status_code == 200


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%FF%FE", "%00", "%F0%9F%A7%A0", "%C3%28"])
def test_broken_letters_are_stored_as_something_or_refused(
    as_ana: Client, log_url: str, fields: Fields, raw: str
) -> None:
    body = f"day={fields()['day']}&s=headache&asked=headache&grade-headache=2&note=a{raw}b&key={uuid4()}"
    assert as_ana.post(log_url, body, content_type=FORM).status_code == 303
    assert "\x00" not in only_entry().note


@pytest.mark.parametrize(
    ("note", "stored"),
    [
        ("caf\u00e9 \U0001f9e0", "caf\u00e9 \U0001f9e0"),
        ("tab\there", "tab\there"),
        ("two\r\nlines", "two\nlines"),
        ("be\x07ll\x00", "bell"),
        ("o\u0301" * 2500, "o\u0301" * 2500),
        ("  spaces  ", "spaces"),
    ],
)
def test_a_note_is_stored_as_it_reads(as_ana: Client, log_url: str, fields: Fields, note: str, stored: str) -> None:
    as_ana.post(log_url, fields({"headache": "2"}, note=note))
    assert only_entry().note == stored


@pytest.mark.parametrize(("length", "over"), [(5001, "1 sign too long"), (400_000, "395000 signs too long")])
def test_a_note_that_is_too_long_is_told_by_how_much(
    as_ana: Client, log_url: str, fields: Fields, length: int, over: str
) -> None:
    page = as_ana.post(log_url, fields({"headache": "2"}, note="x" * length)).content.decode()
    assert over in page
    assert not Entry.objects.exists()


def test_ten_thousand_fields_are_refused(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "2"}) | {f"x{n}": "1" for n in range(10_000)}
    assert as_ana.post(log_url, said).status_code == 400
    assert as_ana.post(f"{log_url}draft/", said).status_code == 400
    assert not Entry.objects.exists()


def test_a_huge_body_is_refused(as_ana: Client, log_url: str) -> None:
    assert as_ana.post(log_url, "note=" + "x" * 5_000_000, content_type=FORM).status_code in {400, 413}


def test_every_symptom_at_once_is_saved(as_ana: Client, log_url: str, fields: Fields) -> None:
    slugs = [chip.slug for area in as_ana.get(log_url).context["page"].areas for chip in area.chips]
    assert len(slugs) == 128
    assert as_ana.post(log_url, fields(dict.fromkeys(slugs, "1"))).status_code == 303
    assert only_entry().reports.count() == 128


def test_the_same_tick_twice_is_one_report(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, fields({"headache": "2"}) | {"s": ["headache", "headache"]})
    assert only_entry().reports.count() == 1


def test_more_ticks_than_there_are_symptoms(as_ana: Client, log_url: str, fields: Fields) -> None:
    answer = as_ana.post(log_url, fields() | {"s": [f"x-{n}" for n in range(900)]})
    assert "We do not know one of the things you ticked." in answer.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("day", ["2026-11-22T00:00", "20261122", "2026-W47-7", " 2026-11-22"])
def test_other_ways_to_write_a_day_are_refused(as_ana: Client, log_url: str, fields: Fields, day: str) -> None:
    as_ana.post(log_url, fields({"headache": "2"}, day=day))
    assert not Entry.objects.filter(day__gt=date(1900, 1, 1)).exists()


class TestWho:
    """Strangers get 404, readers who want to write get 403, and nothing is written."""

    @pytest.fixture
    def urls(self, cast: Cast) -> dict[str, str]:
        entry = make_entry(cast.ana_log, {"headache": 2})
        base = f"/p/{cast.ana_log.pk}"
        return {
            "log": f"{base}/log/",
            "none": f"{base}/log/none/",
            "same": f"{base}/log/same/",
            "draft": f"{base}/log/draft/",
            "edit": f"{base}/entries/{entry.pk}/edit/",
            "delete": f"{base}/entries/{entry.pk}/delete/",
            "month": f"{base}/diary/",
            "entry": f"{base}/entries/{entry.pk}/",
        }

    @pytest.mark.parametrize("who", ["bo", "far", "staff"])
    def test_strangers(self, client: Client, cast: Cast, urls: dict[str, str], who: str) -> None:
        client.force_login(getattr(cast, who))
        for url in urls.values():
            for answer in (client.get(url), client.post(url, {"s": "headache"})):
                assert answer.status_code in {404, 405}
        assert Entry.objects.get().revision == 1

    @pytest.mark.parametrize("who", ["sam", "lindqvist", "okoye"])
    def test_readers(self, client: Client, cast: Cast, urls: dict[str, str], who: str) -> None:
        client.force_login(getattr(cast, who))
        assert {name: client.post(url).status_code for name, url in urls.items()} == {
            "log": 403,
            "none": 403,
            "same": 403,
            "draft": 403,
            "edit": 403,
            "delete": 403,
            "month": 405,
            "entry": 405,
        }
        assert [client.get(urls[name]).status_code for name in ("month", "entry")] == [200, 200]
        assert Entry.objects.get().revision == 1

    def test_a_caregiver_who_may_add_changes_and_deletes_nothing(self, as_sam: Client, urls: dict[str, str]) -> None:
        assert as_sam.get(urls["log"]).status_code == 200
        for name in ("edit", "delete"):
            assert as_sam.post(urls[name]).status_code == 403

    def test_an_entry_under_another_patients_address(
        self, as_ana: Client, client: Client, cast: Cast, urls: dict[str, str]
    ) -> None:
        theirs = make_entry(cast.bo_log, {"cough": 1})
        for page in ("", "edit/", "delete/"):
            assert as_ana.get(f"/p/{cast.ana_log.pk}/entries/{theirs.pk}/{page}").status_code == 404
            assert as_ana.post(f"/p/{cast.ana_log.pk}/entries/{uuid4()}/{page}").status_code in {404, 405}

    def test_nobody(self, client: Client, urls: dict[str, str]) -> None:
        for url in urls.values():
            assert client.get(url).status_code in {302, 405}
