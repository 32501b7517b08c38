"""A dry run: what a draft would say of stored entries, counted in parts, by whoever takes it up."""

from datetime import timedelta
from typing import Any

import pytest
from celery import current_app

from symptoms.diary.actions import delete_entry
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage import receivers, ruleset, tasks
from symptoms.triage.actions import dry_runs, rule_sets
from symptoms.triage.actions.dry_runs import NotPossible, Outcome, ask_dry_run, run_dry_run, run_waiting_dry_runs
from symptoms.triage.models import Assessment, DryRun, Flag, RuleSetVersion
from symptoms.triage.tasks import sweep
from tests.factories import rules
from tests.factories.cast import Cast
from tests.factories.diary import make_entry

HEAD = "C03-mild-headache-muscle"


@pytest.fixture
def draft(cast: Cast) -> RuleSetVersion:
    """A draft in which a mild headache is for the next two days."""
    rules.release()
    ruleset.MEMORY = ruleset.Memory()
    draft = rule_sets.open_draft(purpose="A headache cannot wait", by=cast.okoye)
    text = rules.text_of(draft, HEAD).replace('tier = "self-care"', 'tier = "prompt"')
    return rule_sets.change_rule(draft=draft, rule_id=HEAD, text=text, by=cast.okoye)


@pytest.fixture
def diary(cast: Cast) -> list[Entry]:
    """A headache of Ana, who has other things later, and one of Bo."""
    today = clock.local_day(clock.now(), "Europe/London")
    said: list[tuple[Any, int, dict[str, int | None]]] = [
        (cast.ana_log, 20, {"headache": 1}),
        (cast.ana_log, 10, {"runny-nose": 1}),
        (cast.ana_log, 1, {"fatigue": 1}),
        (cast.bo_log, 1, {"headache": 1}),
    ]
    return [make_entry(patient, grades, day=today - timedelta(days=days)) for patient, days, grades in said]


def ask(cast: Cast, draft: RuleSetVersion, wanted: int = 100) -> DryRun:
    return ask_dry_run(version=draft, wanted=wanted, by=cast.okoye)


def silent(run: DryRun, seconds: int) -> None:
    """Let a dry run have been asked for, and heard of, so many seconds ago."""
    then = clock.now() - timedelta(seconds=seconds)
    DryRun.objects.filter(pk=run.pk, heard_at__isnull=False).update(heard_at=then)
    DryRun.objects.filter(pk=run.pk).update(asked_at=max(then, run.asked_at))


def test_it_counts_what_moves_and_writes_nothing_else(cast: Cast, draft: RuleSetVersion, diary: list[Entry]) -> None:
    run = ask(cast, draft)
    assert (run.state, run.rules) == ("waiting", draft.version)
    assert run_dry_run(dry_run_id=run.pk) is Outcome.ENDED
    run.refresh_from_db()
    assert (run.state, run.total, run.done, run.changed) == ("done", 4, 4, 2)
    assert run.against == ruleset.live_version() != run.rules
    assert sum(run.moves.values()) == 4
    assert run.moves["self-care > prompt"] == 2
    assert (run.flagged_live, run.flagged_draft) == (1, 3)
    changes = list(run.changes.all())
    assert {change.entry_id for change in changes} == {diary[0].pk, diary[3].pk}
    assert [change.number for change in changes] == sorted({change.number for change in changes})
    assert all(
        (one.tier_live, one.tier_draft, one.gained, one.lost) == ("self-care", "prompt", [HEAD], [HEAD])
        for one in changes
    )
    assert not Assessment.objects.exists()
    assert not Flag.objects.exists()


def test_more_of_the_same_run_raises_no_second_flag(cast: Cast, draft: RuleSetVersion) -> None:
    today = clock.local_day(clock.now(), "Europe/London")
    for days in (1, 0):
        make_entry(cast.ana_log, {"headache": 1}, day=today - timedelta(days=days))
    run = ask(cast, draft)
    run_dry_run(dry_run_id=run.pk)
    run.refresh_from_db()
    assert (run.changed, run.flagged_live, run.flagged_draft) == (2, 0, 1)


def test_only_the_newest_live_entries_there_were_when_it_was_asked(
    cast: Cast, draft: RuleSetVersion, diary: list[Entry]
) -> None:
    delete_entry(entry=diary[2], by=cast.ana)
    run = ask(cast, draft, wanted=2)
    make_entry(cast.ana_log, {"headache": 2})
    run_dry_run(dry_run_id=run.pk)
    run.refresh_from_db()
    assert (run.total, run.done, run.changed) == (2, 2, 1)
    assert [change.entry_id for change in run.changes.all()] == [diary[3].pk]


def test_it_goes_on_where_it_was_when_its_time_is_up(
    cast: Cast, draft: RuleSetVersion, diary: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "CHUNK", 1)
    run = ask(cast, draft)
    assert run_dry_run(dry_run_id=run.pk, seconds=0) is Outcome.LEFT_OVER
    run.refresh_from_db()
    assert run.state == "waiting"
    assert 0 < run.done < run.total == 4
    assert run_dry_run(dry_run_id=run.pk) is Outcome.ENDED
    run.refresh_from_db()
    assert (run.state, run.done, run.changed, sum(run.moves.values())) == ("done", 4, 2, 4)
    assert run.changes.count() == 2


