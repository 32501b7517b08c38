"""The role that the tracker runs as: PostgreSQL itself lets it add to the audit log and change nothing there."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from kesimpta_tracker.roles import statements
from symptoms.audit.actions import record
from symptoms.audit.models import Event, Seal
from symptoms.audit.sealing import seal_events
from symptoms.audit.verifying import TABLES, verify
from symptoms.diary.actions import delete_entry
from symptoms.diary.models import Entry
from symptoms.mydata.actions import ask_to_erase
from symptoms.triage.actions import assess_entry
from tests.factories.cast import Cast
from tests.factories.diary import make_entry
from tests.factories.roles import ROLE, make_role


def sql(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(words)


def grant(role: str = ROLE) -> None:
    call_command("grant_runtime_role", role, stdout=StringIO())


@pytest.fixture
def role(db: None) -> str:
    """A plain role. What it is granted falls with the transaction of the test."""
    return make_role()


@pytest.fixture
def running(cast: Cast, role: str) -> Iterator[Cast]:
    """The cast, seen by a tracker that runs as the role."""
    record("a.b", by=None)
    seal_events()
    grant()
    sql(f"SET ROLE {role}")
    yield cast
    sql("RESET ROLE")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("words", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}", "DROP TABLE {0}"])
def test_postgresql_refuses_the_role(running: Cast, table: str, words: str) -> None:
    column = {"audit_event": "verb", "audit_seal": "digest"}[table]
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        sql(words.format(table, column))


@pytest.mark.parametrize(
    "words",
    [
        "ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only",
        "DROP TRIGGER audit_event_append_only ON audit_event",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SELECT setval('audit_event_id_seq', 1)",
        "UPDATE django_migrations SET name = name",
        "CREATE RULE r AS ON INSERT TO audit_event DO INSTEAD NOTHING",
    ],
)
def test_the_role_cannot_take_the_guards_away(running: Cast, words: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        sql(words)


def test_the_tracker_runs_as_the_role(running: Cast) -> None:
    """Saving, triage, deleting, asking for erasure, sealing and verifying: each writes its row in the audit log."""
    entry = make_entry(running.ana_log, {"swelling-face": 3})
    assess_entry(entry_id=entry.pk)
    delete_entry(entry=entry, by=running.ana)
    ask_to_erase(user=running.bo, by=running.bo)
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"diary.entry-saved", "diary.entry-deleted", "mydata.erase-asked"} <= verbs
    assert seal_events() > 0
    assert Seal.objects.count() == Event.objects.count()
    assert not verify().faults
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_granting_again_changes_nothing_and_takes_back_what_was_too_much(role: str) -> None:
    sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    grant()
    before = rights()
    grant()
    assert rights() == before
    assert not {what for _, table, what in before if table in TABLES} & {"UPDATE", "DELETE", "TRUNCATE", "TRIGGER"}


def rights() -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s",
            [ROLE],
        )
        return set(cursor.fetchall())


def test_a_role_that_could_change_the_log_all_the_same_is_refused(role: str) -> None:
    with pytest.raises(CommandError, match="There is no role nobody-here"):
        grant("nobody-here")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    with pytest.raises(CommandError, match="owns the tables"):
        grant(owner)
    sql("GRANT UPDATE ON audit_event TO PUBLIC")
    with pytest.raises(CommandError, match="may still change audit_event"):
        grant()


def test_the_name_of_a_role_is_quoted() -> None:
    words = statements('run; DROP TABLE "x"', lambda name: '"' + name.replace('"', '""') + '"')
    assert all(one.endswith('"run; DROP TABLE ""x"""') for one in words)
