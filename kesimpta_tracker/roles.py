"""What the role that the tracker runs as may do in the database: everything with rows, but for what stays as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from symptoms.audit.models import Event, Seal

ALL: Final = "SELECT, INSERT, UPDATE, DELETE"
ADD_ONLY: Final = (Event._meta.db_table, Seal._meta.db_table)
READ_ONLY: Final = (MigrationRecorder.Migration._meta.db_table,)
REFUSED: Final = "UPDATE, DELETE, TRUNCATE"
OWNS: Final = """
    SELECT rolsuper OR pg_has_role(%s, (SELECT relowner FROM pg_class WHERE oid = 'audit_event'::regclass), 'MEMBER')
    FROM pg_roles WHERE rolname = %s
"""


@contextmanager
def as_owner() -> Iterator[None]:
    """Sign in as the owner of the tables, who is named in the settings, and afterwards as before.

    It is the one connection that changes its person: code of migrations may use it by its name.
    """
    before, owner = connection.settings_dict, settings.DATABASE_OWNER
    connection.close()
    connection.settings_dict = {
        **before,
        **{name: owner[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = before


def grant(role: str) -> None:
    """Let `role` run the tracker. Called by the owner of the tables, after each migration; may be called again.

    Raises ValueError with a sentence when the role is not there, or could change the audit log all the same.
    """
    _check_role(role)
    with connection.cursor() as cursor:
        for words in statements(role, connection.ops.quote_name):
            cursor.execute(words)
        for table in ADD_ONLY:
            cursor.execute("SELECT has_table_privilege(%s, %s, %s)", [role, table, REFUSED])
            if cursor.fetchone()[0]:
                raise ValueError(f"The role {role} may still change {table}: look at what PUBLIC was granted.")


def statements(role: str, quote: Callable[[str], str]) -> list[str]:
    """Return the SQL, to be read or run. New tables need it anew: no later table is open without a thought."""
    to = quote(role)
    return [
        f"GRANT USAGE ON SCHEMA public TO {to}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {to}",
        f"GRANT {ALL} ON ALL TABLES IN SCHEMA public TO {to}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {to}",
        *(f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {to}" for table in ADD_ONLY),
        *(f"REVOKE INSERT, UPDATE, DELETE ON {quote(table)} FROM {to}" for table in READ_ONLY),
    ]


def _check_role(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone():
            raise ValueError(f"There is no role {role}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '...'")
        cursor.execute(OWNS, [role, role])
        if cursor.fetchone()[0]:
            raise ValueError(
                f"The role {role} is a superuser, or owns the tables: it could switch off what guards them."
            )
