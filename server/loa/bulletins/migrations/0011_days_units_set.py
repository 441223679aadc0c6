"""Days on which units are off, or work, otherwise than the calendar says."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0010_what_was_asked_and_supplied_stands"),
        ("orgs", "0006_support_is_agreed_to"),
    ]

    operations = [
        CreateModel(
            name="OwnDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("is_off", models.BooleanField()),
                ("words", models.CharField(max_length=120)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "bulletins_own_day",
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "day"), name="bulletins_own_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="bulletins_own_day_says_why"
                    ),
                ],
            },
        ),
    ]
