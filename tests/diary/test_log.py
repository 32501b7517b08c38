import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.diary.models import Draft, Entry, Report
from tests.diary.conftest import only_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


def grades(entry: Entry) -> dict[str, int | None]:
    return dict(entry.reports.values_list("symptom__slug", "grade"))


def test_a_day_with_three_symptoms_is_saved(as_ana: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    answer = as_ana.post(log_url, fields({"headache": "2", "fatigue": "1", "chills": "unsure"}, note="After lunch."))

    entry = only_entry()
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/p/{cast.ana_log.pk}/entries/{entry.pk}/advice/"
    assert grades(entry) == {"headache": 2, "fatigue": 1, "chills": None}
    assert (entry.author, entry.patient, entry.note) == (cast.ana, cast.ana_log, "After lunch.")
    assert Event.objects.get(verb="diary.entry-saved").patient == cast.ana_log.pk


def test_the_page_shows_every_current_symptom_once(as_ana: Client, cast: Cast, log_url: str) -> None:
    make_entry(cast.ana_log, {"headache": 2})
    page = as_ana.get(log_url).content.decode()
    for symptom in Symptom.objects.current():
        assert page.count(f'name="s" value="{symptom.slug}"') == 1


def test_answers_to_questions_are_kept(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields(
        {"vision-blurred": "2"},
        **{
            "sudden-vision-blurred": "unsure",
            "side-vision-blurred": "left",
            "minutes-vision-blurred": "20",
            "heat-vision-blurred": "no",
        },
    )
    as_ana.post(log_url, said)
    assert Report.objects.get().answers == {"sudden": "unsure", "side": "left", "minutes": 20, "heat": "no"}


def test_what_is_not_answered_is_not_kept_as_no(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, fields({"vision-blurred": "2"}, **{"side-vision-blurred": "unsure"}))
    assert Report.objects.get().answers == {}


def test_a_question_that_the_symptom_does_not_ask_is_ignored(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, fields({"fatigue": "1"}, **{"sudden-fatigue": "yes", "minutes-fatigue": "3"}))
    assert Report.objects.get().answers == {}


@pytest.mark.parametrize("minutes", ["soon", "-1", "100001", "1.5", "9" * 400, "20 min"])
def test_minutes_that_are_no_minutes_are_asked_again(
    as_ana: Client, log_url: str, fields: Fields, minutes: str
) -> None:
    answer = as_ana.post(log_url, fields({"vision-blurred": "2"}, **{"minutes-vision-blurred": minutes}))
    assert "Type the minutes as a whole number" in answer.content.decode()
    assert not Entry.objects.exists()


def test_without_script_the_page_asks_once_for_the_grades(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields() | {"s": ["fatigue", "vision-blurred"]}
    page = as_ana.post(log_url, said).content.decode()
    assert not Entry.objects.exists()
    assert "<title>How bad is each one?" in page
    assert page.count('name="grade-fatigue"') == 6
    assert 'name="sudden-vision-blurred"' in page
    assert 'name="sudden-fatigue"' not in page
    assert 'name="asked" value="fatigue"' in page

    as_ana.post(log_url, said | {"asked": ["fatigue", "vision-blurred"], "grade-fatigue": "3"})
    assert grades(only_entry()) == {"fatigue": 3, "vision-blurred": None}


def test_what_is_ticked_in_the_second_step_is_asked_as_well(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "2"}) | {"s": ["headache", "chills"]}
    assert as_ana.post(log_url, said).status_code == 200
    assert not Entry.objects.exists()


def test_an_emergency_is_saved_at_once(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields() | {"s": ["swelling-face", "headache"]}
    assert as_ana.post(log_url, said).status_code == 303
    assert grades(only_entry()) == {"swelling-face": None, "headache": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": "98.6"},
        {"temperature": "hot"},
        {"grade-swelling-face": "9"},
        {"note": "x" * 6000},
        {"s": ["swelling-face", "no-such-symptom"]},
        {"temperature_unit": "K"},
        {"day": "2026-02-31"},
    ],
)
def test_nothing_that_cannot_be_read_holds_up_an_emergency(
    as_ana: Client, log_url: str, fields: Fields, wrong: dict[str, Any]
) -> None:
    answer = as_ana.post(log_url, fields() | {"s": ["swelling-face"]} | wrong)
    entry = only_entry()
    assert answer.status_code == 303
    assert grades(entry) == {"swelling-face": None}
    assert entry.temperature_c is None
    assert len(entry.note) <= 5000


def test_what_was_left_out_of_an_emergency_is_said_and_kept(as_ana: Client, log_url: str, fields: Fields) -> None:
    answer = as_ana.post(log_url, fields({"swelling-face": "4"}, temperature="385"))
    assert only_entry().temperature_typed == "385 ?"
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["Saved, but we could not read this: Temperature. You can change the entry."]


def test_nothing_filled_in_is_asked_again(as_ana: Client, log_url: str, fields: Fields) -> None:
    page = as_ana.post(log_url, fields()).content.decode()
    assert "<title>Error: Log symptoms" in page
    assert "Nothing is filled in yet." in page
    assert not Entry.objects.exists()


@pytest.mark.parametrize("more", [{"note": "Only words."}, {"temperature": "38,6"}])
def test_a_note_or_a_temperature_alone_is_enough(
    as_ana: Client, log_url: str, fields: Fields, more: dict[str, str]
) -> None:
    assert as_ana.post(log_url, fields(**more)).status_code == 303


def test_answers_are_kept_beside_an_error(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "3"}, note="Since lunch.", temperature="hot")
    page = as_ana.post(log_url, said).content.decode()
    assert 'href="#id_temperature"' in page
    assert "Since lunch." in page
    assert 'value="hot"' in page
    assert re.search(r'id="s-headache"[^>]* checked', page)
    assert f'name="key" value="{said["key"]}"' in page
    assert 'value="3" id="id_grade-headache-3"' in page


@pytest.mark.parametrize(("back", "status"), [(0, 303), (1, 303), (30, 303), (31, 200), (-1, 200), (4000, 200)])
def test_days_back(as_ana: Client, log_url: str, fields: Fields, today: str, back: int, status: int) -> None:
    day = date.fromisoformat(today) - timedelta(days=back)
    answer = as_ana.post(log_url, fields({"headache": "1"}, day=day.isoformat()))
    assert answer.status_code == status
    assert Entry.objects.count() == (status == 303)


@pytest.mark.parametrize("day", ["", "2026-02-31", "2027-02-29", "00/00/0000", "1899-01-01", "99999", "x\x00"])
def test_days_that_do_not_exist_are_refused_in_words(as_ana: Client, log_url: str, fields: Fields, day: str) -> None:
    page = as_ana.post(log_url, fields({"headache": "1"}, day=day, note="Kept.")).content.decode()
    assert 'href="#id_day"' in page
    assert "Kept." in page
    assert not Entry.objects.exists()


def test_the_days_are_told_in_words(as_ana: Client, log_url: str) -> None:
    page = as_ana.get(log_url).content.decode()
    assert ">Today, " in page
    assert ">Yesterday, " in page
    assert page.count('<option value="20') == 31


class TestUsual:
    def test_what_was_logged_yesterday_is_offered_today(
        self, as_ana: Client, cast: Cast, log_url: str, today: str
    ) -> None:
        day = date.fromisoformat(today)
        for back, slug in enumerate(
            ["headache", "fatigue", "chills", "cough", "nausea", "dizzy", "numbness", "tingling"], start=2
        ):
            for again in range(2):
                make_entry(cast.ana_log, {slug: 1}, day=day - timedelta(days=back + again))
        make_entry(cast.ana_log, {"back-pain": 1, "joint-pain": 2}, day=day - timedelta(days=1))
        usual = [chip.slug for chip in as_ana.get(log_url).context["page"].usual]
        assert set(usual[:8]) == {
            "headache",
            "fatigue",
            "chills",
            "cough",
            "nausea",
            "dizzy",
            "numbness",
            "tingling",
        }
        assert {"back-pain", "joint-pain"} <= set(usual)

    def test_the_most_frequent_comes_first(self, as_ana: Client, cast: Cast, log_url: str) -> None:
        for slugs in (["headache"], ["headache", "fatigue"], ["headache", "fatigue", "cough"]):
            make_entry(cast.ana_log, dict.fromkeys(slugs, 1))
        usual = [chip.slug for chip in as_ana.get(log_url).context["page"].usual]
        assert usual == ["headache", "fatigue", "cough"]

    def test_neither_old_nor_deleted_nor_absent_nor_retired_nor_foreign_ones(
        self, as_ana: Client, cast: Cast, log_url: str, today: str
    ) -> None:
        make_entry(cast.ana_log, {"cough": 1}, day=date.fromisoformat(today) - timedelta(days=60))
        Entry.objects.filter(pk=make_entry(cast.ana_log, {"nausea": 1}).pk).update(deleted_at="2026-01-01T00:00Z")
        make_entry(cast.ana_log, {"dizzy": 0, "chills": 1})
        make_entry(cast.bo_log, {"back-pain": 3})
        Symptom.objects.filter(slug="chills").update(retired_at="2026-01-01T00:00Z")
        assert as_ana.get(log_url).context["page"].usual == []


def test_a_retired_symptom_on_an_open_page_is_still_saved(as_ana: Client, log_url: str, fields: Fields) -> None:
    Symptom.objects.filter(slug="chills").update(retired_at="2026-01-01T00:00Z")
    as_ana.post(log_url, fields({"chills": "2"}))
    assert grades(only_entry()) == {"chills": 2}


class TestCaregiver:
    def test_writes_in_his_own_name(self, as_sam: Client, cast: Cast, log_url: str, fields: Fields) -> None:
        page = as_sam.get(log_url).content.decode()
        assert "You are writing for <strong>Ana</strong>" in page
        assert "s log: Log symptoms" in page
        as_sam.post(log_url, fields({"headache": "2"}))
        assert (only_entry().author, only_entry().patient) == (cast.sam, cast.ana_log)

    def test_extra_fields_do_not_move_the_entry(self, as_ana: Client, cast: Cast, log_url: str, fields: Fields) -> None:
        as_ana.post(
            log_url,
            fields(
                {"headache": "2"},
                patient=str(cast.bo_log.pk),
                patient_id=str(cast.bo_log.pk),
                author=cast.bo.pk,
                made_at="2020-01-01",
                revision=9,
                assessed_revision=9,
                deleted_at="2020-01-01",
            ),
        )
        entry = only_entry()
        assert (entry.patient, entry.author) == (cast.ana_log, cast.ana)
        assert (entry.revision, entry.assessed_revision, entry.deleted_at) == (1, 0, None)


@pytest.mark.parametrize("key", ["", "x", "123", "\x00", "1FCC8C44-6866-40C3-8F20-17A9A2218B7C"])
def test_an_odd_key_does_not_stop_anybody(as_ana: Client, log_url: str, fields: Fields, key: str) -> None:
    assert as_ana.post(log_url, fields({"headache": "2"}, key=key)).status_code == 303
    assert isinstance(only_entry().idempotency_key, UUID)


def test_the_draft_is_gone_once_it_is_saved(as_ana: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    Draft.objects.create(patient=cast.ana_log, author=cast.ana, fields={"s": ["cough"]})
    as_ana.post(log_url, fields({"headache": "2"}))
    assert not Draft.objects.exists()
