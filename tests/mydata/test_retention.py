"""What is old goes, what people wrote stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session

from symptoms.diary.models import Draft, Entry
from symptoms.lib import clock
from symptoms.mydata import receivers, tasks
from symptoms.mydata.actions import remove_old, retention
from symptoms.notifications.models import Address, Notice, Reminder
from symptoms.sharing.actions import invite_to_log
from symptoms.sharing.models import Invitation
from symptoms.triage.signals import watched
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

OLD = timedelta(days=3000)


def fill(cast: Cast) -> None:
    """Make one old and one new row of everything that is removed, and an old entry."""
    now = clock.now()
    for age, name in ((OLD, "old"), (timedelta(0), "new")):
        author = cast.ana if name == "old" else cast.sam
        Draft.objects.create(patient=cast.ana_log, author=author, kept_at=now - age)
        told: dict[str, Any] = {"kind": "x", "subject": cast.ana_log.pk, "due_at": now - age, "made_at": now - age}
        Reminder.objects.create(recipient=cast.ana, step=name, state="told", **told)
        Reminder.objects.create(recipient=cast.ana, step=f"{name}-stop", state="stopped", **told)
        Notice.objects.create(recipient=cast.ana, title=name, settled_at=now - age)
        offer, _secret = invite_to_log(patient=cast.ana_log, way="code", reads=["symptoms"], for_whom=name, by=cast.ana)
        Invitation.objects.filter(pk=offer.pk).update(expires_at=now - age)
        dead = {"dead_at": now - age, "dead_reason": "gone"}
        Address.objects.create(user=cast.ana, channel="push", endpoint=name, **dead)
        Session.objects.create(session_key=name, session_data="", expire_date=now - age + timedelta(hours=1))
    Notice.objects.create(recipient=cast.ana, title="open", made_at=now - OLD)
    Address.objects.create(user=cast.ana, channel="email", endpoint="alive", made_at=now - OLD)
    entry = make_entry(cast.ana_log, {"headache": 1}, by=cast.bo)
    Entry.objects.filter(pk=entry.pk).update(made_at=now - OLD, saved_at=now - OLD, deleted_at=now - OLD)


def left(cast: Cast) -> dict[str, set[str]]:
    return {
        "drafts": set(Draft.objects.values_list("author__name", flat=True)),
        "reminders": set(Reminder.objects.values_list("step", flat=True)),
        "notices": set(Notice.objects.values_list("title", flat=True)),
        "addresses": set(Address.objects.values_list("endpoint", flat=True)),
        "invitations": set(Invitation.objects.values_list("for_whom", flat=True)),
        "sessions": set(Session.objects.values_list("session_key", flat=True)),
    }


def test_what_is_old_goes_and_what_is_needed_stays(cast: Cast) -> None:
    fill(cast)
    removed = remove_old()
    assert left(cast) == {
        "drafts": {"Sam"},
        "reminders": {"new", "old-stop", "new-stop"},
        "notices": {"new", "open"},
        "addresses": {"new", "alive"},
        "invitations": {"new"},
        "sessions": {"new"},
    }
    assert set(removed.values()) == {1}
    assert Entry.objects.count() == 1


def test_zero_keeps_for_ever(cast: Cast, settings: LazySettings) -> None:
    fill(cast)
    for rule in retention.RULES:
        setattr(settings, rule.setting, 0)
    before = {name: rows for name, rows in left(cast).items() if name != "sessions"}
    remove_old()
    assert {name: rows for name, rows in left(cast).items() if name != "sessions"} == before


def test_many_go_in_small_parts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _one in range(5):
        Notice.objects.create(recipient=cast.ana, title="x", settled_at=clock.now() - OLD)
    assert tasks.remove_old() == 5


def test_the_watcher_removes_where_no_beat_runs(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "_last", {})
    fill(cast)
    watched.send(sender=None)
    assert left(cast)["drafts"] == {"Sam"}
