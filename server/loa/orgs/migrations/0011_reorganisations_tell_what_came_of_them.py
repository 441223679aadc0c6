"""A reorganisation keeps whether it looks back, and what came of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0010_administrators_reorganise"),
    ]

    operations = [
        migrations.AddField(
            model_name="reorganisation",
            name="is_retroactive",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="reorganisation",
            name="outcome",
            field=models.JSONField(null=True),
        ),
    ]
