"""Empty the database after a test with real transactions, and leave in it what stood there when the run began.

Django truncates every table and makes all permissions anew. Most tests write into a few tables, so that it is quicker
to delete what there is, and to put the rows of the start (the catalogue, the kinds of content, the permissions) back
only where a test has changed them.
"""

import io
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from psycopg2.sql import SQL, Composed, Identifier

# Nothing may be deleted from these by the row.
APPEND_ONLY: Final = ("audit_event", "audit_seal")
COMMA: Final = SQL(", ")


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of a table as COPY writes them, in any order, with the digest by which two are equal.

    A migration may change the order of `columns`.
    """

    columns: list[str]
    rows: str = field(compare=False)
    digest: str


Start = dict[str, Kept]


def look() -> Start:
    """Keep the rows of each table that has any."""
    with transaction.atomic(), connection.cursor() as cursor:
        columns = {table: _columns(cursor, table) for table in _with_rows(cursor, _tables())}
        digests = _digests(cursor, columns)
        return {table: Kept(its, _copied(cursor, table, its), digests[table]) for table, its in columns.items()}


def go_back_to(start: Start) -> None:
    """Delete every row that was not there at the start, and bring back those that were.

    It waits for whoever still writes, as long as the connection's lock_timeout lets it. Raises AssertionError where
    rows stay.
    """
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(_names(tables)))
        full = _with_rows(cursor, tables)
        if appended := [table for table in full if table in APPEND_ONLY]:
            cursor.execute(SQL("TRUNCATE {}").format(_names(appended)))
        digests = _digests(cursor, {table: kept.columns for table, kept in start.items()})
        changed = [table for table, kept in start.items() if digests[table] != kept.digest]
        for table in full:
            if table in changed or table not in {*start, *APPEND_ONLY}:
                cursor.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        for table in changed:
            _bring_back(cursor, table, start[table])
        left = set(_with_rows(cursor, tables)) - set(start)
        assert not left, f"Rows stay in {sorted(left)}."


def _tables() -> list[str]:
    """Return the tables that Django's flush would empty."""
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _names(names: list[str]) -> Composed:
    return COMMA.join(map(Identifier, names))


def _columns(cursor: Any, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _with_rows(cursor: Any, tables: list[str]) -> list[str]:
    one = SQL("EXISTS (SELECT FROM {})")
    cursor.execute(SQL("SELECT {}").format(COMMA.join(one.format(Identifier(table)) for table in tables)))
    return [table for table, has_rows in zip(tables, cursor.fetchone(), strict=True) if has_rows]


def _digests(cursor: Any, columns: dict[str, list[str]]) -> dict[str, str]:
    """Return a digest of the rows of each table, whatever order they stand in."""
    one = SQL("(SELECT md5(string_agg(ROW({0})::text, ' ' ORDER BY ROW({0})::text)) FROM {1})")
    every = COMMA.join(one.format(_names(its), Identifier(table)) for table, its in columns.items())
    cursor.execute(SQL("SELECT {}").format(every))
    return dict(zip(columns, cursor.fetchone(), strict=True))


def _copied(cursor: Any, table: str, columns: list[str]) -> str:
    rows = io.StringIO()
    cursor.copy_expert(SQL("COPY {} ({}) TO STDOUT").format(Identifier(table), _names(columns)), rows)
    return rows.getvalue()


def _bring_back(cursor: Any, table: str, kept: Kept) -> None:
    """Fill an empty table, and have the next id be a new one even where a migration has made its sequence anew."""
    copy = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), _names(kept.columns))
    cursor.copy_expert(copy, io.StringIO(kept.rows))
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table]
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)
