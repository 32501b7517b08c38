"""What a note tells counts for triage, never lowers a tier, and asks where it is not clear."""

from typing import Any

import pytest
from django.test import Client

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import answer_finding
from symptoms.diary.models import Entry
from symptoms.triage.actions import assess_entry
from symptoms.triage.engine import Tick
from symptoms.triage.facts import facts_for
from symptoms.triage.models import Assessment, Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

LIPS = "my lips are swollen"
UNCLEAR = [{"symptom": "fever", "start": 0, "end": 4, "sure": False, "meant": "fever"}]


def assessed(entry: Entry) -> Assessment:
    assess_entry(entry_id=entry.pk)
    found: Assessment = Assessment.objects.get(entry=entry, is_current=True)
    return found


def unclear(cast: Cast, *, grades: Any = None) -> Entry:
    """Return an entry whose note may tell of a fever."""
    entry = make_entry(cast.ana_log, grades or {"headache": 1}, note="fevr, whatever")
    Entry.objects.filter(pk=entry.pk).update(note_found=UNCLEAR)
    entry.refresh_from_db()
    return entry


def page_of(client: Client, cast: Cast, entry: Entry) -> str:
    client.force_login(cast.ana)
    return client.get(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/advice/").content.decode()


def test_a_note_alone_raises_the_alarm(cast: Cast) -> None:
    said = assessed(make_entry(cast.ana_log, note=LIPS))
    assert (said.tier, said.checked) == ("emergency", True)
    assert {one["kind"] for held in said.result["held"] for one in held["because"]} == {"note"}
    assert Flag.objects.get().tier == "emergency"


def test_the_note_adds_to_the_ticks_and_changes_none(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"fatigue": 1}, note=f"tired, {LIPS}")
    assert facts_for(entry).entries[-1].ticks == (
        Tick("fatigue", 1),
        Tick("swelling-lips-tongue", source="note"),
    )


def test_a_note_of_last_week_is_part_of_the_history(cast: Cast) -> None:
    first = make_entry(cast.ana_log, note="so tired")
    Entry.objects.filter(pk=first.pk).update(note_found=None)
    facts = facts_for(make_entry(cast.ana_log, {"cough": 1}))
    assert facts.entries[0].ticks == (Tick("fatigue", source="note"),)


def test_what_was_taken_back_does_not_count(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    symptom = Symptom.objects.get(slug="swelling-lips-tongue")
    answer_finding(entry=entry, symptom=symptom, felt=False, told="1 x lips are swollen", by=cast.ana)
    assert assessed(entry).tier != "emergency"


# Unclear words


def test_an_unclear_red_phrase_that_nobody_answered_raises_a_review_flag(cast: Cast) -> None:
    said = assessed(unclear(cast))
    assert (said.tier, said.checked, said.result["failed"]) == ("same-day", False, ["note"])
    assert Flag.objects.get().tier == "same-day"


def test_it_lowers_no_emergency(cast: Cast) -> None:
    said = assessed(unclear(cast, grades={"breathless-severe": 3}))
    assert (said.tier, said.checked) == ("emergency", False)


def test_ticking_it_is_an_answer(cast: Cast) -> None:
    assert assessed(unclear(cast, grades={"fever": 1})).checked


@pytest.mark.parametrize(("felt", "tier"), [(True, "same-day"), (False, "self-care")])
def test_an_answer_settles_it(cast: Cast, felt: bool, tier: str) -> None:
    entry, fever = unclear(cast), Symptom.objects.get(slug="fever")
    assert answer_finding(entry=entry, symptom=fever, felt=felt, told="1 x fevr", by=cast.ana)
    said = assessed(entry)
    assert said.checked
    assert (said.tier == "same-day") is (tier == "same-day")


def test_yesterdays_unclear_words_do_not_uncheck_today(cast: Cast) -> None:
    unclear(cast)
    assert assessed(make_entry(cast.ana_log, {"cough": 1})).checked


# The page


def test_the_page_asks_about_unclear_words_and_says_to_act(client: Client, cast: Cast) -> None:
    page = page_of(client, cast, unclear(cast))
    assert "Call your care team today" in page
    assert "Did you mean: Fever or high temperature?" in page
    assert "From “fevr”" in page
    assert page.index("Did you mean") < page.index("I have called")


def test_the_page_tells_the_words(client: Client, cast: Cast) -> None:
    page = page_of(client, cast, make_entry(cast.ana_log, note=f"It began after lunch. {LIPS.capitalize()}."))
    assert "Found in the note: “lips are swollen”" in page
    assert page.index("I have called") < page.index("We also found in your note")


def test_what_was_denied_is_shown_and_can_be_put_back(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    Entry.objects.update(note_dismissed=["swelling-lips-tongue"])
    page = page_of(client, cast, entry)
    assert "taken back: it does not count" in page
    assert "I do feel this" in page
    assert "Get emergency help now" not in page


def test_nothing_is_found_where_all_is_ticked(client: Client, cast: Cast) -> None:
    page = page_of(client, cast, make_entry(cast.ana_log, {"swelling-lips-tongue": 2}, note=LIPS))
    assert "We also found" not in page


def test_a_reader_sees_what_was_found_and_answers_nothing(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, note=LIPS)
    client.force_login(cast.sam)
    page = client.get(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/advice/").content.decode()
    assert "Swelling of my lips" in page
    assert "/found/" not in page


def test_the_queue_says_why_unclear_words_are_there(client: Client, cast: Cast) -> None:
    assessed(unclear(cast))
    client.force_login(cast.lindqvist)
    page = client.get("/", follow=True).content.decode()
    assert "The note may tell of something serious" in page
