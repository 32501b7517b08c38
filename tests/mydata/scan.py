"""Look for words in every column of every table of the test's database, whoever made the table."""

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.db import connection


def all_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def hits(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the words that are found by table. Sessions are read: they are written in a form of their own."""
    wanted = [word.lower() for word in words]
    found: dict[str, list[str]] = {}
    for table in all_tables():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT lower(t::text) FROM "{table}" t')  # noqa: S608 (names from the catalogue)
            text = "\n".join(row for (row,) in cursor.fetchall())
        if table == "django_session":
            text += str([session.get_decoded() for session in Session.objects.all()]).lower()
        if there := [word for word in wanted if word in text]:
            found[table] = there
    return found
