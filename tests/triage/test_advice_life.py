"""The advice page over time: its flag, "I have called", and who may open it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.diary.actions import delete_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.lib.words import TIERS
from symptoms.sharing.models import Clinic, ClinicMember, Grant
from symptoms.triage import ruleset
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag, tell_called
from symptoms.triage.models import Flag, FlagEvent
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.triage.advice import EMERGENCY, advice_of, called_of, lead_card, read, title_of


@pytest.fixture
def no_clinic(cast: Cast) -> Cast:
    Grant.objects.filter(clinic=cast.clinic).update(revoked_at=clock.now())
    return cast


def test_flag_not_yet_raised_waiting_answered(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    assert "being put on the list of MS clinic. Call all the same." in read(client, cast.ana, entry)
    assess_entry(entry_id=entry.pk)
    assert "on the list of MS clinic. Nobody there has answered it yet." in read(client, cast.ana, entry)
    acknowledge_flag(flag=Flag.objects.get(), by=cast.okoye)
    html = read(client, cast.ana, entry)
    assert "Dr Okoye answered" in html
    assert "They are looking into it." in html
    assert "Nobody there has answered" not in html
    resolve_flag(flag=Flag.objects.get(), by=cast.lindqvist, note="Come in at <i>three</i>.\nBring your pen.")
    html = read(client, cast.ana, entry)
    assert "Nurse Lindqvist answered" in html
    assert "They closed it on their list." in html
    assert "Come in at &lt;i&gt;three&lt;/i&gt;.<br>Bring your pen." in html


def test_flag_without_a_clinic_promises_no_list(client: Client, no_clinic: Cast) -> None:
    entry = make_entry(no_clinic.ana_log, EMERGENCY)
    assess_entry(entry_id=entry.pk)
    html = read(client, no_clinic.ana, entry)
    assert "the list of" not in html


def test_called_is_kept_with_who_and_when(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    assess_entry(entry_id=entry.pk)
    client.force_login(cast.ana)
    answer = client.post(called_of(entry), follow=True)
    assert answer.redirect_chain == [(advice_of(entry), 302)]
    html = answer.content.decode()
    assert "Ana wrote on" in html
    assert "“I have called”" in html
    assert '<form class="called' not in html


def test_called_before_the_worker_came_is_kept_too(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    client.force_login(cast.ana)
    client.post(called_of(entry))
    assert [event.kind for event in Flag.objects.get(lines__entry=entry).events.all()] == ["raised", "called"]
    assert assess_entry(entry_id=entry.pk) is None


def test_called_twice_is_written_once(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    client.force_login(cast.ana)
    for _ in range(3):
        client.post(called_of(entry))
    assert FlagEvent.objects.filter(kind=FlagEvent.Kind.CALLED).count() == 1


def test_called_from_today_leads_back_to_today(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    client.force_login(cast.ana)
    answer = client.post(called_of(entry), {"from": "today"})
    assert answer["Location"] == reverse("today:today", args=[cast.ana_log.pk])
    answer = client.post(called_of(entry), {"from": "//evil.example"})
    assert answer["Location"] == advice_of(entry)


def test_called_is_forgotten_when_the_flag_is_raised_again(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    assess_entry(entry_id=entry.pk)
    tell_called(entry=entry, by=cast.ana)
    Flag.objects.update(news_at=clock.now() + timedelta(seconds=1))
    assert "“I have called”" not in read(client, cast.ana, entry)


def test_called_by_a_caregiver_who_may_add(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(adds=["symptoms", "notes"])
    entry = make_entry(cast.ana_log, EMERGENCY)
    client.force_login(cast.sam)
    client.post(called_of(entry))
    assert "Sam wrote on" in read(client, cast.ana, entry)


@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_reader_sees_the_advice_but_no_buttons(client: Client, cast: Cast, who: str) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    html = read(client, getattr(cast, who), entry)
    assert "I have called" not in html
    assert "change my entry" not in html
    assert client.post(called_of(entry)).status_code == 403
    assert not Flag.objects.exists()


def test_change_link_is_for_the_patient_only(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(adds=["symptoms", "notes"])
    entry = make_entry(cast.ana_log, EMERGENCY, by=cast.sam)
    edit = reverse("diary:entry-edit", args=[cast.ana_log.pk, entry.pk])
    assert edit in read(client, cast.ana, entry)
    assert edit not in read(client, cast.sam, entry)


@pytest.mark.parametrize("who", ["bo", "far", "staff"])
def test_stranger_finds_nothing(client: Client, cast: Cast, who: str) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    client.force_login(getattr(cast, who))
    assert client.get(advice_of(entry)).status_code == 404
    assert client.post(called_of(entry)).status_code == 404
    assert not Flag.objects.exists()


def test_entry_of_another_log_or_never_made_is_not_found(client: Client, cast: Cast) -> None:
    client.force_login(cast.ana)
    of_bo = make_entry(cast.bo_log, EMERGENCY)
    for entry_id in (of_bo.pk, uuid4()):
        for name, method in (("triage:advice", "get"), ("triage:advice-called", "post")):
            url = reverse(name, args=[cast.ana_log.pk, entry_id])
            assert getattr(client, method)(url).status_code == 404


def test_deleted_entry_is_not_found(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    delete_entry(entry=entry, by=cast.ana)
    client.force_login(cast.ana)
    assert client.get(advice_of(entry)).status_code == 404
    assert client.post(called_of(entry)).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_wrong_methods_are_refused(client: Client, cast: Cast, method: str) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    client.force_login(cast.ana)
    assert getattr(client, method)(advice_of(entry)).status_code == 405
    assert client.get(called_of(entry)).status_code == 405


def test_signed_out_is_asked_to_sign_in(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    assert client.get(advice_of(entry))["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("shut", [{"revoked_at": clock.now()}, {"ends_at": clock.now()}], ids=["revoked", "ended"])
@pytest.mark.parametrize("who", ["sam", "lindqvist"])
def test_advice_is_closed_with_the_grant(client: Client, cast: Cast, who: str, shut: dict[str, Any]) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    read(client, getattr(cast, who), entry)
    Grant.objects.update(**shut)
    assert client.get(advice_of(entry)).status_code == 404


def test_advice_is_closed_to_a_member_who_left_the_clinic(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    ClinicMember.objects.filter(user=cast.lindqvist).update(is_active=False)
    client.force_login(cast.lindqvist)
    assert client.get(advice_of(entry)).status_code == 404


@pytest.mark.parametrize(("who", "queries"), [("ana", 12), ("sam", 15)])
@pytest.mark.parametrize("entries", [1, 60])
def test_page_costs_the_same_for_a_long_diary(
    client: Client, cast: Cast, django_assert_num_queries: Any, who: str, queries: int, entries: int
) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    for ago in range(1, entries):
        make_entry(cast.ana_log, {"fatigue": 1, "headache": 2}, day=today - timedelta(days=ago % 28))
    for hours in range(1, entries):
        at = clock.now() - timedelta(days=hours)
        log_injection(patient=cast.ana_log, at=at, number=hours, site="thigh-left", by=cast.ana)
    entry = make_entry(cast.ana_log, EMERGENCY)
    assess_entry(entry_id=entry.pk)
    client.force_login(getattr(cast, who))
    with django_assert_num_queries(queries):
        client.get(advice_of(entry))


@pytest.mark.parametrize(
    ("grades", "tier"), [(EMERGENCY, "emergency"), ({"fever": 2}, "same-day"), ({"mouth-sores": 1}, "prompt")]
)
def test_a_tier_is_told_in_the_words_of_the_house(client: Client, cast: Cast, grades: Any, tier: str) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, grades))
    assert str(TIERS[tier].sentence) in lead_card(html)


def test_clinic_name_is_shown_as_text(client: Client, cast: Cast) -> None:
    Clinic.objects.update(name="<script>x</script>", phone='1"onclick="x')
    html = read(client, cast.ana, make_entry(cast.ana_log, {"fever": 2}))
    assert "<script>x" not in html
    assert "onclick" not in html


def test_general_rules_stand_behind_those_that_know_the_symptom(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {"fever": 3}, temperature_c=Decimal("38.40")))
    card = lead_card(html)
    rule = ruleset.live_rules()["S03-fever"]
    assert rule.headline in card
    assert html.index("S03-fever") < html.index("PRO1")
    assert "Temperature 38.4" in html


def test_every_rule_shown_says_that_nobody_signed_it(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {**EMERGENCY, "eye-pain": 2}))
    assert html.count("A clinician has yet to sign it.") == html.count("Note for clinicians:") >= 2


def test_emergency_page_lists_emergency_signs_only(client: Client, cast: Cast) -> None:
    """An emergency page keeps to the emergency signs: nothing on it says that tomorrow is soon enough."""
    html = read(client, cast.ana, make_entry(cast.ana_log, EMERGENCY))
    assert "Call your care team in the next 2 days if" not in html
    assert "Call 999 now if you have" in html


@pytest.mark.parametrize("history", [0, 40])
def test_save_and_advice_together_stay_within_22_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any, history: int
) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    for ago in range(1, history):
        make_entry(cast.ana_log, {"fatigue": 1}, day=today - timedelta(days=ago % 28))
    ticked = ["fever", "headache", "fatigue"]
    said: dict[str, Any] = {
        "day": today.isoformat(),
        "s": ticked,
        "key": str(uuid4()),
        **{f"grade-{slug}": "3" for slug in ticked},
    }
    client.force_login(cast.ana)
    with django_assert_max_num_queries(22):
        answer = client.post(reverse("diary:log", args=[cast.ana_log.pk]), said, follow=True)
    assert answer.status_code == 200
    assert title_of(answer.content.decode()).startswith("Call your care team today")
    assert Entry.objects.get(idempotency_key=said["key"]).reports.count() == 3
