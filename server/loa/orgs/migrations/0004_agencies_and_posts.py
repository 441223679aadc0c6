"""Agencies with names over time, and the posts in them."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0003_roles_as_data"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("committee", "committee"),
                            ("department", "department"),
                            ("office", "office"),
                            ("centre", "centre"),
                            ("other", "other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "orgs_agency",
            },
        ),
        migrations.CreateModel(
            name="AgencyName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160)),
                ("short_name", models.CharField(blank=True, default="", max_length=60)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "orgs_agency_name",
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("loudspeaker", "loudspeaker"),
                            ("board", "board"),
                            ("app", "app"),
                            ("web", "web"),
                            ("sms", "sms"),
                            ("social", "social"),
                            ("print", "print"),
                            ("speaker", "speaker"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("is_here_only", models.BooleanField(default=False)),
                ("seats", models.PositiveSmallIntegerField(default=1)),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "orgs_post",
            },
        ),
        migrations.AddField(
            model_name="agency",
            name="succeeded_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
            ),
        ),
        migrations.AddField(
            model_name="agency",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="agencyname",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="names", to="orgs.agency"
            ),
        ),
        migrations.AddField(
            model_name="agencyname",
            name="basis",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="agency",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.agency"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="post",
            name="role",
            field=models.ForeignKey(
                db_column="role", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.role"
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on", None), ("opened_on", None), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                ),
                name="orgs_agency_closes_after_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.CheckConstraint(
                condition=models.Q(("succeeded_by", None), ("closed_on__isnull", False), _connector="OR"),
                name="orgs_agency_succeeded_when_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyname",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("agency", "="), ("during", "&&")], name="orgs_agency_name_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyname",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), ("during__isempty", False)),
                name="orgs_agency_name_lasts",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("title", ""), _negated=True), ("seats__gte", 1)),
                name="orgs_post_is_somebodys",
            ),
        ),
    ]
