"""An expected level hides no emergency and no same-day rule: tried with every such symptom and every such example.

The levels stand as rows, severe enough for anything, and are read as the advice page reads them. They are
written past the action here, which refuses emergency signs.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import answer_urgency
from symptoms.diary.models import Entry, Urgency
from symptoms.lib import clock
from symptoms.sharing.models import Patient
from symptoms.triage.actions import assess_now
from symptoms.triage.engine import Assessment, Facts, assess, case_from_json
from symptoms.triage.engine.example import NOW, case_of
from symptoms.triage.engine.rules import Example
from symptoms.triage.facts import patient_facts, rows_of_settings
from symptoms.triage.models import ExpectedLevel
from symptoms.triage.ruleset import live_rules
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.triage.engine.rules_under_test import rule_set

URGENT = {"emergency", "same-day"}
EXAMPLES = [
    (rule.id, example)
    for rule in rule_set().rules.values()
    for example in rule.holds
    if rule.id.startswith(("E", "S")) or (example.tier or rule.tier) in URGENT
]


def expect_all(cast: Cast, slugs: Iterable[str], first: date) -> None:
    ExpectedLevel.objects.bulk_create(
        ExpectedLevel(
            patient=cast.ana_log,
            symptom=symptom,
            grade=4,
            first_day=first,
            last_day=first + timedelta(days=30),
            set_by=cast.okoye,
        )
        for symptom in Symptom.objects.filter(slug__in=slugs)
    )


def urgent_rules(said: Assessment) -> dict[str, str]:
    assert said.checked
    return {held.rule_id: held.tier for held in said.held if held.tier in URGENT}


def again(entry: Entry) -> Entry:
    fresh: Entry = Entry.objects.select_related("patient__user").get(pk=entry.pk)
    return fresh


@pytest.mark.parametrize("grade", [1, 2, 3, 4, None])
def test_no_symptom_that_is_urgent_by_itself_is_hidden(cast: Cast, grade: int | None) -> None:
    today = clock.local_day(clock.now(), cast.ana_log.time_zone)
    slugs = list(Symptom.objects.filter(home_tier__in=URGENT, retired_at=None).values_list("slug", flat=True))
    assert len(slugs) > 40
    for slug in slugs:
        with transaction.atomic():
            entry = again(make_entry(cast.ana_log, {slug: grade}))
            before = assess_now(entry)
            expect_all(cast, [slug], today)
            after = assess_now(again(entry))
            transaction.set_rollback(True)
        assert after.tier == before.tier, slug
        assert urgent_rules(after) == urgent_rules(before), slug
        assert urgent_rules(after), slug


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda one: getattr(one, "why", one))
def test_no_example_of_an_urgent_rule_is_hidden(cast: Cast, rule: str, example: Example) -> None:
    facts = case_from_json(case_of(example), rule_set().home_tiers)
    slugs = {tick.symptom for entry in facts.entries for tick in entry.ticks}
    before = assess(facts, live_rules())
    after = assess(with_levels(cast, facts, slugs), live_rules())
    assert rule in {held.rule_id for held in before.held}
    assert urgent_rules(after) == urgent_rules(before)
    assert after.tier == before.tier or before.tier not in URGENT


def with_levels(cast: Cast, facts: Facts, slugs: Iterable[str]) -> Facts:
    expect_all(cast, slugs, NOW.date())
    (row,) = rows_of_settings(Patient.objects.filter(pk=cast.ana_log.pk))
    expected = patient_facts(row, facts.entries[-1].at).expected
    assert len(expected) == len(set(slugs))
    return replace(facts, patient=replace(facts.patient, expected=expected))


def test_what_the_patient_called_urgent_stays_a_call_today(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"joint-pain": 3})
    answer_urgency(entry=entry, answer=Urgency.YES, by=cast.ana)
    assert assess_now(again(entry)).tier == "same-day"
    expect_all(cast, ["joint-pain"], entry.day)
    assert assess_now(again(entry)).tier == "same-day"
