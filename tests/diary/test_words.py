"""In your own words: what the log page proposes, and what it does with the answers, without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from symptoms.diary.models import Draft
from tests.diary.conftest import only_entry, slugs_found
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
# What a page that showed these words sends along with a "no".
NO_FATIGUE = {"found-fatigue": "no", "told-fatigue": "1 x tired"}
NO_LIPS = {"found-swelling-lips-tongue": "no", "told-swelling-lips-tongue": "1 x lips are swollen"}
NOTE = "my lips are swollen and I am tired"


def found(client: Client, log_url: str, **said: Any) -> str:
    answer = client.post(f"{log_url}found/", said)
    assert answer.status_code == 200
    assert not Draft.objects.exists()
    return answer.content.decode()


def test_what_is_red_is_asked_first_and_the_rest_proposed(as_ana: Client, log_url: str) -> None:
    page = found(as_ana, log_url, note=f"tired, and {NOTE}")
    assert page.index("Did you mean: Swelling of my lips, mouth or tongue?") < page.index("We found these")
    assert "You wrote “lips are swollen”" in page
    assert 'data-found-chip="fatigue" data-questions="" checked' in page
    assert "checked" not in page[: page.index("We found these")]


@pytest.mark.parametrize("note", ["", "   ", "no symptoms today", "x" * 20_000, "‮\x00\ud83d😀" * 100])
def test_a_note_that_tells_nothing_proposes_nothing(as_ana: Client, log_url: str, note: str) -> None:
    assert "Did you mean" not in found(as_ana, log_url, note=note.encode("utf-8", "replace").decode())


def test_what_was_written_is_shown_as_text(as_ana: Client, log_url: str) -> None:
    page = found(as_ana, log_url, note="<b>lips</b> are swollen <script>alert(1)</script>")
    assert "<script" not in page
    assert "<b>" not in page


def test_reading_costs_one_query_more_than_the_gate(as_ana: Client, log_url: str) -> None:
    with CaptureQueriesContext(connection) as nothing:
        found(as_ana, log_url, note="")
    with CaptureQueriesContext(connection) as much:
        found(as_ana, log_url, note=f"{NOTE}, fever, headache, cough, rash, sick")
    assert len(much) == len(nothing) + 1


def test_a_caregivers_words_are_about_the_patient(as_sam: Client, log_url: str) -> None:
    assert "Did you mean: Swelling" in found(as_sam, log_url, note="her lips are swollen")


def test_ana_changing_sams_entry_reads_it_as_his(as_ana: Client, log_url: str) -> None:
    assert "Did you mean" not in found(as_ana, log_url, note="her lips are swollen")
    assert "Did you mean: Swelling" in found(as_ana, log_url, note="her lips are swollen", by_caregiver="1")


# Saving


def test_a_note_alone_is_saved_and_counts(as_ana: Client, log_url: str, fields: Fields) -> None:
    answer = as_ana.post(log_url, fields(note=NOTE), follow=True)
    page = answer.content.decode()
    assert "Get emergency help now" in page
    assert "We also found in your note" in page
    assert slugs_found(only_entry()) == ["swelling-lips-tongue", "fatigue"]
    assert not only_entry().reports.exists()


def test_yes_to_a_question_ticks_it(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields(note=NOTE)
    as_ana.post(log_url, {**said, "found-swelling-lips-tongue": "yes"})
    assert [(one.symptom.slug, one.grade) for one in only_entry().reports.all()] == [("swelling-lips-tongue", None)]


def test_no_to_a_question_and_a_removed_proposal_are_taken_back(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields(note=NOTE)
    as_ana.post(log_url, {**said, **NO_LIPS, "found-fatigue": "no", "told-fatigue": "1 x tired"})
    assert only_entry().note_dismissed == ["fatigue", "swelling-lips-tongue"]
    assert not only_entry().reports.exists()


def test_a_proposal_that_stays_is_from_the_note(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, {**fields(note="so tired"), "found-fatigue": ["no", "yes"]})
    entry = only_entry()
    assert (entry.note_dismissed, entry.reports.count()) == ([], 0)


def test_a_proposal_with_a_grade_is_ticked(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, {**fields(note="so tired"), "found-fatigue": ["no", "yes"], "grade-fatigue": "3"})
    assert [(one.symptom.slug, one.grade) for one in only_entry().reports.all()] == [("fatigue", 3)]


def test_what_is_ticked_cannot_be_taken_back_by_the_note(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, {**fields({"fatigue": "2"}, note="so tired"), "found-fatigue": "no"})
    entry = only_entry()
    assert entry.note_dismissed == []
    assert [one.symptom.slug for one in entry.reports.all()] == ["fatigue"]


def test_an_answer_about_what_the_note_does_not_tell_is_nothing(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, {**fields(note="so tired"), "found-fever": "yes", "found-no-such": "no"})
    entry = only_entry()
    assert (entry.note_dismissed, entry.reports.count()) == ([], 0)


def test_an_emergency_in_the_note_is_held_up_by_nothing(as_ana: Client, log_url: str, fields: Fields) -> None:
    answer = as_ana.post(log_url, fields(note="my lips are swollen", temperature="warm"))
    assert answer.status_code == 303
    assert only_entry().temperature_typed == "warm ?"


def test_one_that_was_denied_holds_up_as_before(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields(note="my lips are swollen", temperature="warm")
    answer = as_ana.post(log_url, {**said, **NO_LIPS})
    assert answer.status_code == 200


def test_no_to_other_words_is_no_answer_to_these(as_ana: Client, log_url: str, fields: Fields) -> None:
    page = found(as_ana, log_url, note="my lips are swollen, my tongue is swollen", **NO_LIPS)
    assert "checked" not in page
    as_ana.post(log_url, {**fields(note="my tongue is swollen"), **NO_LIPS})
    assert only_entry().note_dismissed == []


# What comes back


def test_answers_stand_on_a_page_that_comes_back(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = {
        **fields(note="fever, so tired", temperature="warm"),
        "found-fever": "no",
        "told-fever": "1 x fever",
        **NO_FATIGUE,
    }
    page = as_ana.post(log_url, said).content.decode()
    assert 'id="found-fever-no" data-found-question="fever" checked' in page
    assert 'data-found-chip="fatigue" data-questions="">' in page
    assert 'data-card="fatigue"' not in page


def test_a_draft_keeps_the_answers(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(f"{log_url}draft/", {**fields(note="fever, so tired"), "found-fever": "yes", **NO_FATIGUE})
    page = as_ana.get(log_url).content.decode()
    assert 'id="found-fever-yes" data-found-question="fever" checked' in page
    assert 'data-found-chip="fatigue" data-questions="">' in page


def test_a_change_begins_with_what_was_taken_back(as_ana: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    as_ana.post(log_url, {**fields(note="so tired"), **NO_FATIGUE})
    page = as_ana.get(f"/p/{cast.ana_log.pk}/entries/{only_entry().pk}/edit/").content.decode()
    assert 'data-found-chip="fatigue" data-questions="">' in page


def test_the_same_again_changes_nothing(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = {**fields(note="so tired"), **NO_FATIGUE}
    as_ana.post(log_url, said)
    as_ana.post(log_url, said)
    assert only_entry().revision == 1


def test_taking_back_later_is_a_change(as_ana: Client, cast: Cast, fields: Fields) -> None:
    entry = make_entry(cast.ana_log, note="so tired")
    said = {**fields(note="so tired"), **NO_FATIGUE}
    as_ana.post(f"/p/{cast.ana_log.pk}/entries/{entry.pk}/edit/", said)
    assert (only_entry().revision, only_entry().note_dismissed) == (2, ["fatigue"])
