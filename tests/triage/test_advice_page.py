"""The advice page: at once, by the pure engine, the most urgent first, honest about who reads and what was seen."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from symptoms.accounts.models import User
from symptoms.catalogue.models import Symptom
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.lib.emergency import COUNTRIES
from symptoms.sharing.models import Grant
from symptoms.triage import ruleset
from symptoms.triage.actions import assess_entry
from symptoms.triage.engine import Rule, RuleError
from symptoms.triage.models import Assessment
from tests.factories.cast import Cast, share
from tests.factories.diary import make_entry
from tests.triage.advice import (
    CALL_IF,
    EMERGENCY,
    NOT_A_DOCTOR,
    lead_card,
    read,
    title_of,
)


@pytest.fixture
def no_clinic(cast: Cast) -> Cast:
    Grant.objects.filter(clinic=cast.clinic).update(revoked_at=clock.now())
    return cast


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
    Grant.objects.filter(user=cast.sam).update(adds=["symptoms", "notes"])
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
