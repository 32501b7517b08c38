"""The record of who did what: complete, without content, outliving what it is about."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import ForeignKey
from django.test import Client
from django.urls import reverse

from symptoms.audit.actions import record
from symptoms.audit.models import Event
from symptoms.diary.actions import delete_entry
from symptoms.lib import clock
from symptoms.sharing.actions import grant_access
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag, tell_called
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

CANARY = "ZQX-NOTE-7f3a"


def test_record_keeps_who_what_and_about_whom(cast: Cast) -> None:
    event = record("diary.thing-done", by=cast.sam, patient=cast.ana_log.pk, subject="thing:1", data={"n": 1})
    event.refresh_from_db()
    kept = (event.actor, event.patient, event.verb, event.subject, event.data)
    assert kept == (cast.sam.uuid, cast.ana_log.pk, "diary.thing-done", "thing:1", {"n": 1})
    assert clock.now() - event.at < timedelta(minutes=1)


def test_record_by_the_tracker_itself_has_no_actor(db: None) -> None:
    event = record("triage.swept", by=None)
    assert (event.actor, event.patient, event.data) == (None, None, {})


def test_events_hold_no_foreign_keys() -> None:
    assert not [field for field in Event._meta.get_fields() if isinstance(field, ForeignKey)]


def test_events_outlive_the_person(cast: Cast) -> None:
    record("x.y", by=cast.staff)
    actor = cast.staff.uuid
    cast.staff.delete()
    assert Event.objects.filter(actor=actor).exists()


def test_about_is_one_log_newest_first(cast: Cast) -> None:
    mine, others = cast.ana_log.pk, uuid4()
    for verb, patient in (("a.first", mine), ("b.other", others), ("c.last", mine)):
        record(verb, by=None, patient=patient)
    assert [event.verb for event in Event.objects.about(mine)] == ["c.last", "a.first"]


def test_looks_are_only_looks(cast: Cast) -> None:
    record("sharing.looked", by=cast.sam, patient=cast.ana_log.pk)
    record("sharing.granted", by=cast.ana, patient=cast.ana_log.pk)
    assert [event.verb for event in Event.objects.about(cast.ana_log.pk).looks()] == ["sharing.looked"]


def test_str_names_verb_and_subject() -> None:
    assert str(Event(verb="a.b", subject="c:1")) == "a.b c:1"


@pytest.mark.parametrize("page", ["today:today", "followups:injections", "today:month"])
@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_every_look_by_another_is_written_down(client: Client, cast: Cast, who: str, page: str) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(reverse(page, args=[cast.ana_log.pk])).status_code == 200
    look = Event.objects.get(verb="sharing.looked")
    assert (look.actor, look.patient) == (getattr(cast, who).uuid, cast.ana_log.pk)
    assert look.data == {"page": page}


def test_no_event_holds_what_was_written(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 3}, note=CANARY)
    assess_entry(entry_id=entry.pk)
    flag = Flag.objects.get()
    tell_called(entry=entry, by=cast.ana)
    acknowledge_flag(flag=flag, by=cast.lindqvist)
    resolve_flag(flag=flag, by=cast.lindqvist, note=CANARY)
    grant_access(patient=cast.ana_log, to=cast.far, reads=["symptoms"], by=cast.ana)
    delete_entry(entry=entry, by=cast.ana)
    rows = [repr(vars(event)) for event in Event.objects.all()]
    assert len(rows) >= 6
    assert not [row for row in rows if CANARY in row or "swelling" in row or "severe" in row.lower()]


def test_an_event_falls_with_its_transaction(cast: Cast) -> None:
    entry = make_entry(cast.ana_log)
    assert Event.objects.filter(subject=f"entry:{entry.pk}", verb="diary.entry-saved").count() == 1
