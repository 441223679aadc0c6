"""Live speech is an airing too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="airing",
            name="is_live",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