def test_a_dead_worker_s_run_is_taken_up_after_a_minute_and_no_sooner(
    cast: Cast, draft: RuleSetVersion, diary: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "CHUNK", 1)
    run = ask(cast, draft)
    run_dry_run(dry_run_id=run.pk, seconds=0)
    DryRun.objects.filter(pk=run.pk).update(state="running")
    silent(run, 59)
    assert run_waiting_dry_runs(seconds=9) == 0
    assert run_dry_run(dry_run_id=run.pk) is Outcome.NOT_OURS
    silent(run, 61)
    assert run_waiting_dry_runs(seconds=9) == 1
    run.refresh_from_db()
    assert (run.state, run.done, run.changed, run.changes.count()) == ("done", 4, 2, 2)


def test_of_two_who_come_one_gets_it(cast: Cast, draft: RuleSetVersion, diary: list[Entry]) -> None:
    run = ask(cast, draft)
    assert dry_runs._take(run.pk) is not None
    assert dry_runs._take(run.pk) is None


def test_a_run_that_somebody_else_took_over_counts_nothing_twice(
    cast: Cast, draft: RuleSetVersion, diary: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that slept for longer than a minute wakes up beside the one that took its work."""
    run = ask(cast, draft)
    step = dry_runs._step
    slept: list[bool] = []

    def wake_up_late(*given: Any) -> bool:
        if not slept:
            slept.append(True)
            silent(run, 90)
            assert run_dry_run(dry_run_id=run.pk) is Outcome.ENDED
        return step(*given)

    monkeypatch.setattr(dry_runs, "_step", wake_up_late)
    assert run_dry_run(dry_run_id=run.pk) is Outcome.NOT_OURS
    run.refresh_from_db()
    assert (run.state, run.done, run.changed) == ("done", 4, 2)


def test_the_sweep_takes_up_what_no_worker_came_for(cast: Cast, draft: RuleSetVersion, diary: list[Entry]) -> None:
    run = ask(cast, draft)
    sweep()
    run.refresh_from_db()
    assert run.state == "waiting"
    DryRun.objects.update(asked_at=clock.now() + timedelta(seconds=-20))
    Entry.objects.update(made_at=clock.now() - timedelta(minutes=1))
    sweep()
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 4)


def test_it_begins_again_where_the_rules_changed_in_between(
    cast: Cast, draft: RuleSetVersion, diary: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "CHUNK", 1)
    run = ask(cast, draft)
    run_dry_run(dry_run_id=run.pk, seconds=0)
    text = rules.text_of(draft, HEAD).replace('tier = "self-care"', 'tier = "prompt"')
    rule_sets.change_rule(draft=draft, rule_id=HEAD, text=text.replace("version = 1", "version = 2"), by=cast.okoye)
    assert run_dry_run(dry_run_id=run.pk) is Outcome.ENDED
    run.refresh_from_db()
    assert (run.done, run.changed, sum(run.moves.values()), run.changes.count()) == (4, 2, 4, 2)


def test_a_fault_is_told_by_its_name_and_place(cast: Cast, draft: RuleSetVersion, diary: list[Entry]) -> None:
    run = ask(cast, draft)
    files = {**draft.files, "calm.toml": "[[rule]]\nid = 'V01'\nmade_up = true"}
    RuleSetVersion.objects.filter(pk=draft.pk).update(files=files)
    assert run_dry_run(dry_run_id=run.pk) is Outcome.ENDED
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.fault.startswith("RuleError: calm.toml")
    assert run_dry_run(dry_run_id=run.pk) is Outcome.NOT_OURS


def test_what_a_row_holds_is_in_no_fault(
    cast: Cast, draft: RuleSetVersion, diary: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> Any:
        raise ValueError("a note about a headache")

    monkeypatch.setattr(dry_runs, "assess", fail)
    run = ask(cast, draft)
    run_dry_run(dry_run_id=run.pk)
    run.refresh_from_db()
    assert run.fault == "ValueError"


def test_a_damaged_diary_is_left_out_and_stops_no_other(cast: Cast, draft: RuleSetVersion, diary: list[Entry]) -> None:
    Entry.objects.filter(pk=diary[3].pk).update(time_zone="Nowhere/At all")
    run = ask(cast, draft)
    assert run_dry_run(dry_run_id=run.pk) is Outcome.ENDED
    run.refresh_from_db()
    assert (run.state, run.done, run.changed, sum(run.moves.values())) == ("done", 4, 1, 3)


def test_no_more_changes_are_kept_than_the_limit_but_all_are_counted(
    cast: Cast, draft: RuleSetVersion, diary: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "MOST_CHANGES", 1)
    run = ask(cast, draft)
    run_dry_run(dry_run_id=run.pk)
    run.refresh_from_db()
    assert (run.changed, run.changes.count()) == (2, 1)


@pytest.mark.parametrize("wanted", [0, -1, 50_001])
def test_a_number_out_of_range_is_refused(cast: Cast, draft: RuleSetVersion, wanted: int) -> None:
    with pytest.raises(NotPossible, match="50000"):
        ask(cast, draft, wanted=wanted)
    assert not DryRun.objects.exists()


def test_asked_twice_is_one_run(cast: Cast, draft: RuleSetVersion) -> None:
    assert ask(cast, draft) == ask(cast, draft)
    assert ask(cast, draft, wanted=5) != ask(cast, draft)


def test_a_worker_is_asked_once_it_is_written(
    cast: Cast, draft: RuleSetVersion, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[Any] = []
    monkeypatch.setitem(current_app.conf, "broker_url", "redis://nowhere")
    monkeypatch.setattr(receivers.errands, "run", lambda *given: asked.append(given))
    with django_capture_on_commit_callbacks(execute=True):
        run = ask(cast, draft)
        assert asked == []
    assert asked == [(receivers.send, tasks.dry_run, "dry run", str(run.pk))]
