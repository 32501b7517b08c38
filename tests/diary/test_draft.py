from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from symptoms.diary.models import Draft, Entry
from tests.diary.conftest import only_entry
from tests.factories.cast import Cast

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db


def test_a_half_filled_page_comes_back(as_ana: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "3", "chills": None}, note="Since <b>lunch</b>.", temperature="38,")
    answer = as_ana.post(f"{log_url}draft/", said)
    assert (answer.status_code, answer.content) == (204, b"")
    assert not Entry.objects.exists()

    page = as_ana.get(log_url).content.decode()
    assert "We kept what you filled in last time." in page
    assert "Draft kept" in page
    assert 'value="3" id="id_grade-headache-3"' in page
    assert 'data-card="chills"' in page
    assert "Since &lt;b&gt;lunch&lt;/b&gt;." in page
    assert 'value="38,"' in page
    assert f'name="key" value="{said["key"]}"' in page


def test_it_holds_the_newest_of_one_author_only(as_ana: Client, as_sam: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(f"{log_url}draft/", fields(note="First."))
    as_ana.post(f"{log_url}draft/", fields(note="Second."))
    as_sam.post(f"{log_url}draft/", fields(note="From Sam."))
    assert Draft.objects.count() == 2
    page = as_ana.get(log_url).content.decode()
    assert "Second." in page
    assert "First." not in page
    assert "From Sam." not in page


def test_start_again_forgets_it(as_ana: Client, log_url: str, fields: Fields) -> None:
    as_ana.post(f"{log_url}draft/", fields(note="Wrong."))
    answer = as_ana.post(f"{log_url}draft/", {"drop": "1"})
    assert answer.headers["Location"] == log_url
    assert "Wrong." not in as_ana.get(log_url).content.decode()
    assert not Draft.objects.exists()


def test_a_draft_that_arrives_after_the_save_is_not_offered(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "3"}, note="Saved already.")
    as_ana.post(log_url, said)
    as_ana.post(f"{log_url}draft/", said)
    page = as_ana.get(log_url).content.decode()
    assert "Saved already." not in page
    assert f'name="key" value="{said["key"]}"' not in page


def test_a_restored_draft_saves_as_the_same_entry(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = fields({"headache": "3"})
    as_ana.post(f"{log_url}draft/", said)
    key = str(as_ana.get(log_url).context["form"].key)
    as_ana.post(log_url, said | {"key": key})
    as_ana.post(log_url, said)
    assert str(only_entry().idempotency_key) == said["key"]


def test_only_fields_of_the_page_are_kept(as_ana: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    odd = {"csrfmiddlewaretoken": "x", "patient": str(cast.bo_log.pk), "asked": ["x"], "grade-": "1", "evil": "1"}
    as_ana.post(f"{log_url}draft/", fields({"headache": "3"}, key="not a key", note="a\x00b\x1bc") | odd)
    kept = Draft.objects.get()
    assert set(kept.fields) == {"day", "temperature_unit", "note", "s", "grade-headache"}
    assert kept.fields["note"] == "abc"
    assert (kept.patient, kept.author) == (cast.ana_log, cast.ana)
    assert as_ana.get(log_url).status_code == 200


def test_it_has_a_size(as_ana: Client, log_url: str, fields: Fields) -> None:
    assert as_ana.post(f"{log_url}draft/", fields(note="x" * 5000)).status_code == 204
    assert as_ana.post(f"{log_url}draft/", fields(note="x" * 20_001)).status_code == 413
    assert as_ana.post(f"{log_url}draft/", fields() | {"s": [f"s-{n}" * 9 for n in range(700)]}).status_code == 413
    assert len(Draft.objects.get().fields["note"]) == 5000


@pytest.mark.parametrize(
    "kept",
    [
        {"s": ["no-such-symptom", "headache"], "day": "1899-01-01"},
        {"s": [], "temperature": "98.6", "temperature_unit": "K"},
        {"s": ["headache"], "grade-headache": "77", "key": str(uuid4())},
        {},
    ],
)
def test_an_odd_draft_still_draws_a_page(as_ana: Client, cast: Cast, log_url: str, kept: dict[str, Any]) -> None:
    Draft.objects.create(patient=cast.ana_log, author=cast.ana, fields=kept)
    assert as_ana.get(log_url).status_code == 200


def test_it_outlives_the_session(client: Client, cast: Cast, log_url: str, fields: Fields) -> None:
    client.force_login(cast.ana)
    client.post(f"{log_url}draft/", fields(note="Still here."))
    client.logout()
    client.force_login(cast.ana)
    assert "Still here." in client.get(log_url).content.decode()
