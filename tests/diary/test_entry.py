from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, save_entry
from symptoms.diary.models import Entry, EntryVersion
from symptoms.diary.selectors.entry import changed_words
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(cast: Cast) -> Entry:
    return make_entry(cast.ana_log, {"headache": 2, "fatigue": None}, temperature_c=Decimal("38.4"), note="At\nnight.")


@pytest.fixture
def url(entry: Entry) -> str:
    return f"/p/{entry.patient_id}/entries/{entry.pk}/"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


class TestRead:
    def test_it_says_all_that_was_logged(self, as_ana: Client, cast: Cast, today: str) -> None:
        symptom = Symptom.objects.get(slug="vision-blurred")
        said = EntrySaid(
            date.fromisoformat(today), [ReportSaid(symptom, 3, {"sudden": "unsure", "minutes": 20, "side": "left"})]
        )
        made = save_entry(patient=cast.ana_log, said=said, idempotency_key=uuid4(), by=cast.ana)
        page = text(as_ana.get(f"/p/{cast.ana_log.pk}/entries/{made.pk}/"))
        for words in (
            "Blurred vision",
            "Severe",
            "Did it start suddenly, within minutes? <strong>I&#x27;m not sure</strong>",
            "How many minutes did it last? <strong>20</strong>",
            "Which side? <strong>Left</strong>",
            f"/entries/{made.pk}/advice/",
        ):
            assert words in page

    def test_it_links_to_what_may_be_done(self, as_ana: Client, as_sam: Client, url: str) -> None:
        assert f"{url}edit/" in text(as_ana.get(url))
        assert f"{url}delete/" in text(as_ana.get(url))
        assert f"{url}edit/" not in text(as_sam.get(url))
        assert f"{url}delete/" not in text(as_sam.get(url))

    def test_a_temperature_that_could_not_be_read_is_shown_as_typed(
        self, as_ana: Client, cast: Cast, log_url: str, fields: Fields
    ) -> None:
        as_ana.post(log_url, fields({"swelling-face": "2"}, temperature="<385>"))
        made = Entry.objects.get()
        page = text(as_ana.get(f"/p/{cast.ana_log.pk}/entries/{made.pk}/"))
        assert "“&lt;385&gt;” was typed." in page

    def test_a_day_without_symptoms_says_so(self, as_ana: Client, cast: Cast) -> None:
        made = make_entry(cast.ana_log, {})
        assert "No symptoms logged for this day." in text(as_ana.get(f"/p/{cast.ana_log.pk}/entries/{made.pk}/"))


