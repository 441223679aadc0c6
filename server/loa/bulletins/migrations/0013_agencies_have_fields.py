"""Agencies supply words in fields of their own."""

import django.db.models.deletion
from django.db import migrations, models

from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0012_archives_come_and_go"),
        ("orgs", "0006_support_is_agreed_to"),
    ]

    operations = [
        CreateModel(
            name="AgencyField",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("set_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.category"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_agency_field",
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "category"), name="bulletins_agency_field_once")
                ],
            },
        ),
    ]
