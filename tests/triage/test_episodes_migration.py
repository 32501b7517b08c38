"""Flags that were raised before runs were kept: each keeps its entry, its place and its story."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from symptoms.lib import clock
from tests.factories.cast import make_cast
from tests.factories.diary import make_entry

BEFORE = [("triage", "0002_settings_and_rule_sets")]


@pytest.mark.django_db(transaction=True)
def test_every_flag_keeps_its_entry_through_the_migration_and_back() -> None:
    cast = make_cast()
    today = clock.local_day(clock.now(), cast.ana_log.time_zone)
    entries = [make_entry(cast.ana_log, {"eye-pain": 1}, day=today - timedelta(days=n)) for n in range(3)]
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("triage")
    old = _migrate(BEFORE)
    try:
        for entry in entries:
            flag = old.get_model("triage", "Flag").objects.create(
                id=uuid4(), patient_id=cast.ana_log.pk, entry_id=entry.pk, tier="same-day", raised_at=clock.now()
            )
            old.get_model("triage", "FlagEvent").objects.create(flag=flag, kind="raised", at=clock.now())
    finally:
        new = _migrate(newest)
    flags = list(new.get_model("triage", "Flag").objects.order_by("since"))
    assert [flag.since for flag in flags] == sorted(entry.day for entry in entries)
    assert all(flag.news_at == flag.raised_at for flag in flags)
    for flag in flags:
        line, event = flag.lines.get(), flag.events.get()
        assert (line.entry_id, event.entry_id) == (flag.entry_id, flag.entry_id)
        assert (line.raised, line.alarms, line.joined_at) == (True, None, flag.raised_at)


def _migrate(to: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    executor = MigrationExecutor(connection)
    return executor.loader.project_state(to).apps
