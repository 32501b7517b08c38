"""Seals, and triggers that let nobody change or remove events and seals, the owner of the tables included.

ENABLE ALWAYS holds for a session that calls itself a replica too. Who owns the tables can switch a trigger off:
the tracker should run as a role that does not own them (manage.py grant_runtime_role), and verify_audit looks.
"""

from django.db import migrations, models

TABLES = ("audit_event", "audit_seal")
FUNCTION = """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END $$
"""
TRIGGERS = """
    CREATE TRIGGER {0}_append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
    CREATE TRIGGER {0}_no_truncate BEFORE TRUNCATE ON {0} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
    ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_append_only;
    ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_no_truncate;
"""
BACK = """
    DROP TRIGGER {0}_append_only ON {0};
    DROP TRIGGER {0}_no_truncate ON {0};
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION audit_refuse()"),
        *(migrations.RunSQL(TRIGGERS.format(table), BACK.format(table)) for table in TABLES),
    ]
