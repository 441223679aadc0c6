import django.db.models.functions.datetime
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        CreateModel(
            name="OutboxEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("key", models.TextField()),
                ("body", models.JSONField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("delivered_at", models.DateTimeField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "kernel_outbox",
                "indexes": [
                    models.Index(
                        models.F("id"), condition=models.Q(("delivered_at", None)), name="kernel_outbox_waiting"
                    ),
                    models.Index(
                        models.F("key"),
                        models.F("id"),
                        condition=models.Q(("delivered_at", None)),
                        name="kernel_outbox_key",
                    ),
                ],
            },
        ),
    ]
