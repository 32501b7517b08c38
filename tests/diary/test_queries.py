"""How many questions each page asks the database: as many for one row as for many."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from symptoms.diary.models import Draft, Entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

Fields = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db
SLUGS = ["headache", "fatigue", "cough", "chills", "nausea", "dizzy", "numbness", "tingling", "back-pain"]


def fill(cast: Cast, today: str) -> None:
    """Log a month of days with nine symptoms each."""
    for back in range(28):
        make_entry(cast.ana_log, dict.fromkeys(SLUGS, 2), day=date.fromisoformat(today) - timedelta(days=back))


def count(ask: Callable[[], Any], expected: int = 200) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert ask().status_code == expected
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def test_save(as_ana: Client, cast: Cast, log_url: str, fields: Fields, today: str) -> None:
    three = {"headache": "2", "fatigue": "1", "chills": "3"}
    few = count(lambda: as_ana.post(log_url, fields(three)), 303)
    fill(cast, today)
    many = count(lambda: as_ana.post(log_url, fields(dict.fromkeys(SLUGS, "2"))), 303)
    assert few == many <= 8


def test_save_of_what_was_kept_as_a_draft(as_ana: Client, log_url: str, fields: Fields) -> None:
    said = {"headache": "2"}
    plain = count(lambda: as_ana.post(log_url, fields(said)), 303)
    as_ana.post(f"{log_url}draft/", fields(said))
    assert count(lambda: as_ana.post(log_url, fields(said)), 303) == plain + 1
    assert not Draft.objects.exists()


def test_log_page(as_ana: Client, cast: Cast, log_url: str, today: str) -> None:
    empty = count(lambda: as_ana.get(log_url))
    fill(cast, today)
    assert empty == count(lambda: as_ana.get(log_url)) <= 6


def test_month(as_ana: Client, cast: Cast, today: str) -> None:
    url = f"/p/{cast.ana_log.pk}/diary/"
    make_entry(cast.ana_log, {"headache": 1})
    one = count(lambda: as_ana.get(url))
    fill(cast, today)
    assert one == count(lambda: as_ana.get(url)) <= 8


def test_month_read_by_another(as_sam: Client, cast: Cast, today: str) -> None:
    make_entry(cast.ana_log, {"headache": 1})
    url = f"/p/{cast.ana_log.pk}/diary/"
    one = count(lambda: as_sam.get(url))
    fill(cast, today)
    assert one == count(lambda: as_sam.get(url)) <= 10


def test_entry_with_a_long_history(as_ana: Client, cast: Cast, fields: Fields) -> None:
    made: Entry = make_entry(cast.ana_log, {"headache": 1})
    url = f"/p/{cast.ana_log.pk}/entries/{made.pk}/"
    counts = []
    for grade in range(2, 5):
        as_ana.post(f"{url}edit/", fields({"headache": str(grade), "fatigue": str(grade)}))
        counts.append(count(lambda: as_ana.get(url)))
    assert counts[0] == counts[-1] <= 9
