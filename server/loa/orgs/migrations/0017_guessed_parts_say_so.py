"""A part that was estimated, not counted, says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0014_rights_stay_on_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="lineage",
            name="is_estimate",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
