"""What a note tells is kept with its entry, may be taken back, and is read again when the phrases change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.catalogue.finder import edition
from symptoms.catalogue.models import Symptom
from symptoms.diary import notes
from symptoms.diary.actions import EntrySaid, answer_finding, change_entry, read_notes_again
from symptoms.diary.models import Entry
from symptoms.diary.notes import Found, kept, read_note
from symptoms.lib import clock
from tests.diary.conftest import only_entry, slugs_found
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
LIPS = "my lips are swollen"


def answer(entry: Entry, by: User, *, felt: bool, symptom: Symptom | None = None) -> bool:
    """Answer what the note tells now, as the page would."""
    symptom = symptom or lips()
    told = next((one.told(entry.note) for one in kept(entry.note_found or ()) if one.symptom == symptom.slug), "1 x ?")
    return answer_finding(entry=entry, symptom=symptom, felt=felt, told=told, by=by)


def lips() -> Symptom:
    symptom: Symptom = Symptom.objects.get(slug="swelling-lips-tongue")
    return symptom


def test_a_note_is_read_with_its_places() -> None:
    (found,) = read_note(f"So, {LIPS}!", by_patient=True)
    assert found == Found("swelling-lips-tongue", 7, 23, meant="lips are swollen")


def test_each_symptom_stands_once() -> None:
    found = read_note("Tired. So tired. Tired!", by_patient=True)
    assert [one.symptom for one in found] == ["fatigue"]


@pytest.mark.parametrize(("by_patient", "told"), [(True, []), (False, ["swelling-lips-tongue"])])
def test_she_is_the_patient_only_in_a_caregivers_note(by_patient: bool, told: list[str]) -> None:
    assert [one.symptom for one in read_note("Her lips are swollen", by_patient=by_patient)] == told


def test_what_a_note_tells_is_saved_with_the_entry(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    assert slugs_found(entry) == ["swelling-lips-tongue"]
    assert entry.note_edition == edition()


def test_a_caregivers_note_is_read_as_one(cast: Cast) -> None:
    assert slugs_found(make_entry(cast.ana_log, note="Her lips are swollen", by=cast.sam)) == ["swelling-lips-tongue"]


def test_a_note_that_cannot_be_read_is_saved_and_read_later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(notes, "find", broken)
        entry = make_entry(cast.ana_log, note=LIPS)
    assert (entry.note, entry.note_found, entry.note_edition) == (LIPS, None, "")
    assert read_notes_again() == 1
    entry.refresh_from_db()
    assert slugs_found(entry) == ["swelling-lips-tongue"]


def test_another_note_is_read_anew(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    changed = change_entry(entry=entry, said=EntrySaid(day=entry.day, note="Only tired."), by=cast.ana)
    assert slugs_found(changed) == ["fatigue"]


def test_what_is_taken_back_stays_so_over_a_change(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    assert answer(entry, cast.ana, felt=False)
    entry.refresh_from_db()
    said = EntrySaid(day=entry.day, note=f"{LIPS}.", dismissed=entry.note_dismissed)
    assert change_entry(entry=entry, said=said, by=cast.ana).note_dismissed == ["swelling-lips-tongue"]


def test_what_the_note_no_longer_tells_is_not_taken_back(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    said = EntrySaid(day=entry.day, note="Only tired.", dismissed=["swelling-lips-tongue", "fatigue"])
    assert change_entry(entry=entry, said=said, by=cast.ana).note_dismissed == ["fatigue"]


# Answers after the save


def test_yes_ticks_it_without_a_grade(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    assert answer(entry, cast.ana, felt=True)
    entry.refresh_from_db()
    assert [(one.symptom.slug, one.grade) for one in entry.reports.all()] == [("swelling-lips-tongue", None)]
    assert entry.revision == 2


def test_no_takes_it_back_and_yes_brings_it_again(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    for felt, dismissed in ((False, ["swelling-lips-tongue"]), (True, [])):
        assert answer(entry, cast.ana, felt=felt)
        entry.refresh_from_db()
        assert entry.note_dismissed == dismissed


def test_an_answer_is_in_the_history_and_in_the_audit(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    answer(entry, cast.ana, felt=False)
    assert "dismissed" not in entry.versions.get().said
    event = Event.objects.get(verb="diary.finding-answered")
    assert "lips" not in str(event.data)


def test_the_entry_tells_what_was_taken_back_and_what_stands_again(as_ana: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    for felt in (False, True):
        answer(entry, cast.ana, felt=felt)
    page = as_ana.get(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/").content.decode()
    for words in ("Not meant in the note: Swelling of my lips", "Meant in the note: Swelling of my lips"):
        assert words in page


@pytest.mark.parametrize("slug", ["fever", "swelling-lips-tongue"])
def test_what_is_not_told_or_was_answered_changes_nothing(cast: Cast, slug: str) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    answer(entry, cast.ana, felt=False)
    answer(entry, cast.ana, felt=False, symptom=Symptom.objects.get(slug=slug))
    assert Entry.objects.get().revision == 2


def test_the_patient_answers_on_the_page(as_ana: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    url = f"/p/{cast.ana_log.pk}/entries/{entry.pk}/found/"
    said = {"symptom": "swelling-lips-tongue", "told": "1 x lips are swollen", "answer": "no"}
    assert as_ana.post(url, said)["Location"].endswith("/advice/")
    assert only_entry().note_dismissed == ["swelling-lips-tongue"]


@pytest.mark.parametrize(
    "said",
    [{}, {"symptom": "no-such", "answer": "no"}, {"symptom": "swelling-lips-tongue", "answer": "perhaps"},
     {"symptom": "x" * 9000, "answer": "no"}, {"symptom": "\x00", "answer": "yes"}],
)  # fmt: skip
def test_an_odd_answer_changes_nothing(as_ana: Client, cast: Cast, said: dict[str, str]) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    assert as_ana.post(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/found/", said).status_code == 302
    assert only_entry().revision == 1


def test_an_answer_to_an_older_note_is_not_taken(as_ana: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    change_entry(entry=entry, said=EntrySaid(day=entry.day, note=f"{LIPS}. Tongue swollen too!"), by=cast.ana)
    said = {"symptom": "swelling-lips-tongue", "told": "1 x lips are swollen", "answer": "no"}
    page = as_ana.post(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/found/", said, follow=True).content.decode()
    assert "The note has changed since" in page
    assert "Get emergency help now" in page
    assert only_entry().note_dismissed == []


def test_a_caregiver_answers_for_the_own_entry_only(as_sam: Client, cast: Cast) -> None:
    own = make_entry(cast.ana_log, note="My wife's lips are swollen", by=cast.sam)
    hers = make_entry(cast.ana_log, note=LIPS)
    said = {"symptom": "swelling-lips-tongue", "told": "1 x lips are swollen", "answer": "no"}
    for one in (own, hers):
        assert as_sam.post(f"/p/{cast.ana_log.pk}/entries/{one.pk}/found/", said).status_code == 302
        one.refresh_from_db()
    assert (own.note_dismissed, hers.note_dismissed) == (["swelling-lips-tongue"], [])


# Reading again


def test_notes_of_an_older_edition_are_read_again_once(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    make_entry(cast.ana_log, {"cough": 1})
    Entry.objects.filter(pk=entry.pk).update(note_found=None, note_edition="")
    call_command("read_notes")
    call_command("read_notes")
    assert capsys.readouterr().out == "notes read: 1\nnotes read: 0\n"
    entry.refresh_from_db()
    assert (slugs_found(entry), entry.note_edition) == (["swelling-lips-tongue"], edition())


@pytest.mark.parametrize(("days", "revision"), [(0, 2), (5, 1)])
def test_a_recent_note_that_tells_more_now_is_assessed_again(cast: Cast, days: int, revision: int) -> None:
    day = clock.local_day(clock.now(), cast.ana_log.time_zone) - timedelta(days=days)
    entry = make_entry(cast.ana_log, note=LIPS, day=day)
    Entry.objects.filter(pk=entry.pk).update(note_found=[], note_edition="older")
    read_notes_again()
    entry.refresh_from_db()
    assert entry.revision == revision


def test_a_note_that_tells_the_same_is_not_assessed_again(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    Entry.objects.update(note_edition="older")
    read_notes_again()
    entry.refresh_from_db()
    assert (entry.revision, entry.note_edition) == (1, edition())
