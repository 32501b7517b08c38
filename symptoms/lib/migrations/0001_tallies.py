"""The table in which tries are counted. Unlogged: after a crash the counts begin anew, and nothing else is lost."""

from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: list[Any] = []
    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE lib_tally (
                key varchar(64) PRIMARY KEY,
                count integer NOT NULL,
                ends_at timestamptz NOT NULL
            )
            """,
            "DROP TABLE lib_tally",
        ),
        migrations.RunSQL("CREATE INDEX lib_tally_ends_at ON lib_tally (ends_at)", migrations.RunSQL.noop),
    ]
