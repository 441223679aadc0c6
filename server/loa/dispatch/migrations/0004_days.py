"""What became of airings beside being heard, and the sum of each unit and day; kept figures are counted once more."""

import django.db.models.deletion
from django.db import migrations, models

from loa.kernel.migrating import CreateModel

_PARTS = ("said", "partial", "silent", "refused", "odd", "untold")

DAYS = """
INSERT INTO dispatch_day (unit_id, on_day, airings, meant, heard, said, partial, silent, refused, odd, untold, heard_ms,
    reasons)
SELECT unit_id, on_day, count(*), sum(meant), sum(heard), sum(said), sum(partial), sum(silent), sum(refused), sum(odd),
       sum(untold), sum(heard_ms), '{}'
  FROM dispatch_tally GROUP BY unit_id, on_day
    ON CONFLICT DO NOTHING
"""
AGAIN = "INSERT INTO dispatch_told (airing_id) SELECT DISTINCT airing_id FROM dispatch_tally"


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0003_ceilings"),
        ("orgs", "0007_leaders_take_archives_out"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="tally", name=name, field=models.PositiveIntegerField(db_default=0, default=0)
            )
            for name in _PARTS
        ),
        migrations.AddField(model_name="tally", name="reasons", field=models.JSONField(default=dict)),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "meant__gte",
                        models.F("heard")
                        + models.F("said")
                        + models.F("partial")
                        + models.F("silent")
                        + models.F("refused")
                        + models.F("odd")
                        + models.F("untold"),
                    )
                ),
                name="dispatch_tally_parts_of_the_whole",
            ),
        ),
        CreateModel(
            name="DayTally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "on", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("on", models.DateField(db_column="on_day")),
                ("airings", models.PositiveIntegerField()),
                ("meant", models.PositiveIntegerField()),
                ("heard", models.PositiveIntegerField()),
                ("said", models.PositiveIntegerField()),
                ("partial", models.PositiveIntegerField()),
                ("silent", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("odd", models.PositiveIntegerField()),
                ("untold", models.PositiveIntegerField()),
                ("heard_ms", models.BigIntegerField()),
                ("reasons", models.JSONField(default=dict)),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.unit",
                    ),
                ),
            ],
            options={
                "db_table": "dispatch_day",
                "indexes": [models.Index(models.F("on"), models.F("unit"), name="dispatch_day_on")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("airings__gt", 0),
                            ("meant__gt", 0),
                            (
                                "meant__gte",
                                models.F("heard")
                                + models.F("said")
                                + models.F("partial")
                                + models.F("silent")
                                + models.F("refused")
                                + models.F("odd")
                                + models.F("untold"),
                            ),
                        ),
                        name="dispatch_day_parts_of_the_whole",
                    )
                ],
            },
        ),
        migrations.RunSQL(DAYS, migrations.RunSQL.noop),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
