"""Stored entries by other rules: compared, or assessed again; one current assessment an entry, whoever comes."""

import json
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from symptoms.audit.models import Event
from symptoms.diary.actions import stir_entries
from symptoms.diary.models import Entry
from symptoms.lib import clock
from symptoms.triage import actions, ruleset
from symptoms.triage.actions import assess_waiting, reassessing, rule_sets
from symptoms.triage.actions.assessing import assess_entry
from symptoms.triage.actions.reassessing import reassess
from symptoms.triage.engine import read_rule_files
from symptoms.triage.models import Assessment, Flag, RuleSetVersion
from tests.factories import rules
from tests.factories.cast import Cast, make_cast
from tests.factories.diary import make_entry

HEAD = "C03-mild-headache-muscle"
LONG_AGO = date(2020, 1, 1)


@pytest.fixture(autouse=True)
def own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the database at every question which rules are in force."""
    monkeypatch.setattr(ruleset, "MEMORY", ruleset.Memory(every=0))


def diary(cast: Cast) -> list[Entry]:
    """Ana's headache, her runny nose, Bo's headache; all assessed."""
    today = clock.local_day(clock.now(), "Europe/London")
    said: list[tuple[Any, int, dict[str, int | None]]] = [
        (cast.ana_log, 20, {"headache": 1}),
        (cast.ana_log, 8, {"runny-nose": 1}),
        (cast.bo_log, 1, {"headache": 1}),
    ]
    entries = [make_entry(patient, grades, day=today - timedelta(days=days)) for patient, days, grades in said]
    for entry in entries:
        assess_entry(entry_id=entry.pk)
    return entries


def publish(cast: Cast, was: str = "self-care", becomes: str = "prompt") -> RuleSetVersion:
    """Put rules in force in which a mild headache has another tier."""
    draft = rule_sets.open_draft(purpose="A headache", by=cast.okoye)
    text = rules.text_of(draft, HEAD).replace(f'tier = "{was}"', f'tier = "{becomes}"')
    draft = rule_sets.change_rule(draft=draft, rule_id=HEAD, text=text, by=cast.okoye)
    return rule_sets.publish(version=rule_sets.propose(draft=draft, by=cast.okoye), by=cast.lindqvist)


def current(entry: Entry) -> Assessment:
    """Return the one current assessment of an entry; more or none is an error."""
    found: Assessment = Assessment.objects.get(entry=entry, is_current=True)
    return found


def test_every_entry_stands_by_the_rules_in_force_once(cast: Cast) -> None:
    rules.release()
    entries = diary(cast)
    live = publish(cast)
    outcome = reassess(since=LONG_AGO)
    assert (outcome.written, outcome.left, outcome.tally.changed) == (3, 0, 2)
    for entry in entries:
        now = current(entry)
        assert (now.rule_set, now.revision) == (live.version, entry.revision)
        assert now.process
        assert Assessment.objects.filter(entry=entry).count() == 2
    assert [current(entry).tier for entry in entries] == ["prompt", "prompt", "prompt"]
    event = Event.objects.get(verb="triage.reassessed")
    assert event.data == {"rules": live.version, "written": 3, "left": 0}


def test_what_it_writes_is_what_a_worker_writes(cast: Cast) -> None:
    rules.release()
    entries = diary(cast)
    publish(cast)
    reassess(since=LONG_AGO)
    bulk = [(one.tier, one.checked, one.result) for one in map(current, entries)]
    stir_entries(patient=cast.ana_log, since=clock.now() - timedelta(days=90))
    stir_entries(patient=cast.bo_log, since=clock.now() - timedelta(days=90))
    for entry in entries:
        assess_entry(entry_id=entry.pk)
    assert [(one.tier, one.checked, one.result) for one in map(current, entries)] == bulk


def test_a_second_time_there_is_nothing_left_to_do(cast: Cast) -> None:
    rules.release()
    diary(cast)
    publish(cast)
    reassess(since=LONG_AGO)
    before = list(Assessment.objects.order_by("pk").values())
    assert reassess(since=LONG_AGO).written == 0
    assert list(Assessment.objects.order_by("pk").values()) == before


def test_back_to_rules_that_judged_it_before(cast: Cast) -> None:
    """The same revision by the same rules has one row; it is current again."""
    rules.release()
    entries = diary(cast)
    live = publish(cast)
    reassess(since=LONG_AGO)
    rule_sets.roll_back(live=live, reason="Too many calls", by=cast.okoye)
    assert reassess(since=LONG_AGO).written == 3
    assert [current(entry).tier for entry in entries] == ["self-care", "prompt", "self-care"]
    assert Assessment.objects.count() == 6


def test_a_tier_that_rises_raises_a_flag_and_one_that_falls_lowers_none(cast: Cast) -> None:
    rules.release()
    entries = diary(cast)
    assert list(Flag.objects.values_list("entry", flat=True)) == [entries[1].pk]
    live = publish(cast)
    reassess(since=LONG_AGO)
    flags = list(Flag.objects.order_by("pk").values("entry", "tier", "state", "raised_at"))
    assert {flag["entry"] for flag in flags} == {entry.pk for entry in entries}
    rule_sets.roll_back(live=live, reason="Too many calls", by=cast.okoye)
    reassess(since=LONG_AGO)
    assert list(Flag.objects.order_by("pk").values("entry", "tier", "state", "raised_at")) == flags


def test_since_deleted_and_waiting_entries_are_left(cast: Cast) -> None:
    rules.release()
    old, deleted, waiting = diary(cast)
    publish(cast)
    Entry.objects.filter(pk=deleted.pk).update(deleted_at=clock.now())
    Entry.objects.filter(pk=waiting.pk).update(revision=2)
    outcome = reassess(since=clock.now().date() - timedelta(days=15))
    assert (outcome.written, outcome.tally.looked_at) == (0, 0)
    assert reassess(since=LONG_AGO).written == 1
    assert current(old).rule_set == ruleset.live_version()


def test_a_damaged_diary_is_left_and_told(cast: Cast) -> None:
    rules.release()
    entries = diary(cast)
    publish(cast)
    Entry.objects.filter(pk=entries[0].pk).update(time_zone="Nowhere/At all")
    outcome = reassess(since=LONG_AGO)
    assert (outcome.written, outcome.left) == (1, 2)


def test_an_entry_changed_while_it_was_judged_is_left_to_the_worker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules.release()
    entries = diary(cast)
    publish(cast)
    write = reassessing._write

    def change_first(*given: Any) -> None:
        stir_entries(patient=cast.bo_log, since=entries[2].happened_at)
        write(*given)

    monkeypatch.setattr(reassessing, "_write", change_first)
    outcome = reassess(since=LONG_AGO)
    assert (outcome.written, outcome.left) == (2, 1)
    assert current(entries[2]).rule_set != ruleset.live_version()


def test_stopped_in_the_middle_it_is_run_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rules.release()
    entries = diary(cast)
    publish(cast)
    monkeypatch.setattr(reassessing, "PATIENTS", 1)
    do = reassessing.reassess_part
    done: list[Any] = []

    def once(work: Any) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(work)
        return do(work)

    monkeypatch.setattr(reassessing, "reassess_part", once)
    with pytest.raises(KeyboardInterrupt):
        reassess(since=LONG_AGO)
    some = Assessment.objects.filter(rule_set=ruleset.live_version()).count()
    assert 0 < some < 3
    monkeypatch.setattr(reassessing, "reassess_part", do)
    assert reassess(since=LONG_AGO).written == 3 - some
    assert {current(entry).rule_set for entry in entries} == {ruleset.live_version()}


# -- the command ------------------------------------------------------------------------------------------------


def run(*given: str) -> list[str]:
    out = StringIO()
    call_command("reassess", *given, "--processes=1", stdout=out)
    return out.getvalue().splitlines()


def changed_rules(folder: Path) -> Path:
    for name, text in read_rule_files(ruleset.RULES).items():
        at = text.find(f'id = "{HEAD}"')
        changed = text[:at] + text[at:].replace('tier = "self-care"', 'tier = "prompt"', 1) if at >= 0 else text
        (folder / name).write_text(changed)
    return folder


def test_a_dry_run_compares_changed_rules_with_what_stands_and_writes_nothing(cast: Cast, tmp_path: Path) -> None:
    rules.release()
    entries = diary(cast)
    before = list(Assessment.objects.order_by("pk").values())
    lines = run("--since=2020-01-01", "--dry-run", f"--rules={changed_rules(tmp_path)}", "--list")
    told = [json.loads(line) for line in lines[:2]]
    assert {one["entry"] for one in told} == {str(entries[0].pk), str(entries[2].pk)}
    assert all((one["before"], one["after"], one["gained"]) == ("self-care", "prompt", [HEAD]) for one in told)
    assert lines[2:4] == [
        "3 entries looked at: 1 unchanged, 2 changed.",
        "Flags per 100 entries: 33.3 before, 100.0 after.",
    ]
    assert lines[-2].split() == ["self-care", "2", "0"]
    assert lines[-1] == "Nothing was written."
    assert list(Assessment.objects.order_by("pk").values()) == before


def test_without_dry_run_it_says_how_many_it_wrote(cast: Cast) -> None:
    rules.release()
    diary(cast)
    publish(cast)
    assert run("--since=2020-01-01")[-1] == "3 assessments written."
    assert run("--since=2020-01-01")[-1] == "0 assessments written."


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--since=yesterday"], "--since: 'yesterday'"),
        (["--since=2026-02-30"], "--since"),
        (["--since=2020-01-01", "--dry-run", "--rules=/no/such/folder"], "no directory"),
        (["--since=2020-01-01", "--rules=."], "only with --dry-run"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_touched(cast: Cast, given: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*given)
    assert not Assessment.objects.exists()


def test_rules_that_cannot_be_used_are_named_with_file_and_key(cast: Cast, tmp_path: Path) -> None:
    changed_rules(tmp_path)
    (tmp_path / "calm.toml").write_text("[[rule]]\nid = 'V01'\nmade_up = 1\n")
    with pytest.raises(CommandError, match=r"calm.toml: V01: unknown key 'made_up'"):
        run("--since=2020-01-01", "--dry-run", f"--rules={tmp_path}")


# -- all at once ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_worker_sweep_edits_and_two_of_these_at_once_leave_one_current_each(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    rules.release()
    today = clock.local_day(clock.now(), "Europe/London")
    entries = [
        make_entry(patient, {"headache": 1}, day=today - timedelta(days=days))
        for patient in (cast.ana_log, cast.bo_log)
        for days in range(12)
    ]
    for entry in entries:
        assess_entry(entry_id=entry.pk)
    publish(cast)
    monkeypatch.setattr(reassessing, "ENTRIES", 2)
    monkeypatch.setattr(actions.assessing, "GRACE", timedelta(0))
    faults: list[BaseException] = []

    def edits() -> None:
        for patient in (cast.ana_log, cast.bo_log) * 4:
            stir_entries(patient=patient, since=clock.now() - timedelta(days=6))

    def alone(do: Any) -> None:
        try:
            do()
        except BaseException as fault:  # noqa: BLE001 (whatever went wrong in a thread is told below)
            faults.append(fault)
        finally:
            connection.close()

    jobs = [edits, assess_waiting, assess_waiting, *[lambda: reassess(since=LONG_AGO)] * 2]
    threads = [Thread(target=alone, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assess_waiting()
    reassess(since=LONG_AGO)
    standing = Assessment.objects.filter(is_current=True)
    assert Counter(standing.values_list("entry", flat=True)) == Counter(entry.pk for entry in entries)
    assert set(standing.values_list("rule_set", flat=True)) == {ruleset.live_version()}
    fresh = dict(Entry.objects.values_list("pk", "revision"))
    assert all(one.revision == fresh[one.entry_id] for one in standing)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_processes_do_what_one_does() -> None:
    cast = make_cast()
    rules.release()
    entries = diary(cast)
    publish(cast)
    outcome = reassess(since=LONG_AGO, processes=2)
    assert outcome.written == 3
    assert {current(entry).rule_set for entry in entries} == {ruleset.live_version()}
