"""The question "Is it urgent for you?": asked where only PRO1 speaks, and never lowering any advice."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, answer_urgency, change_entry, delete_entry
from symptoms.diary.models import Entry, Urgency
from symptoms.lib import clock
from symptoms.sharing.models import Grant
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag, tell_called
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.triage.advice import advice_of, lead_card, read

SEVERE: dict[str, int | None] = {"joint-pain": 3}
QUESTION = "Is it urgent for you?"


def urgency_of(entry: Entry) -> str:
    return reverse("triage:advice-urgency", args=[entry.patient_id, entry.pk])


def answer(client: Client, who: Any, entry: Entry, said: str) -> Any:
    client.force_login(who)
    return client.post(urgency_of(entry), {"urgent": said})


def said(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).urgent


@pytest.mark.parametrize(
    ("grades", "asked"),
    [
        (SEVERE, True),
        ({"joint-pain": 4}, False),  # very severe: a rule of its own calls for a call today
        ({"joint-pain": 3, "sore-throat": 1}, False),  # a rule that knows the sore throat leads
        ({"sore-throat": 1}, False),
        ({"joint-pain": 1}, False),
        ({"swelling-face": 3, "joint-pain": 3}, False),
    ],
)
def test_it_is_asked_where_nothing_but_pro1_leads(
    client: Client, cast: Cast, grades: dict[str, int | None], asked: bool
) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, grades))
    assert (QUESTION in html) is asked
    assert (urgency_of(Entry.objects.get()) in html) is asked


def test_yes_makes_it_today_at_once_and_can_be_taken_back(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    assert "next 2 days" in lead_card(read(client, cast.ana, entry))
    answered = answer(client, cast.ana, entry, "yes")
    assert (answered.status_code, answered["Location"]) == (302, advice_of(entry))
    html = read(client, cast.ana, entry)
    assert "Call your care team today" in lead_card(html)
    assert "The answer was: “Yes, it is urgent”." in html
    assert "Change my answer" in html
    answer(client, cast.ana, entry, "no")
    html = read(client, cast.ana, entry)
    assert "next 2 days" in lead_card(html)
    assert "The answer was: “No, it can wait a day or two”." in html


def test_no_leaves_the_advice_as_it_is_without_an_answer(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    before = lead_card(read(client, cast.ana, entry))
    answer(client, cast.ana, entry, "no")
    assert lead_card(read(client, cast.ana, entry)) == before


def test_caregiver_who_may_add_is_asked_about_the_patient(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(adds=["symptoms", "notes"])
    entry = make_entry(cast.ana_log, SEVERE)
    html = read(client, cast.sam, entry)
    assert "Is it urgent for Ana?" in html
    assert answer(client, cast.sam, entry, "yes").status_code == 302
    assert said(entry) == "yes"


def test_reader_who_may_not_add_sees_the_answer_and_cannot_give_one(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    html = read(client, cast.sam, entry)
    assert "Nobody has answered this yet." in html
    assert urgency_of(entry) not in html
    assert answer(client, cast.sam, entry, "yes").status_code == 403
    answer(client, cast.ana, entry, "yes")
    assert "The answer was" in read(client, cast.sam, entry)
    assert urgency_of(entry) not in read(client, cast.sam, entry)


def test_stranger_and_deleted_entry_are_not_found(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    assert answer(client, cast.bo, entry, "yes").status_code == 404
    foreign = reverse("triage:advice-urgency", args=[cast.bo_log.pk, entry.pk])
    assert client.post(foreign, {"urgent": "yes"}).status_code == 404
    delete_entry(entry=entry, by=cast.ana)
    assert answer(client, cast.ana, entry, "yes").status_code == 404
    assert said(entry) == ""


@pytest.mark.parametrize("wrong", ["", "maybe", "YES", "\x00", "yes" * 1000])
def test_what_is_no_answer_changes_nothing(client: Client, cast: Cast, wrong: str) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    assert answer(client, cast.ana, entry, wrong).status_code == 302
    assert (said(entry), Entry.objects.get().revision) == ("", 1)


def test_the_same_answer_twice_is_one_revision_and_one_audit_row(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    for _ in range(2):
        answer_urgency(entry=entry, answer=Urgency.YES, by=cast.ana)
    assert Entry.objects.get().revision == 2
    assert Event.objects.filter(verb="diary.urgency-answered").count() == 1


def test_an_answer_to_a_deleted_entry_is_not_kept(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    delete_entry(entry=entry, by=cast.ana)
    answer_urgency(entry=entry, answer=Urgency.YES, by=cast.ana)
    assert said(entry) == ""
    assert not Event.objects.filter(verb="diary.urgency-answered").exists()


@pytest.mark.parametrize(("before", "after"), [(Urgency.NO, ""), (Urgency.YES, "yes")])
def test_a_change_takes_a_no_back_and_keeps_a_yes(cast: Cast, before: Urgency, after: str) -> None:
    entry = make_entry(cast.ana_log, SEVERE)
    answer_urgency(entry=entry, answer=before, by=cast.ana)
    entry.refresh_from_db()
    pain = Symptom.objects.get(slug="joint-pain")
    change_entry(entry=entry, said=EntrySaid(day=entry.day, reports=[ReportSaid(pain, 3)], note="Worse."), by=cast.ana)
    assert said(entry) == after


def test_an_answer_says_nothing_of_health_in_the_audit(cast: Cast) -> None:
    answer_urgency(entry=make_entry(cast.ana_log, SEVERE), answer=Urgency.YES, by=cast.ana)
    assert Event.objects.get(verb="diary.urgency-answered").data == {"revision": 2}


# -- what the page says where an entry only joined ---------------------------------------------------------------


def _run(cast: Cast) -> tuple[Entry, Entry]:
    """Two days of a sore throat; the first was seen by Nurse Lindqvist before the second was logged."""
    today = clock.local_day(clock.now(), "Europe/London")
    first = make_entry(cast.ana_log, {"sore-throat": 1}, day=today - timedelta(days=1))
    assess_entry(entry_id=first.pk)
    acknowledge_flag(flag=Flag.objects.get(), by=cast.lindqvist, note="Drink a lot.")
    second = make_entry(cast.ana_log, {"sore-throat": 1})
    assess_entry(entry_id=second.pk)
    return first, second


def test_an_entry_that_joined_says_who_knows_and_never_advises_less(client: Client, cast: Cast) -> None:
    first, second = _run(cast)
    html = " ".join(read(client, cast.ana, second).split())
    assert "MS clinic can read about this since" in html
    assert "Nurse Lindqvist saw it on" in html
    assert "Call all the same." in html
    assert "Drink a lot." not in html  # that was said of the day before
    assert "I have called" in html
    assert lead_card(read(client, cast.ana, second)) == lead_card(read(client, cast.ana, first))


def test_an_entry_that_joined_what_nobody_saw_says_so(client: Client, cast: Cast) -> None:
    _, second = _run(cast)
    Flag.objects.update(state="waiting", acknowledged_at=None, acknowledged_by=None)
    html = read(client, cast.ana, second)
    assert "Nobody there has answered it yet." in html
    assert "Nurse Lindqvist saw" not in html


def test_an_answer_to_the_whole_flag_stands_at_the_entry_that_joined_before_it(client: Client, cast: Cast) -> None:
    _, second = _run(cast)
    resolve_flag(flag=Flag.objects.get(), by=cast.okoye, note="Come in.")
    assert "Come in." in read(client, cast.ana, second)


def test_called_about_the_day_before_is_not_called_about_today(client: Client, cast: Cast) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    first = make_entry(cast.ana_log, {"sore-throat": 1}, day=today - timedelta(days=1))
    assess_entry(entry_id=first.pk)
    tell_called(entry=first, by=cast.ana)
    second = make_entry(cast.ana_log, {"sore-throat": 1})
    assess_entry(entry_id=second.pk)
    assert "wrote on" not in read(client, cast.ana, second)
    assert "wrote on" in read(client, cast.ana, first)
    tell_called(entry=second, by=cast.ana)
    assert "wrote on" in read(client, cast.ana, second)
    assert Flag.objects.get().events.filter(kind="called").count() == 2
