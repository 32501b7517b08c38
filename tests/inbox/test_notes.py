"""What a note told, in the queue and on the panel: what was found, what nobody answered, what was taken back."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import answer_finding
from symptoms.diary.models import Entry
from symptoms.diary.notes import kept
from symptoms.triage.actions import assess_entry
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.inbox.flags import flag_entry

LIPS = "my lips are swollen"
UNANSWERED = "nobody has answered what it means"
TAKEN_BACK = "Something found in this note was taken back."


def unclear(cast: Cast, symptom: str = "fever") -> Entry:
    entry = make_entry(cast.ana_log, {"headache": 1}, note="fevr, whatever")
    Entry.objects.update(note_found=[{"symptom": symptom, "start": 0, "end": 4, "sure": False}])
    entry.refresh_from_db()
    return entry


def answer(cast: Cast, entry: Entry, *, felt: bool) -> None:
    (found,) = kept(entry.note_found or ())
    symptom = Symptom.objects.get(slug=found.symptom)
    assert answer_finding(entry=entry, symptom=symptom, felt=felt, told=found.told(entry.note), by=cast.ana)
    assess_entry(entry_id=entry.pk)


def queue(nurse: Client, queue_url: str) -> str:
    return nurse.get(queue_url).content.decode()


def panel(nurse: Client, queue_url: str) -> str:
    return nurse.get(f"{queue_url}{Flag.objects.get().pk}/").content.decode()


@pytest.mark.parametrize(("symptom", "felt"), [("fever", False), ("fever", True), ("fatigue", True)])
def test_the_queue_says_when_unclear_words_were_answered(
    cast: Cast, nurse: Client, queue_url: str, symptom: str, felt: bool
) -> None:
    entry = unclear(cast, symptom)
    flag_entry(entry)
    assert UNANSWERED in queue(nurse, queue_url)
    answer(cast, entry, felt=felt)
    assert UNANSWERED not in queue(nurse, queue_url)
    assert Flag.objects.get().state == Flag.State.WAITING


def test_an_emergency_that_was_denied_stays_and_says_so(cast: Cast, nurse: Client, queue_url: str) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    flag_entry(entry)
    assert TAKEN_BACK not in queue(nurse, queue_url)
    answer(cast, entry, felt=False)
    flag = Flag.objects.get()
    assert (flag.tier, flag.state) == ("emergency", Flag.State.WAITING)
    assert TAKEN_BACK in queue(nurse, queue_url)
    page = panel(nurse, queue_url)
    assert TAKEN_BACK in page
    assert "Taken back: does not count" in page


def test_what_the_alarm_does_not_rest_on_is_taken_back_silently(cast: Cast, nurse: Client, queue_url: str) -> None:
    entry = make_entry(cast.ana_log, note=f"so tired, {LIPS}")
    Entry.objects.update(note_dismissed=["fatigue"])
    flag_entry(entry)
    assert TAKEN_BACK not in queue(nurse, queue_url)


def test_the_panel_tells_what_was_found_in_the_words(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag_entry(make_entry(cast.ana_log, note=LIPS))
    page = panel(nurse, queue_url)
    assert "Swelling of my lips" in page
    assert "From the note: “lips are swollen”" in page
    assert "Nobody has answered" not in page


def test_a_note_alone_is_not_called_nothing(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag_entry(make_entry(cast.ana_log, note=LIPS))
    assert "A note, no symptom ticked" in queue(nurse, queue_url)
    assert "No symptom ticked" not in panel(nurse, queue_url)


def test_the_panel_tells_what_is_not_clear(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag_entry(unclear(cast))
    page = panel(nurse, queue_url)
    assert "From the note: “fevr”" in page
    assert "Nobody has answered" in page


def test_what_is_ticked_is_told_once(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag_entry(make_entry(cast.ana_log, {"swelling-lips-tongue": 2}, note=LIPS))
    assert "From the note" not in panel(nurse, queue_url)


def test_of_a_deleted_entry_no_word_is_shown(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag_entry(make_entry(cast.ana_log, note=LIPS))
    Entry.objects.update(deleted_at="2026-01-01T00:00Z", note_dismissed=["swelling-lips-tongue"])
    for page in (panel(nurse, queue_url), queue(nurse, queue_url)):
        assert "lips are swollen" not in page
        assert TAKEN_BACK not in page


@pytest.mark.parametrize("found", [None, [{"a": 1}]])
def test_a_note_that_is_read_only_now_is_told_too(cast: Cast, nurse: Client, queue_url: str, found: Any) -> None:
    flag_entry(make_entry(cast.ana_log, note=LIPS))
    Entry.objects.update(note_found=found)
    assert "From the note: “lips are swollen”" in panel(nurse, queue_url)


def test_notes_cost_the_panel_one_query(cast: Cast, nurse: Client, queue_url: str) -> None:
    flag_entry(make_entry(cast.ana_log, note=f"{LIPS}, fever, so tired, rash, cough"))
    panel(nurse, queue_url)
    with CaptureQueriesContext(connection) as much:
        panel(nurse, queue_url)
    Entry.objects.update(note_found=[])
    with CaptureQueriesContext(connection) as nothing:
        panel(nurse, queue_url)
    assert len(much) == len(nothing) + 1
