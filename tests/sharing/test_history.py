"""The patient reads what happened with her log: who, what, when; nothing of what anybody feels."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit import words
from symptoms.audit.actions import record
from symptoms.sharing.history import SHOWN
from symptoms.triage.models import FlagEvent
from tests.factories.cast import Cast


def read(client: Client, cast: Cast, **query: Any) -> str:
    client.force_login(cast.ana)
    answer = client.get(reverse("sharing:history", args=[cast.ana_log.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_tells_who_did_what_in_words(client: Client, cast: Cast) -> None:
    record("diary.entry-saved", by=cast.sam, patient=cast.ana_log.pk, data={"canary": "ZQX-7f3a"})
    record("followups.injection-logged", by=cast.ana, patient=cast.ana_log.pk)
    record("triage.flag-raised", by=None, patient=cast.ana_log.pk)
    for _ in range(3):
        record("sharing.looked", by=cast.lindqvist, patient=cast.ana_log.pk, data={"page": "today:today"})
    record("diary.entry-saved", by=cast.bo, patient=cast.bo_log.pk)
    record("sharing.guessed-ids", by=cast.bo, patient=cast.ana_log.pk)
    page = read(client, cast)
    for said in (
        "Sam logged an entry",
        "You logged an injection",
        "The tracker flagged an entry",
        "Nurse Lindqvist opened 3 pages",
    ):
        assert said in page
    assert "ZQX-7f3a" not in page
    assert not re.search(r"\bBo\b", page)


def test_somebody_who_is_gone_is_told_as_such(client: Client, cast: Cast) -> None:
    record("diary.entry-saved", by=cast.far, patient=cast.ana_log.pk)
    cast.far.delete()
    assert "Somebody who is no longer here logged an entry" in read(client, cast)


def test_a_verb_of_an_older_version_breaks_nothing(client: Client, cast: Cast) -> None:
    record("diary.entry-polished", by=cast.sam, patient=cast.ana_log.pk)
    assert "Sam did something" in read(client, cast)


def test_each_kind_of_flag_news_has_words() -> None:
    assert all(words.sentence(f"triage.flag-{kind}", "Sam") for kind in FlagEvent.Kind.values)


def test_pages_go_on_where_the_last_one_ended(client: Client, cast: Cast) -> None:
    for _ in range(SHOWN + 1):
        record("diary.entry-saved", by=cast.sam, patient=cast.ana_log.pk)
    page = read(client, cast)
    assert page.count("Sam logged an entry") == SHOWN
    before = page.split("?before=")[1].split('"')[0]
    assert read(client, cast, before=before).count("Sam logged an entry") == 1


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "٣", "", "\x00"])
def test_an_odd_place_shows_the_newest(client: Client, cast: Cast, before: str) -> None:
    record("diary.entry-saved", by=cast.sam, patient=cast.ana_log.pk)
    assert "Sam logged an entry" in read(client, cast, before=before)


@pytest.mark.parametrize("events", [1, 200])
def test_the_queries_do_not_grow(client: Client, cast: Cast, django_assert_num_queries: Any, events: int) -> None:
    for number in range(events):
        record("diary.entry-saved", by=(cast.sam, cast.lindqvist, cast.ana)[number % 3], patient=cast.ana_log.pk)
    read(client, cast)
    with django_assert_num_queries(5):
        client.get(reverse("sharing:history", args=[cast.ana_log.pk]))
