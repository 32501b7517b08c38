"""A note that cannot be read, or whose reading is damaged, takes nothing else down and never looks like nothing."""

from typing import Any

import pytest
from django.test import Client

from symptoms.diary import notes
from symptoms.diary.models import Entry
from symptoms.triage.actions import assess_entry
from symptoms.triage.diaries import diaries
from symptoms.triage.facts import facts_for
from symptoms.triage.models import Assessment, Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

SECRET = "my lips are swollen"
DAMAGED: list[Any] = [{"a": 1}, [{"symptom": "fever"}], [7], "fever", 3, [{"symptom": "x", "start": "a", "end": None}]]


@pytest.fixture(params=[OSError, RecursionError, AttributeError, ValueError])
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(text: str, author: str) -> None:
        raise request.param(f"what of {text}")

    monkeypatch.setattr(notes, "find", find)


def advice(client: Client, cast: Cast, entry: Entry) -> str:
    client.force_login(cast.ana)
    answer = client.get(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/advice/")
    assert answer.status_code == 200
    return answer.content.decode()


def assessed(entry: Entry) -> Assessment:
    assess_entry(entry_id=entry.pk)
    found: Assessment = Assessment.objects.get(entry=entry, is_current=True)
    return found


@pytest.mark.usefixtures("broken")
def test_an_unread_note_is_a_question_to_the_clinic(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=SECRET)
    assert "Call your care team today" in advice(client, cast, entry)
    said = assessed(entry)
    assert (said.tier, said.checked, said.result["failed"]) == ("same-day", False, ["note"])
    assert Flag.objects.get().tier == "same-day"


@pytest.mark.usefixtures("broken")
def test_an_unread_note_hides_no_emergency(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"breathless-severe": 3}, note=SECRET)
    assert "Get emergency help now" in advice(client, cast, entry)
    assert (assessed(entry).tier, assessed(entry).checked) == ("emergency", False)


@pytest.mark.usefixtures("broken")
def test_an_unread_note_of_earlier_does_not_stop_todays_entry(client: Client, cast: Cast) -> None:
    make_entry(cast.ana_log, note=SECRET)
    entry = make_entry(cast.ana_log, {"breathless-severe": 3})
    assert "Get emergency help now" in advice(client, cast, entry)
    assert assessed(entry).tier == "emergency"


@pytest.mark.usefixtures("broken")
def test_the_log_tells_nothing_of_what_was_written(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    assessed(make_entry(cast.ana_log, note=SECRET))
    assert caplog.records
    assert SECRET not in caplog.text


@pytest.mark.usefixtures("broken")
def test_in_bulk_as_one_by_one(cast: Cast) -> None:
    make_entry(cast.ana_log, note=SECRET)
    entry = make_entry(cast.ana_log, {"cough": 2}, note=SECRET)
    (diary,) = diaries([cast.ana_log.pk])
    assert diary.facts_at(1) == facts_for(entry)


@pytest.mark.parametrize("found", DAMAGED)
def test_a_damaged_reading_is_read_anew(client: Client, cast: Cast, found: Any) -> None:
    entry = make_entry(cast.ana_log, note=SECRET)
    Entry.objects.update(note_found=found)
    entry.refresh_from_db()
    page = advice(client, cast, entry)
    assert "Get emergency help now" in page
    assert "We also found in your note" in page
    assert client.get(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/edit/").status_code == 200
    assert assessed(entry).tier == "emergency"


def test_what_is_read_only_when_judged_can_be_answered(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=SECRET)
    Entry.objects.update(note_found=None, note_edition="")
    entry.refresh_from_db()
    assert "We also found in your note" in advice(client, cast, entry)
    said = {"symptom": "swelling-lips-tongue", "told": "1 x lips are swollen", "answer": "no"}
    client.post(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/found/", said)
    assert Entry.objects.get().note_dismissed == ["swelling-lips-tongue"]
