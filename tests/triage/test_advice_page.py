"""The advice page: at once, by the pure engine, the most urgent first, honest about who reads and what was seen."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import delete_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.lib.emergency import COUNTRIES
from symptoms.lib.words import TIERS
from symptoms.sharing.models import Clinic, ClinicMember, Grant
from symptoms.triage import ruleset
from symptoms.triage.actions import acknowledge_flag, assess_entry, resolve_flag, tell_called
from symptoms.triage.engine import Rule, RuleError
from symptoms.triage.models import Assessment, Flag, FlagEvent
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry

EMERGENCY = {"swelling-face": 3, "wheeze": 2}
CALL_IF = "When to call, whatever this page says"
NOT_A_DOCTOR = "This app is not a doctor."
ALERTS = 'role="alert"'


def advice_of(entry: Entry) -> str:
    return reverse("triage:advice", args=[entry.patient_id, entry.pk])


def called_of(entry: Entry) -> str:
    return reverse("triage:advice-called", args=[entry.patient_id, entry.pk])


def read(client: Client, user: User, entry: Entry) -> str:
    client.force_login(user)
    answer = client.get(advice_of(entry))
    assert answer.status_code == 200
    return answer.content.decode()


def lead_card(html: str) -> str:
    """Return the markup of the leading card, from its section to its end."""
    start = html.index("tier-lead")
    return html[start : html.index("</section>", start)]


def title_of(html: str) -> str:
    return " ".join(html[html.index("<title>") + 7 : html.index("</title>")].split())


@pytest.fixture
def no_clinic(cast: Cast) -> Cast:
    Grant.objects.filter(clinic=cast.clinic).update(revoked_at=clock.now())
    return cast


@pytest.fixture
def fresh_rules() -> Iterator[None]:
    """Forget the rules that were read, before and after."""
    ruleset.live_rules.cache_clear()
    yield
    ruleset.live_rules.cache_clear()


def test_emergency_shows_at_once_without_any_worker(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    assert not Assessment.objects.exists()
    html = read(client, cast.ana, entry)
    assert title_of(html).startswith("Get emergency help now")
    card = lead_card(html)
    assert "tier-emergency" in html
    assert "<h1" in card
    assert "Get emergency help now" in card
    assert 'href="tel:999"' in card
    assert "btn-lg btn-emergency" in card
    assert "This app does not call anyone for you." in card
    assert "<li>Call 999 now." in card
    assert not Assessment.objects.exists()


def test_emergency_card_holds_no_link_but_the_number(client: Client, cast: Cast) -> None:
    card = lead_card(read(client, cast.ana, make_entry(cast.ana_log, EMERGENCY)))
    assert card.count("<a ") == 1
    assert "<form" not in card


@pytest.mark.parametrize("country", ["GB", "US", "IE", "NO", "AU", "ZZ"])
def test_number_follows_the_country_of_the_patient(client: Client, cast: Cast, country: str) -> None:
    User.objects.filter(pk=cast.ana.pk).update(country=country)
    User.objects.filter(pk=cast.sam.pk).update(country="NZ")
    number = next(one.emergency for one in COUNTRIES if one.code == country)
    entry = make_entry(cast.ana_log, EMERGENCY)
    for reader in (cast.ana, cast.sam):
        card = lead_card(read(client, reader, entry))
        assert f'href="tel:{number}"' in card
        assert f"Call {number} now" in card
        assert "{emergency_number}" not in card


def test_caregiver_sees_whose_log_it_is_in_title_and_banner(client: Client, cast: Cast) -> None:
    html = read(client, cast.sam, make_entry(cast.ana_log, EMERGENCY))
    assert title_of(html).startswith("Ana: Get emergency help now")
    assert "<strong>Ana\u2019s log</strong>" in html
    assert "Ana logged this for" in html
    assert "Saved." not in html


def test_saved_line_names_everybody_who_can_read(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {"headache": 1}))
    assert "Saved. Sam and MS clinic can read it." in html
    assert "Office hours of MS clinic: Weekdays, 9 to 5." in html
    assert "Perhaps nobody is reading right now." in html
    assert "Nobody is watching it" not in html


def test_saved_line_without_a_clinic_says_that_nobody_is_watching(client: Client, no_clinic: Cast) -> None:
    html = read(client, no_clinic.ana, make_entry(no_clinic.ana_log, EMERGENCY))
    assert "Saved. Sam can read it." in html
    assert "No clinic reads this log. Nobody is watching it." in html
    assert "on the list of" not in html


def test_saved_line_of_an_unshared_log_says_only_you(client: Client, cast: Cast) -> None:
    html = read(client, cast.bo, make_entry(cast.bo_log, {"headache": 1}))
    assert "Saved. Only you can read it." in html
    assert "Nobody is watching it." in html


def test_saved_line_of_a_caregiver_who_added_names_the_patient(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(level="read-add")
    html = read(client, cast.sam, make_entry(cast.ana_log, {"headache": 1}, by=cast.sam))
    assert "Saved. Ana and MS clinic can read it." in html


def test_saved_line_forgets_a_revoked_reader_at_once(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    Grant.objects.filter(user=cast.sam).update(revoked_at=clock.now())
    assert "Saved. MS clinic can read it." in read(client, cast.ana, entry)


def test_clinic_without_office_hours_promises_none(client: Client, cast: Cast) -> None:
    share(cast.bo_log, cast.far_clinic)
    html = read(client, cast.bo, make_entry(cast.bo_log, {"headache": 1}))
    assert "Far clinic did not say when it is open." in html


def test_same_day_offers_the_clinic_and_the_urgent_line(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {"fever": 2}, temperature_c=Decimal("38.40")))
    assert title_of(html).startswith("Call your care team today")
    card = lead_card(html)
    assert 'href="tel:+442079460000"' in card
    assert "Call MS clinic" in card
    assert 'href="tel:111"' in card
    assert "If you cannot reach anyone within 2 hours, go to urgent care or the emergency department." in card
    assert "tel:999" not in card


def test_same_day_without_a_clinic_offers_no_number_that_does_not_exist(client: Client, cast: Cast) -> None:
    card = lead_card(read(client, cast.bo, make_entry(cast.bo_log, {"fever": 2})))
    assert "Use the number that your care team gave you." in card
    assert "Call the urgent line where you live." in card
    assert "tel:" not in card


def test_prompt_offers_the_clinic_without_the_two_hours(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {"mouth-sores": 1}))
    assert title_of(html).startswith("Contact your care team in the next 2 days")
    assert "tel:+442079460000" in lead_card(html)
    assert "within 2 hours" not in html


def test_two_clinics_give_two_numbers(client: Client, cast: Cast) -> None:
    share(cast.ana_log, cast.far_clinic)
    card = lead_card(read(client, cast.ana, make_entry(cast.ana_log, {"fever": 2})))
    assert "tel:+442079460000" in card
    assert "tel:+442079460999" in card


def test_why_names_what_was_ticked_when_and_how_bad(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, EMERGENCY)
    html = read(client, cast.ana, entry)
    why = html[html.index("Why you see this") :]
    name = Symptom.objects.get(slug="swelling-face").name
    assert f"<strong>{name}</strong>, severe" in why
    at = entry.made_at.astimezone(ZoneInfo("Europe/London"))
    assert f"You ticked it at {at:%H:%M}" in why
    assert "Source: " in why
    assert "E01-anaphylaxis" in why


def test_why_names_the_author_to_others(client: Client, cast: Cast) -> None:
    assert "Ana ticked it at " in read(client, cast.sam, make_entry(cast.ana_log, EMERGENCY))


def test_why_of_an_earlier_day_gives_the_day_and_no_made_up_time(client: Client, cast: Cast) -> None:
    day = clock.local_day(clock.now(), "Europe/London") - timedelta(days=2)
    html = read(client, cast.ana, make_entry(cast.ana_log, EMERGENCY, day=day))
    assert f"You ticked it for {day:%A} {day.day} {day:%B}" in html
    assert "23:59" not in html


@pytest.mark.parametrize(("unit", "shown"), [("C", "38.4\N{NO-BREAK SPACE}°C"), ("F", "101.1\N{NO-BREAK SPACE}°F")])
def test_temperature_is_told_in_the_unit_of_the_patient(client: Client, cast: Cast, unit: str, shown: str) -> None:
    User.objects.filter(pk=cast.ana.pk).update(temperature_unit=unit)
    cast.ana_log.refresh_from_db()
    html = read(client, cast.ana, make_entry(cast.ana_log, {"cough": 1}, temperature_c=Decimal("38.40")))
    assert shown in html


def test_words_found_in_the_note_are_named_as_such(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {}, note="My tongue is swollen and I am pregnant"))
    assert "in the note" in html.lower()


def test_shot_before_a_reaction_is_told_in_hours(client: Client, cast: Cast) -> None:
    log_injection(patient=cast.ana_log, at=clock.now() - timedelta(hours=5), number=6, site="thigh-left", by=cast.ana)
    html = read(client, cast.ana, make_entry(cast.ana_log, {"wheeze": 1}))
    assert title_of(html).startswith("Get emergency help now")
    assert "5 hours before this entry" in html


def test_every_rule_that_holds_is_shown_with_its_tier(client: Client, cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {**EMERGENCY, "mouth-sores": 1, "eye-pain": 2})
    html = read(client, cast.ana, entry)
    held = assess_entry(entry_id=entry.pk)
    assert held is not None
    for one in held.result["held"]:
        assert one["rule_id"] in html
    assert html.count("Also:") == len(held.result["held"]) - 1
    assert len(held.result["held"]) >= 3


def test_lower_rules_follow_in_order_of_urgency(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {**EMERGENCY, "mouth-sores": 1, "eye-pain": 2}))
    order = [html.index(f'<section class="tier tier-{tier}') for tier in ("emergency", "same-day", "prompt")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    "grades", [EMERGENCY, {"fever": 2}, {"mouth-sores": 1}, {"fatigue": 1}, {"headache": 1}, {}], ids=str
)
def test_every_page_says_when_to_call_and_that_it_is_no_doctor(
    client: Client, cast: Cast, grades: dict[str, int | None]
) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, grades))
    assert CALL_IF in html
    assert "Call 999 now if you have" in html
    assert NOT_A_DOCTOR in html
    assert "If you are worried, call, even if the app says nothing." in html
    assert "The rules are drafts until a clinician signs them." in html
    assert "not yet signed by a clinician" in html
    assert ruleset.live_rules().version in html
    assert html.count("<h1") == 1


def test_entry_without_symptoms_says_what_was_saved_and_never_more(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log))
    assert title_of(html).startswith("Saved")
    assert "Your entry is saved" in html
    assert "No symptoms ticked" in html
    assert "Rules can miss things." in html
    assert "I have called" not in html


def test_self_care_lists_what_was_saved_with_its_grade(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {"headache": 2}, note="Since <b>lunch</b>"))
    assert "What was saved" in html
    assert f"{Symptom.objects.get(slug='headache').name}, moderate" in html
    assert "Since &lt;b&gt;lunch&lt;/b&gt;" in html


def test_what_was_saved_leaves_out_grade_none(client: Client, cast: Cast) -> None:
    html = read(client, cast.ana, make_entry(cast.ana_log, {"headache": 1, "fatigue": 0}))
    assert Symptom.objects.get(slug="fatigue").name not in html


@pytest.mark.usefixtures("fresh_rules")
@pytest.mark.parametrize("content", [None, "this is not TOML [", "[[rule]]\nid = 1\n"], ids=["gone", "broken", "odd"])
@pytest.mark.parametrize("grades", [EMERGENCY, {"headache": 1}, {}], ids=["emergency", "mild", "none"])
def test_rules_that_cannot_be_read_give_the_whole_list_and_same_day(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, grades: Any, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "rules.toml").write_text(content)
    monkeypatch.setattr(ruleset, "RULES", tmp_path if content is not None else tmp_path / "gone")
    html = read(client, cast.ana, make_entry(cast.ana_log, grades))
    assert title_of(html).startswith("Call your care team today")
    assert "We could not check all of this entry." in html
    assert CALL_IF in html
    assert "a swollen face, lips, tongue or throat" in html
    assert "within 2 hours" in html
    assert "No rule speaks" not in html


def broken(self: Rule, view: object) -> None:
    raise ZeroDivisionError


def test_rule_that_raises_is_told_and_leaves_the_others_standing(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Rule.evaluate
    monkeypatch.setattr(
        Rule, "evaluate", lambda rule, view: broken(rule, view) if rule.id.startswith("P21") else sound(rule, view)
    )
    html = read(client, cast.ana, make_entry(cast.ana_log, EMERGENCY | {"mouth-sores": 1}))
    assert title_of(html).startswith("Get emergency help now")
    assert "We could not check all of this entry. There may be more." in html


def test_all_rules_raising_is_same_day_at_least(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rule, "evaluate", broken)
    html = read(client, cast.ana, make_entry(cast.ana_log, {"headache": 1}))
    assert title_of(html).startswith("Call your care team today")
    assert "Act as if it were serious." in html


def test_rule_error_is_a_value_error() -> None:
    """The page catches what the engine catches; a rule file that cannot be used must be among it."""
    assert issubclass(RuleError, ValueError)


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
    assert [event.kind for event in Flag.objects.get(entry=entry).events.all()] == ["raised", "called"]
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
    Flag.objects.update(raised_at=clock.now() + timedelta(seconds=1))
    assert "“I have called”" not in read(client, cast.ana, entry)


def test_called_by_a_caregiver_who_may_add(client: Client, cast: Cast) -> None:
    Grant.objects.filter(user=cast.sam).update(level="read-add")
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
    Grant.objects.filter(user=cast.sam).update(level="read-add")
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


@pytest.mark.parametrize(("who", "queries"), [("ana", 10), ("sam", 12)])
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
