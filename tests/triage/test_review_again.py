"""When a flag speaks up again: for news, and only for news."""

from datetime import timedelta

from symptoms.catalogue.models import Symptom
from symptoms.diary.actions import EntrySaid, ReportSaid, change_entry
from symptoms.diary.models import Entry
from symptoms.followups.actions import log_injection
from symptoms.triage import actions
from symptoms.triage.models import Flag
from tests.factories.cast import Cast
from tests.factories.diary import make_entry


def flagged(cast: Cast, grades: dict[str, int | None]) -> tuple[Entry, Flag]:
    entry = make_entry(cast.ana_log, grades)
    actions.assess_entry(entry_id=entry.pk)
    return entry, Flag.objects.get(lines__entry=entry)


def say(cast: Cast, entry: Entry, **grades: int) -> None:
    symptoms = [Symptom.objects.get(slug=slug.replace("_", "-")) for slug in grades]
    reports = [ReportSaid(symptom, grade) for symptom, grade in zip(symptoms, grades.values(), strict=True)]
    change_entry(entry=entry, said=EntrySaid(day=entry.day, reports=reports), by=cast.ana)
    actions.assess_entry(entry_id=entry.pk)


def kinds(flag: Flag) -> list[str]:
    return [event.kind for event in flag.events.all()]


def test_a_resolved_flag_stays_resolved_when_only_an_earlier_day_is_filled_in(cast: Cast) -> None:
    entry, flag = flagged(cast, {"pee-pain": 1})
    actions.resolve_flag(flag=flag, by=cast.okoye, note="Seen, and treated.")
    make_entry(cast.ana_log, {"headache": 1}, day=entry.day - timedelta(days=3))
    assert actions.assess_entry(entry_id=entry.pk) is not None
    flag.refresh_from_db()
    assert flag.state == "resolved"
    assert kinds(flag) == ["raised", "resolved"]


def test_a_waiting_flag_does_not_say_that_an_untouched_entry_was_changed(cast: Cast) -> None:
    entry, flag = flagged(cast, {"pee-pain": 1})
    log_injection(patient=cast.ana_log, at=entry.happened_at - timedelta(days=9), number=9, site="", by=cast.ana)
    assert actions.assess_entry(entry_id=entry.pk) is not None
    assert kinds(flag) == ["raised"]


def test_a_resolved_flag_is_raised_again_when_an_earlier_day_makes_it_worse(cast: Cast) -> None:
    entry, flag = flagged(cast, {"confusion": 1})
    actions.resolve_flag(flag=flag, by=cast.okoye, note="Seen.")
    Flag.objects.filter(pk=flag.pk).update(tier="emergency")
    make_entry(cast.ana_log, {"fever": 2}, day=entry.day - timedelta(days=1))
    again = actions.assess_entry(entry_id=entry.pk)
    assert again is not None and "E04-sepsis" in [held["rule_id"] for held in again.result["held"]]
    flag.refresh_from_db()
    assert flag.state == "waiting"


def test_a_second_emergency_in_an_acknowledged_entry_waits_again(cast: Cast) -> None:
    entry, flag = flagged(cast, {"swelling-face": 2})
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    say(cast, entry, swelling_face=2, vomit_blood=2)
    flag.refresh_from_db()
    assert (flag.tier, flag.state) == ("emergency", "waiting")
    assert kinds(flag)[-1] == "raised-again"


def test_a_new_symptom_that_only_its_own_tier_catches_is_news_too(cast: Cast) -> None:
    entry, flag = flagged(cast, {"skin-hot-red": 1})
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    say(cast, entry, skin_hot_red=1, trouble_swallowing=1)
    flag.refresh_from_db()
    assert flag.state == "waiting"


def test_a_change_that_brings_no_news_leaves_an_acknowledged_flag_alone(cast: Cast) -> None:
    entry, flag = flagged(cast, {"swelling-face": 2})
    actions.acknowledge_flag(flag=flag, by=cast.okoye)
    say(cast, entry, swelling_face=3)
    flag.refresh_from_db()
    assert flag.state == "acknowledged"
    assert kinds(flag) == ["raised", "acknowledged", "entry-changed"]


def test_a_changed_entry_that_was_resolved_is_raised_again_while_it_still_asks_for_a_call(cast: Cast) -> None:
    entry, flag = flagged(cast, {"swelling-face": 2})
    actions.resolve_flag(flag=flag, by=cast.okoye, note="Seen.")
    say(cast, entry, swelling_face=3)
    flag.refresh_from_db()
    assert flag.state == "waiting"
