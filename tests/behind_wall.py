"""Run the tests behind the second wall: `SECOND_WALL=true pytest` (docs/adr/0016).

The tests connect as the owner of the tables, whom PostgreSQL's row-level security does not hold. So each test that uses
the database then works as a role that owns no table, and so does each connection that a test opens.
"""

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.signals import connection_created

from tests.factories.roles import ROLE, make_role

# They take and leave the role themselves, or do what is the owner's alone: migrate, empty a table, end a connection,
# and read in the admin what nobody shares with the staff.
OWN_ROLES = (
    "tests/sharing/test_wall",
    "tests/sharing/test_migrations",
    "tests/audit/test_runtime_role",
    "tests/audit/test_chain",
    "tests/triage/test_episodes_migration",
    "tests/triage/test_advice_admin",
    "tests/project/test_bench",
    "tests/project/test_canary",
    "tests/project/test_celery",
    "tests/project/test_emptying",
    "tests/lib/test_limits",
)


def _take_role(connection: Any, **kwargs: Any) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")


@pytest.fixture(scope="session")
def role_of_the_run() -> Callable[[], None]:
    """Make the role and grant it what a tracker needs, once for a test database. Nothing without the wall."""

    def make() -> None:
        call_command("grant_runtime_role", make_role(), stdout=StringIO())

    return make if settings.SECOND_WALL else lambda: None


@pytest.fixture(autouse=True)
def _behind_the_wall(
    request: pytest.FixtureRequest, role_of_the_run: Callable[[], None], django_db_blocker: Any
) -> Iterator[None]:
    """Work as the role until the test ends. What a test flushes is flushed as the owner again."""
    marker = request.node.get_closest_marker("django_db")
    real = bool({"transactional_db", "live_server"} & set(request.fixturenames))
    real |= bool(marker and marker.kwargs.get("transaction"))
    uses = bool(marker or real or "db" in request.fixturenames)
    if not settings.SECOND_WALL or not uses:
        yield
        return
    if str(request.node.nodeid).startswith(OWN_ROLES):
        yield
        if real:  # a table that was made anew has lost what was granted on it
            with django_db_blocker.unblock():
                role_of_the_run()
        return
    request.getfixturevalue("transactional_db" if real else "db")
    connection.ensure_connection()
    _take_role(connection)
    connection_created.connect(_take_role, dispatch_uid="tests.behind-wall")
    yield
    connection_created.disconnect(dispatch_uid="tests.behind-wall")
    if connection.connection is not None and not connection.in_atomic_block:
        with connection.connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
