import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_second_factor"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ceremony",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("browser", models.CharField(max_length=64)),
                ("facts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
            ],
            options={
                "db_table": "accounts_ceremony",
                "indexes": [
                    models.Index(models.F("browser"), models.F("kind"), name="accounts_ceremony_browser"),
                    models.Index(models.F("expires_at"), name="accounts_ceremony_expires"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))), name="accounts_ceremony_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("browser", ""), _negated=True), name="accounts_ceremony_bound"
                    ),
                ],
            },
        ),
    ]
