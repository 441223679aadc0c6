"""The tree of essential information, the fields of the central system, and languages."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0003_guards_without_a_switch")]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name_vi", models.CharField(max_length=160)),
                ("name_en", models.CharField(max_length=160)),
                ("sort_order", models.PositiveIntegerField(default=0)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "bulletins_category",
            },
        ),
        migrations.CreateModel(
            name="CategoryPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_code", models.PositiveSmallIntegerField()),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "bulletins_category_place",
            },
        ),
        migrations.CreateModel(
            name="ExternalField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.PositiveSmallIntegerField()),
                ("name_vi", models.CharField(max_length=160)),
                ("name_en", models.CharField(max_length=160)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "bulletins_external_field",
            },
        ),
        migrations.CreateModel(
            name="Language",
            fields=[
                ("code", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("name_vi", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=60)),
                ("sort_order", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "bulletins_language",
            },
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z0-9_.]{1,40}$")), name="bulletins_category_plain_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name_vi", ""), _negated=True), models.Q(("name_en", ""), _negated=True)),
                name="bulletins_category_named",
            ),
        ),
        migrations.AddField(
            model_name="categoryplace",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="places", to="bulletins.category"
            ),
        ),
        migrations.AddField(
            model_name="categoryplace",
            name="parent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bulletins.category"
            ),
        ),
        migrations.AddConstraint(
            model_name="externalfield",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("code", "="), ("during", "&&")], name="bulletins_external_field_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="language",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^([a-z]{2,3}|x-[a-z0-9]{1,8})$")), name="bulletins_language_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="categoryplace",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("category", "="), ("during", "&&")], name="bulletins_category_place_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="categoryplace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent", None), models.Q(("parent", models.F("category")), _negated=True), _connector="OR"
                ),
                name="bulletins_category_place_below_another",
            ),
        ),
    ]
