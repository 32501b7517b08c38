"""Which rules judge: the live version, the same one from start to end, learnt by other processes in seconds."""

import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from pytest_django import DjangoAssertNumQueries

from symptoms.lib import clock
from symptoms.triage import ruleset
from symptoms.triage.engine import read_rule_files
from symptoms.triage.middleware import RulesMiddleware
from symptoms.triage.models import RuleSetVersion
from symptoms.triage.ruleset import Memory, live_rules, live_version, one_rule_set, release_rules

pytestmark = pytest.mark.django_db


class Watch:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def make_live(comment: str, **files: str) -> RuleSetVersion:
    """Put a version in force that differs from the release by a comment, without any ceremony."""
    RuleSetVersion.objects.update(state=RuleSetVersion.State.RETIRED)
    text = read_rule_files(ruleset.RULES) | {"note.toml": f"# {comment}\n"} | files
    return RuleSetVersion.objects.create(
        version=comment, files=text, origin="release", state="live", review_on=clock.now().date()
    )


def test_no_version_in_the_database_means_the_files_of_the_release() -> None:
    assert Memory().rules() is release_rules()


def test_live_version_judges_and_is_parsed_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_live("one")
    watch = Watch()
    memory = Memory(now=watch)
    with django_assert_num_queries(2):
        rules = memory.rules()
    assert rules.version != release_rules().version
    with django_assert_num_queries(0):
        assert all(memory.rules() is rules for _ in range(50))
    watch.seconds += ruleset.CHECK_EVERY
    with django_assert_num_queries(1):
        assert memory.rules() is rules


def test_two_processes_learn_of_a_publication_within_seconds() -> None:
    make_live("one")
    watch = Watch()
    web, worker = Memory(now=watch), Memory(now=watch)
    before = web.rules().version
    assert worker.rules().version == before
    make_live("two")
    watch.seconds += ruleset.CHECK_EVERY - 0.1
    assert worker.rules().version == before
    watch.seconds += 0.1
    assert web.rules().version == worker.rules().version != before
    assert ruleset.CHECK_EVERY <= 5


def test_a_request_in_flight_keeps_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruleset, "MEMORY", Memory(every=0))
    make_live("one")
    seen: list[str] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(live_version())
        make_live("two")
        with one_rule_set():  # a piece of work inside the request shares its version
            seen.append(live_rules().version)
        seen.append(live_version())
        return HttpResponse()

    first = live_version()
    RulesMiddleware(page)(HttpRequest())
    assert seen == [first] * 3
    assert live_version() != first


def test_a_page_that_asks_for_no_rules_costs_no_query(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(ruleset, "MEMORY", Memory(every=0))
    with django_assert_num_queries(0):
        RulesMiddleware(lambda request: HttpResponse())(HttpRequest())


def test_a_fault_of_one_page_leaves_no_version_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruleset, "MEMORY", Memory(every=0))
    make_live("one")
    with pytest.raises(ZeroDivisionError), one_rule_set():
        first = live_version()
        raise ZeroDivisionError
    make_live("two")
    assert live_version() != first


@pytest.mark.parametrize(
    "files",
    [{"home.toml": "version = ["}, {"extra.toml": "[[rule]]\nid = 7\n"}, {"calm.toml": "rule = 3\n"}, {"x.toml": 7}],
    ids=["no TOML", "no id", "odd", "no text"],
)
def test_unreadable_version_falls_back_to_the_release_and_says_so(
    files: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    make_live("broken", **files)
    with caplog.at_level(logging.ERROR):
        assert Memory().rules() is release_rules()
    assert "cannot be read, the release's files are used" in caplog.text


def test_version_that_vanished_falls_back_to_the_release() -> None:
    assert Memory(ask=uuid4).rules() is release_rules()


def test_database_that_is_away_leaves_the_last_known_rules(caplog: pytest.LogCaptureFixture) -> None:
    live: list[UUID | Exception] = [make_live("one").pk]

    def ask() -> UUID:
        if isinstance(live[-1], Exception):
            raise live[-1]
        return live[-1]

    memory = Memory(ask=ask, every=0)
    rules = memory.rules()
    live.append(DatabaseError())
    assert memory.rules() is rules
    assert "could not be asked" in caplog.text


def test_rules_that_cannot_be_read_are_so_for_the_whole_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    with one_rule_set():
        with monkeypatch.context() as broken:
            broken.setattr(ruleset, "RULES", tmp_path)
            assert live_version() == "unreadable"
        assert live_version() == "unreadable"
        with pytest.raises(ValueError, match="exactly one file must name the version"):
            live_rules()
    assert live_version() == release_rules().version
