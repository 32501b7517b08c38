"""Links that answer without sign-in: they say nothing about health, and only a POST acts."""

import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.audit.models import Event
from symptoms.notifications.actions import answer_reminder, send_due
from symptoms.notifications.actions.answering import LATER_AFTER
from symptoms.notifications.links import LIVES, link_of, reminder_of, token_of
from symptoms.notifications.models import Notice, Reminder
from symptoms.notifications.signals import reminder_answered
from tests.factories.cast import make_reached
from tests.notifications.kinds import NOON, make_reminder


@pytest.fixture
def ana(db: None) -> User:
    return make_reached("Ana")


@pytest.fixture
def told(ana: User) -> Reminder:
    reminder = make_reminder(ana)
    send_due(now=NOON)
    return reminder


@pytest.fixture
def path(told: Reminder) -> str:
    """The address as it stands in the mail."""
    lines = [line for line in str(mail.outbox[0].body).splitlines() if line.startswith("http")]
    assert [line.rsplit(":", 2)[0] for line in lines] == [link_of(told.pk).rsplit(":", 2)[0]]  # signed a second apart
    return urlsplit(lines[0]).path


def test_the_page_says_nothing_about_anybody_and_stays_out_of_caches(client: Client, path: str) -> None:
    answer = client.get(path)
    text = answer.content.decode().lower()
    assert answer.status_code == 200
    for word in ("kesimpta", "blood", "zqx", "symptom", "injection", "ana", "example.org", "clinic", "novartis"):
        assert word not in text.replace("manifest", "").replace("analy", ""), word
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert not Reminder.objects.exclude(answer="").exists()


@pytest.mark.parametrize("said", ["done", "later", "stop"])
def test_an_answer_needs_no_sign_in_and_is_heard(
    client: Client, path: str, told: Reminder, said: str, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[str] = []

    def hear(reminder: Reminder, **_kwargs: object) -> None:
        heard.append(reminder.answer)

    reminder_answered.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(path, {"answer": said}, follow=True)
    reminder_answered.disconnect(hear)
    assert f"You said: {said}" in answer.content.decode()
    told.refresh_from_db()
    assert (told.answer, told.state) == (said, "stopped" if said == "stop" else "answered")
    assert Notice.objects.get().settled_at is not None
    assert Event.objects.get(verb="notifications.reminder-answered").actor is None
    assert heard == [said]


def test_the_form_is_refused_without_its_token(path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, {"answer": "stop"}).status_code == 403
    assert not Reminder.objects.exclude(answer="").exists()


@pytest.mark.parametrize("sent", [{}, {"answer": ""}, {"answer": "erase"}, {"answer": "DONE"}, {"other": "done"}])
def test_an_odd_answer_changes_nothing(client: Client, path: str, sent: dict[str, str]) -> None:
    assert client.post(path, sent).status_code == 200
    assert not Reminder.objects.exclude(answer="").exists()


def test_done_stays_done(client: Client, path: str, told: Reminder) -> None:
    client.post(path, {"answer": "done"})
    client.post(path, {"answer": "stop"})
    told.refresh_from_db()
    assert told.answer == "done"
    assert "Stop" not in client.get(path).content.decode()


def test_later_brings_it_back_and_may_become_done(ana: User, told: Reminder) -> None:
    assert answer_reminder(reminder=told, answer="later")
    assert not answer_reminder(reminder=told, answer="later")
    again = Reminder.objects.get(step="later")
    assert (again.kind, again.subject, again.state) == (told.kind, told.subject, "waiting")
    again.refresh_from_db()
    assert again.due_at > told.made_at + LATER_AFTER / 2
    assert answer_reminder(reminder=told, answer="done")
    assert not Reminder.objects.filter(state="waiting").exists()


ODD = ["x", "x:y:z", "a" * 5000, "%00", "..%2f..%2f", "🦆", "AAAAAAAAAAAAAAAAAAAAAA:1:x"]


@pytest.mark.parametrize("token", ODD)
def test_an_odd_token_gets_a_clear_page(client: Client, db: None, token: str) -> None:
    for answer in (client.get(f"/r/{token}/"), client.post(f"/r/{token}/", {"answer": "done"})):
        assert answer.status_code == 404
        if b"no longer works" not in answer.content:
            assert "/" in token.replace("%2f", "/")


def test_one_letter_changed_is_another_token(told: Reminder) -> None:
    token = token_of(told.pk)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert reminder_of(token[:place] + other + token[place + 1 :]) != told.pk


def test_a_reminder_that_is_gone_looks_like_one_that_never_was(client: Client, ana: User, told: Reminder) -> None:
    never, gone = token_of(uuid4()), token_of(told.pk)
    told.delete()
    pages = [client.get(f"/r/{token}/") for token in (never, gone, "odd")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1


def test_an_old_link_leads_to_the_sign_in(client: Client, told: Reminder) -> None:
    path = reverse("notifications:answer", args=[token_of(told.pk)])
    with time_machine.travel(time.time() + LIVES.total_seconds() + 1):
        assert client.get(path).status_code == 404


def test_a_closed_account_has_no_links(client: Client, ana: User, path: str) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get(path).status_code == 404


def test_a_session_key_of_django_is_no_token_and_the_other_way_round(told: Reminder) -> None:
    from_elsewhere = token_of(told.pk).split(":")
    assert reminder_of(":".join(reversed(from_elsewhere))) is None
