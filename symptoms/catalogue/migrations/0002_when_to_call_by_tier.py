from django.db import migrations, models


class Migration(migrations.Migration):
    """The texts become pairs; the next `load_catalogue`, which runs at every start, fills them."""

    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="sideeffect", name="when_to_call"),
        migrations.AddField(
            model_name="sideeffect", name="when_to_call", field=models.JSONField(default=list)
        ),
    ]
