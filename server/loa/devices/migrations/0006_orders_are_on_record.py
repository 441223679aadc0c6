"""Lets an order lead to the entry of the command that gave it."""

from django.db import migrations, models
from django.db.models.functions import Cast


class Migration(migrations.Migration):
    dependencies = [("devices", "0005_which_area_a_device_obeys")]

    operations = [
        migrations.AddField(
            "outbound",
            "txid",
            models.BigIntegerField(
                editable=False,
                db_default=Cast(
                    Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
                ),
            ),
        ),
    ]
