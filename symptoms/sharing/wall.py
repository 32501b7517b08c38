"""The second wall behind the gate: PostgreSQL's row-level security on every table of a patient (docs/adr/0016).

It holds for a role that does not own the tables. Rows are let through to the tracker itself (workers, commands), and
to who may read the log in any kind: the patient, and whom a current grant reaches. Kinds and single entries are the
gate's to cut: the rules read whole diaries, whoever saves.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.models import ForeignKey, Model

# About a patient and open to the roles all the same: they say who may see what, or are found by a secret of their own.
OPEN: Final = frozenset({"sharing.Grant", "sharing.Invitation", "followups.CalendarFeed", "followups.ReminderCopy"})

FUNCTION: Final = """
CREATE OR REPLACE FUNCTION readable_patients() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    me bigint;
BEGIN
    SELECT u.id INTO me FROM accounts_user u
    WHERE u.id::text = current_setting('app.actor', true) AND u.is_active;
    IF me IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT p.id FROM sharing_patient p WHERE p.user_id = me
    UNION ALL
    SELECT g.patient_id FROM sharing_grant g
    WHERE g.user_id = me AND g.revoked_at IS NULL AND g.starts_at <= now()
        AND (g.ends_at IS NULL OR g.ends_at > now()) AND cardinality(g.reads) > 0
    UNION ALL
    SELECT g.patient_id FROM sharing_clinicmember m JOIN sharing_grant g ON g.clinic_id = m.clinic_id
    WHERE m.user_id = me AND m.is_active AND g.revoked_at IS NULL AND g.starts_at <= now()
        AND (g.ends_at IS NULL OR g.ends_at > now()) AND cardinality(g.reads) > 0;
END $$
"""
TRACKER: Final = "(SELECT current_setting('app.actor', true)) = 'tracker'"
OF_A_PATIENT: Final = f"{TRACKER} OR {{column}} IN (SELECT readable_patients())"
OF_A_ROW: Final = f"{TRACKER} OR EXISTS (SELECT FROM {{parent}} p WHERE p.id = {{column}})"
STANDING: Final = """
    SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND p.polname LIKE 'wall%%' AND c.relrowsecurity
"""


def walled() -> dict[type[Model], ForeignKey[Any, Any]]:
    """Return every table with rows of a patient, and its key: to the patient, or to such a row."""
    found: dict[type[Model], ForeignKey[Any, Any]] = {}
    patient: type[Model] = apps.get_model("sharing.Patient")
    while fresh := {model: key for model, key in _keys(patient, found) if model not in found}:
        found |= fresh
    return found


def _keys(patient: type[Model], found: dict[type[Model], Any]) -> Iterator[tuple[type[Model], Any]]:
    for model in apps.get_models():
        keys = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey) and not one.null]
        keys = [one for one in keys if one.related_model is patient or one.related_model in found]
        if keys and model._meta.label not in OPEN:
            yield model, min(keys, key=lambda one: one.related_model is not patient)


def policies() -> dict[tuple[str, str], str]:
    """Return table and name of each policy with its condition. A name changes with its condition."""
    wanted = {}
    for model, key in walled().items():
        parent = key.related_model._meta
        form = OF_A_PATIENT if parent.label == "sharing.Patient" else OF_A_ROW
        condition = form.format(column=f'"{model._meta.db_table}"."{key.column}"', parent=f'"{parent.db_table}"')
        digest = hashlib.sha256((condition + FUNCTION).encode()).hexdigest()[:12]
        wanted[model._meta.db_table, f"wall_{digest}"] = condition
    return wanted


def build(using: str = "default", **kwargs: Any) -> None:
    """Put the wall up, or where the settings leave it out take it down, after each migration.

    One query where it stands as it should.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        standing = set(cursor.fetchall())
        wanted = policies() if settings.SECOND_WALL else {}
        if standing == set(wanted) or not _exist(cursor, wanted):
            return
        with transaction.atomic(using):
            cursor.execute(FUNCTION)
            for table, name in standing:
                cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
                cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
            for (table, name), condition in wanted.items():
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
                cursor.execute(f'DROP POLICY IF EXISTS "{name}" ON "{table}"')
                cursor.execute(f'CREATE POLICY "{name}" ON "{table}" USING ({condition})')


def _exist(cursor: Any, wanted: dict[tuple[str, str], str]) -> bool:
    """Say whether all tables are there: a migration may stop half way, and the next one goes on."""
    tables = [table for table, _name in wanted]
    cursor.execute(
        "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY(%s)", [tables]
    )
    return bool(cursor.fetchone()[0] == len(tables))