class TestChange:
    def test_the_page_shows_what_stands(self, as_ana: Client, url: str) -> None:
        page = as_ana.get(f"{url}edit/").content.decode()
        assert 'value="2" id="id_grade-headache-2"' in page
        assert 'id="id_grade-fatigue-unsure" checked' in page
        assert 'name="temperature" value="38.4"' in page
        assert "At\nnight." in page
        assert "data-draft-url" not in page

    def test_saving_it_unchanged_changes_nothing(self, as_ana: Client, url: str, fields: Fields) -> None:
        said = fields({"headache": "2", "fatigue": "unsure"}, temperature="38.4", note="At\r\nnight.")
        assert as_ana.post(f"{url}edit/", said).status_code == 303
        assert not EntryVersion.objects.exists()
        assert Entry.objects.get().revision == 1

    def test_a_change_keeps_its_history_and_is_assessed_again(
        self, as_ana: Client, cast: Cast, url: str, entry: Entry, fields: Fields, today: str
    ) -> None:
        Entry.objects.update(assessed_revision=1)
        yesterday = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
        said = fields({"headache": "4", "chills": "1"}, note="All day.", day=yesterday)
        answer = as_ana.post(f"{url}edit/", said)

        assert answer.headers["Location"] == f"{url}advice/"
        changed = Entry.objects.get()
        assert changed.pk == entry.pk
        assert (changed.revision, changed.assessed_revision) == (2, 1)
        assert Event.objects.filter(verb="diary.entry-changed", actor=cast.ana.uuid).count() == 1
        page = text(as_ana.get(url))
        for words in (
            "Day: ",
            "Headache: Moderate, now Very severe.",
            "Taken out: Tired or no energy (not rated).",
            "Added: Chills or shivering (Mild).",
            "Temperature: 38.4 °C, now none.",
            "The note was: “At night.”",
            "by you",
        ):
            assert words in page

    def test_two_changes_are_told_one_by_one(self, as_ana: Client, url: str, fields: Fields) -> None:
        for grade in ("3", "4"):
            as_ana.post(f"{url}edit/", fields({"headache": grade}))
        page = text(as_ana.get(url))
        assert page.index("Severe, now Very severe") < page.index("Moderate, now Severe")

    def test_an_old_entry_keeps_its_day(self, as_ana: Client, cast: Cast, fields: Fields, today: str) -> None:
        long_ago = date.fromisoformat(today) - timedelta(days=90)
        old = make_entry(cast.ana_log, {"headache": 1}, day=long_ago)
        edit = f"/p/{cast.ana_log.pk}/entries/{old.pk}/edit/"
        assert f'<option value="{long_ago}" selected>' in as_ana.get(edit).content.decode()
        assert as_ana.post(edit, fields({"headache": "2"}, day=long_ago.isoformat())).status_code == 303
        two = (long_ago - timedelta(days=1)).isoformat()
        assert as_ana.post(edit, fields({"headache": "2"}, day=two)).status_code == 200

    def test_an_error_is_told_and_nothing_changes(self, as_ana: Client, url: str, fields: Fields) -> None:
        page = text(as_ana.post(f"{url}edit/", fields({"headache": "4"}, temperature="98.6")))
        assert "<title>Error: Change the entry" in page
        assert Entry.objects.get().revision == 1

    def test_a_new_tick_asks_for_its_grade_once(self, as_ana: Client, url: str, fields: Fields) -> None:
        said = fields({"headache": "2"}) | {"s": ["headache", "chills"]}
        assert "Not saved yet." in text(as_ana.post(f"{url}edit/", said))
        assert Entry.objects.get().revision == 1

    def test_an_odd_confirmed_temperature_is_not_asked_again(self, as_ana: Client, cast: Cast, fields: Fields) -> None:
        made = make_entry(cast.ana_log, {"fever": 2}, temperature_c=Decimal("44.00"))
        edit = f"/p/{cast.ana_log.pk}/entries/{made.pk}/edit/"
        page = as_ana.get(edit).content.decode()
        assert 'value="44.0 C" id="meant-1" checked' in page
        said = fields({"fever": "3"}, temperature="44.0", temperature_meant="44.0 C")
        assert as_ana.post(edit, said).status_code == 303


class TestDelete:
    def test_it_asks_first(self, as_ana: Client, url: str) -> None:
        assert "Delete the entry of" in text(as_ana.get(f"{url}delete/"))
        assert Entry.objects.live().count() == 1

    def test_it_leaves_the_lists_and_keeps_its_history(
        self, as_ana: Client, cast: Cast, url: str, log_url: str
    ) -> None:
        answer = as_ana.post(f"{url}delete/", follow=True)
        assert "The entry is deleted." in text(answer)
        assert "Headache" not in text(answer)
        assert Entry.objects.get().deleted_at is not None
        assert EntryVersion.objects.get().said["note"] == "At\nnight."
        assert Event.objects.filter(verb="diary.entry-deleted").count() == 1
        for page in ("", "edit/", "delete/"):
            assert as_ana.get(f"{url}{page}").status_code == 404
        assert as_ana.post(f"{url}delete/").status_code == 404
        assert as_ana.get(log_url).context["page"].usual == []


def test_answers_that_changed_are_told() -> None:
    before = {
        "day": "2026-11-01",
        "temperature_c": None,
        "temperature_typed": "",
        "note": "",
        "reports": [{"symptom": "x", "grade": 1, "answers": {"sudden": "no"}}],
    }
    after = before | {"reports": [{"symptom": "x", "grade": 1, "answers": {"sudden": "yes"}}]}
    names = {"x": "Numb"}
    assert changed_words(before, after, names, "C") == [
        "Numb, answers before: Did it start suddenly, within minutes? No."
    ]
    assert changed_words(after, before | {"reports": [{"symptom": "x", "grade": 1, "answers": {}}]}, names, "C")
    assert changed_words(before, before, names, "C") == []
