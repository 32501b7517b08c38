"""Past the day of review the owner of the rules is mailed: once, after the server took it, and told nothing else."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from symptoms.accounts.models import User
from symptoms.lib import clock
from symptoms.triage import tasks
from symptoms.triage.actions.reviews import SENDS, remind_of_review
from symptoms.triage.management.commands import watch
from symptoms.triage.models import RuleSetVersion
from tests.factories import rules
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db


def due(owner: User | None = None, days: int = 1) -> RuleSetVersion:
    version = rules.release()
    RuleSetVersion.objects.update(review_on=clock.now().date() - timedelta(days=days), owner=owner)
    version.refresh_from_db()
    return version


def test_owner_is_mailed_once_and_only_that_it_is_due(cast: Cast) -> None:
    version = due(cast.okoye)
    assert tasks.remind_review()
    assert not tasks.remind_review()
    (sent,) = mail.outbox
    assert sent.to == [cast.okoye.email]
    assert sent.subject == "Rules are due for review"
    assert "/rules/versions/" in sent.body
    assert f"{version.review_on:%Y}" in sent.body
    for word in ("kesimpta", "ofatumumab", "symptom", "ana", "&#"):
        assert word not in f"{sent.subject} {sent.body}".lower().replace("manage", "")
    version.refresh_from_db()
    assert version.review_told_at is not None


@pytest.mark.parametrize("days", [0, -1])
def test_nobody_is_mailed_before_the_day_has_passed(cast: Cast, days: int) -> None:
    due(cast.okoye, days)
    assert not remind_of_review()
    assert mail.outbox == []


@pytest.mark.parametrize("owner", ["nobody", "left"])
def test_the_operator_is_mailed_where_there_is_no_owner(cast: Cast, settings: LazySettings, owner: str) -> None:
    settings.OPERATOR_EMAIL = "operator@example.org"
    User.objects.filter(pk=cast.okoye.pk).update(is_active=False)
    due(cast.okoye if owner == "left" else None)
    assert remind_of_review()
    assert mail.outbox[0].to == ["operator@example.org"]


def test_nobody_to_tell_is_said_and_tried_again(
    cast: Cast, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OPERATOR_EMAIL = ""
    version = due()
    assert not remind_of_review()
    assert "nobody to tell" in caplog.text
    version.refresh_from_db()
    assert version.review_told_at is None


@pytest.mark.parametrize("fault", [smtplib.SMTPServerDisconnected(), ConnectionRefusedError(), TimeoutError()])
def test_a_server_that_does_not_take_it_leaves_it_due(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    version = due(cast.okoye)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise fault

    with monkeypatch.context() as away:
        away.setattr(EmailMessage, "send", refuse)
        assert not remind_of_review()
    version.refresh_from_db()
    assert version.review_told_at is None
    assert remind_of_review()


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_one_sends(cast: Cast) -> None:
    due(cast.okoye)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [SENDS])
            assert not remind_of_review()
    finally:
        other.close()
    assert remind_of_review()
    assert len(mail.outbox) == 1


def test_a_new_day_is_a_new_reminder(cast: Cast) -> None:
    version = due(cast.okoye)
    remind_of_review()
    RuleSetVersion.objects.filter(pk=version.pk).update(review_told_at=None)
    remind_of_review()
    ids = {sent.extra_headers["Message-ID"] for sent in mail.outbox}
    assert len(mail.outbox) == 2
    assert ids == {f"<rules-review-{version.pk}-{version.review_on.isoformat()}@tracker>"}


def test_nothing_due_costs_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rules.release()
    with django_assert_num_queries(1):
        remind_of_review()


def test_the_watcher_sends_it_too_but_tries_once_an_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    due(cast.okoye)
    tries: list[bool] = []
    monkeypatch.setattr(watch, "remind_of_review", lambda: tries.append(remind_of_review()))
    command = watch.Command()
    command.look()
    command.look()
    assert tries == [True]
    command.reminded_at -= watch.REMIND_EVERY
    command.look()
    assert tries == [True, False]
    watch.errands.wait()
