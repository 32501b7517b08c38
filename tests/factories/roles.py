"""A role of PostgreSQL that owns no table, as the tracker runs in service."""

from typing import Final

from django.db import connection

from kesimpta_tracker.embedded.postgres import RUNTIME

ROLE: Final = RUNTIME  # the tests' own server has it; where DATABASE_URL names another one, who signs in must make it


def make_role() -> str:
    """Return the name of a plain role, which the services of a test run bring and another server may lack."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {ROLE}")
    return ROLE
