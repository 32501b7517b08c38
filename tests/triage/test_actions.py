"""From an entry to its assessment and its flag, and the flag's life."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from symptoms.audit.models import Event
from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry, delete_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.lib import clock
from symptoms.triage import actions, ruleset
from symptoms.triage.models import Assessment, Flag, FlagEvent
from symptoms.triage.ruleset import live_rules
from tests.factories.cast import Cast, make_cast
from tests.factories.diary import make_entry


def kinds(flag: Flag) -> list[str]:
    return [event.kind for event in flag.events.all()]


@pytest.mark.parametrize(
    ("grades", "tier", "flagged"),
    [
        ({"swelling-face": 2}, "emergency", True),
        ({"pee-pain": 1, "pee-often": 1}, "same-day", True),
        ({"sore-throat": 1}, "prompt", True),
        ({"lip-blisters": 1}, "visit", False),
        ({"headache": 1}, "self-care", False),
        ({}, "none", False),
    ],
)
def test_assess_entry_keeps_the_proof_and_flags_from_prompt_up(
    cast: Cast, grades: dict[str, int | None], tier: str, flagged: bool
) -> None:
    entry = make_entry(cast.ana_log, grades)
    assessment = actions.assess_entry(entry_id=entry.pk)
    assert assessment is not None
    assert assessment.checked
    assert assessment.tier == tier
    assert assessment.rule_set == live_rules().version
    assert assessment.process and assessment.revision == 1
    entry.refresh_from_db()
    assert entry.assessed_revision == 1
    assert Flag.objects.filter(lines__entry=entry).exists() is flagged


def test_assess_entry_twice_leaves_one_assessment_and_one_flag(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 2})
    assert actions.assess_entry(entry_id=entry.pk) is not None
    assert actions.assess_entry(entry_id=entry.pk) is None
    assert Assessment.objects.filter(entry=entry).count() == 1
    assert kinds(Flag.objects.get(lines__entry=entry)) == ["raised"]


def test_assess_entry_that_is_gone_is_none(cast: Cast) -> None:
    entry = make_entry(cast.ana_log)
    Entry.objects.filter(pk=entry.pk).delete()
    assert actions.assess_entry(entry_id=entry.pk) is None


def test_a_worse_change_raises_the_flag_again(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"sore-throat": 1})
    actions.assess_entry(entry_id=entry.pk)
    flag = Flag.objects.get(lines__entry=entry)
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    face = Symptom.objects.get(slug="swelling-face")
    said = EntrySaid(day=entry.day, reports=[ReportSaid(face, 3)])
    change_entry(entry=entry, said=said, by=cast.ana)
    actions.assess_entry(entry_id=entry.pk)
    flag.refresh_from_db()
    assert (flag.tier, flag.state, flag.acknowledged_by) == ("emergency", "waiting", None)
    assert kinds(flag) == ["raised", "acknowledged", "raised-again"]
    assert Assessment.objects.get(entry=entry, is_current=True).revision == 2


def test_a_milder_change_leaves_the_flag_where_it_was(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    actions.assess_entry(entry_id=entry.pk)
    change_entry(entry=entry, said=EntrySaid(day=entry.day), by=cast.ana)
    actions.assess_entry(entry_id=entry.pk)
    flag = Flag.objects.get(lines__entry=entry)
    assert (flag.tier, flag.state) == ("emergency", "waiting")
    assert kinds(flag) == ["raised", "entry-changed"]


def test_a_deleted_entry_leaves_a_trace_at_its_flag(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    actions.assess_entry(entry_id=entry.pk)
    delete_entry(entry=entry, by=cast.ana)
    actions.assess_entry(entry_id=entry.pk)
    assert kinds(Flag.objects.get(lines__entry=entry)) == ["raised", "entry-deleted"]


def test_a_deleted_entry_raises_no_flag(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    delete_entry(entry=entry, by=cast.ana)
    assert actions.assess_entry(entry_id=entry.pk) is not None
    assert not Flag.objects.exists()


def test_a_shot_logged_late_has_later_entries_assessed_again(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"trouble-swallowing": 1})
    first = actions.assess_entry(entry_id=entry.pk)
    assert first is not None and first.tier == "same-day"
    at = entry.happened_at - timedelta(hours=3)
    log_injection(patient=cast.ana_log, at=at, number=4, site="thigh-left", by=cast.ana)
    second = actions.assess_entry(entry_id=entry.pk)
    assert second is not None and second.tier == "emergency"
    assert Flag.objects.get(lines__entry=entry).tier == "emergency"


def test_an_earlier_day_has_later_entries_assessed_again(cast: Cast) -> None:
    today = make_entry(cast.ana_log, {"confusion": 1})
    actions.assess_entry(entry_id=today.pk)
    make_entry(cast.ana_log, {"fever": 2}, day=today.day - timedelta(days=1))
    again = actions.assess_entry(entry_id=today.pk)
    assert again is not None
    assert "E04-sepsis" in [held["rule_id"] for held in again.result["held"]]


def test_facts_that_cannot_be_read_are_flagged_for_review_and_never_none(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    Entry.objects.filter(pk=entry.pk).update(time_zone="Nowhere/At-all")
    assessment = actions.assess_entry(entry_id=entry.pk)
    assert assessment is not None
    assert (assessment.checked, assessment.tier) == (False, "same-day")
    assert Flag.objects.get(lines__entry=entry).tier == "same-day"


def test_rules_that_cannot_be_read_raise_a_flag_for_review(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make_entry(cast.ana_log, {"headache": 1})
    monkeypatch.setattr(ruleset, "RULES", tmp_path)
    assessment = actions.assess_entry(entry_id=entry.pk)
    assert assessment is not None
    assert (assessment.checked, assessment.tier, assessment.rule_set) == (False, "same-day", "unreadable")
    assert Flag.objects.get(lines__entry=entry).tier == "same-day"


def test_assess_waiting_takes_all_after_the_grace_and_a_bad_one_holds_nobody_up(cast: Cast) -> None:
    entries = [make_entry(cast.ana_log, {"sore-throat": 1}, day=_days_ago(n)) for n in range(3)]
    Entry.objects.filter(pk=entries[0].pk).update(time_zone="Nowhere/At-all")
    assert actions.assess_waiting() == 0
    Entry.objects.update(saved_at=clock.now() - actions.GRACE - timedelta(seconds=1))
    assert actions.assess_waiting() == 3
    assert not Entry.objects.unassessed().exists()


def test_acknowledge_is_told_apart_from_too_late(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    actions.assess_entry(entry_id=entry.pk)
    flag = Flag.objects.get(lines__entry=entry)
    actions.acknowledge_flag(flag=flag, by=cast.lindqvist, note="We will ring you now.")
    with pytest.raises(actions.AlreadyTaken) as late:
        actions.acknowledge_flag(flag=flag, by=cast.okoye)
    assert late.value.flag.acknowledged_by == cast.lindqvist
    resolved = actions.resolve_flag(flag=flag, by=cast.okoye, note="Seen at the hospital.")
    assert resolved.state == "resolved"
    with pytest.raises(actions.AlreadyTaken):
        actions.resolve_flag(flag=flag, by=cast.lindqvist, note="Again.")
    assert [event.note for event in flag.events.all()] == ["", "We will ring you now.", "Seen at the hospital."]
    verbs = Event.objects.filter(patient=cast.ana_log.pk).values_list("verb", flat=True)
    assert {"triage.flag-acknowledged", "triage.flag-resolved"} <= set(verbs)


def test_i_have_called_is_kept_once(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, {"swelling-face": 3})
    actions.assess_entry(entry_id=entry.pk)
    actions.tell_called(entry=entry, by=cast.ana)
    actions.tell_called(entry=entry, by=cast.ana)
    assert kinds(Flag.objects.get(lines__entry=entry)).count(FlagEvent.Kind.CALLED) == 1


def test_temperature_alone_is_fever(cast: Cast) -> None:
    entry = make_entry(cast.ana_log, temperature_c=Decimal("38.40"))
    assessment = actions.assess_entry(entry_id=entry.pk)
    assert assessment is not None and assessment.tier == "same-day"
    assert assessment.result["held"][0]["rule_id"] == "S03-fever"


@pytest.mark.django_db(transaction=True)
def test_of_several_assessments_at_once_one_writes() -> None:
    cast = make_cast()
    entry = make_entry(cast.ana_log, {"swelling-face": 2})
    start = Barrier(4)
    done: list[Any] = []

    def run() -> None:
        start.wait()
        done.append(actions.assess_entry(entry_id=entry.pk))
        connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in done if one is not None]) == 1
    assert Assessment.objects.count() == Flag.objects.count() == 1


def _days_ago(days: int) -> date:
    return clock.local_day(clock.now(), "Europe/London") - timedelta(days=days)
