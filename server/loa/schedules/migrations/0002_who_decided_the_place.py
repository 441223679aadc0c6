"""A slot keeps who asked and who decided, and knows two more states."""

import django.db.models.deletion
from django.db import migrations, models

STATES = ["waiting", "approved", "placed", "refused", "declined", "cancelled"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("schedules", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="slot",
            name="asked_by",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(model_name="slot", name="decided_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="slot",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
            ),
        ),
        migrations.AddField(model_name="slot", name="wakes", field=models.PositiveIntegerField(null=True)),
        migrations.AlterField(
            model_name="slot",
            name="state",
            field=models.CharField(choices=[(state, state) for state in STATES], max_length=16),
        ),
        migrations.RemoveConstraint(model_name="slot", name="schedules_slot_airing_fits_state"),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("airing", None), ("reason", ""), ("state__in", ["waiting", "approved", "declined"])),
                    models.Q(("airing__isnull", False), ("reason", ""), ("state", "placed")),
                    models.Q(("airing", None), ("state", "refused"), models.Q(("reason", ""), _negated=True)),
                    models.Q(("reason", ""), ("state", "cancelled")),
                    _connector="OR",
                ),
                name="schedules_slot_airing_fits_state",
            ),
        ),
    ]
