"""The last digits of a SIM, and its contract."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("devices", "0012_groups")]

    operations = [
        migrations.AddField(
            "Fitting", "sim_tail", models.CharField(blank=True, db_default="", default="", max_length=4)
        ),
        migrations.AddField("Fitting", "sim_since_on", models.DateField(null=True)),
        migrations.AddField("Fitting", "sim_until_on", models.DateField(null=True)),
        migrations.AddConstraint(
            "Fitting",
            models.CheckConstraint(
                condition=Q(sim_tail="") | Q(sim_tail__regex=r"^[0-9]{4}$"), name="devices_fitting_sim_tail_only"
            ),
        ),
        migrations.AddConstraint(
            "Fitting",
            models.CheckConstraint(
                condition=Q(sim_since_on=None) | Q(sim_until_on=None) | Q(sim_since_on__lte=F("sim_until_on")),
                name="devices_fitting_sim_contract_in_order",
            ),
        ),
    ]
