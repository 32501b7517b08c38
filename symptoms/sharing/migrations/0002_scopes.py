"""From two levels to the kinds of things that are read and added: what was open before is spelled out, nothing more."""

import django.contrib.postgres.fields
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Now

OPEN_BEFORE = ["symptoms", "notes", "injections", "blood-tests"]
ADDED_BEFORE = ["symptoms", "notes"]
KINDS = [
    ("symptoms", "Symptoms"),
    ("notes", "Notes"),
    ("photos", "Photos"),
    ("injections", "Injections"),
    ("blood-tests", "Blood tests"),
    ("reports", "Reports"),
]


def _check_at_once(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Leave no check of a foreign key to the end: the table is altered in the same transaction."""
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def spell_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _check_at_once(schema_editor)
    grants = apps.get_model("sharing", "Grant").objects.all()
    grants.update(reads=OPEN_BEFORE)
    grants.filter(level="read-add", clinic=None).update(adds=ADDED_BEFORE)


def sum_up(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Go back. One that shared fewer kinds than a level opens is ended: going back opens nothing that was shut."""
    _check_at_once(schema_editor)
    grants = apps.get_model("sharing", "Grant").objects.all()
    grants.filter(revoked_at=None).exclude(reads__contains=OPEN_BEFORE).update(revoked_at=Now())
    grants.filter(adds__contains=ADDED_BEFORE).update(level="read-add")


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="reads",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=KINDS, max_length=20), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="adds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=KINDS, max_length=20), blank=True, default=list, size=None
            ),
        ),
        migrations.RunPython(spell_out, sum_up),
        migrations.RemoveField(model_name="grant", name="level"),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("reads__contains", models.F("adds"))), name="sharing_grant_adds_are_read"
            ),
        ),
    ]
