"""Make the table of the database cache, so that `migrate` alone readies a new database."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def create(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies: list[Any] = []
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
