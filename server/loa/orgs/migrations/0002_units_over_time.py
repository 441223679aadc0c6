"""Units get validity, lineage and a legal basis; levels become data."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

LEVELS = """
INSERT INTO orgs_level (code, rank, name_vi, name_en, below, during) VALUES
  ('centre',   10, 'Trung ương',          'Centre',   '{}',                 daterange(NULL, NULL)),
  ('province', 20, 'Tỉnh, thành phố',     'Province', '{centre}',           daterange(NULL, NULL)),
  ('district', 30, 'Huyện, quận, thị xã', 'District', '{province}',         daterange(NULL, '2025-07-01')),
  ('commune',  40, 'Xã, phường',          'Commune',  '{province,district}', daterange(NULL, NULL)),
  ('hamlet',   50, 'Thôn, tổ dân phố',    'Hamlet',   '{commune}',          daterange(NULL, NULL));
"""

OPENING = """
CREATE FUNCTION orgs_unit_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orgs_unit_version (unit_id, name, level, parent_id, path, during)
    VALUES (NEW.id, NEW.name, NEW.level, NEW.parent_id, NEW.path, daterange(NEW.opened_on, NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER orgs_unit_opens AFTER INSERT ON orgs_unit FOR EACH ROW EXECUTE FUNCTION orgs_unit_opens();

INSERT INTO orgs_unit_version (unit_id, name, level, parent_id, path, during)
SELECT id, name, level, parent_id, path, daterange(opened_on, NULL) FROM orgs_unit;
"""
"""A unit never stands without a version, whoever makes it."""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=300)),
                ("issuer", models.CharField(max_length=160)),
                ("issued_on", models.DateField(null=True)),
                ("document_sha256", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "db_table": "orgs_basis",
            },
        ),
        migrations.CreateModel(
            name="Level",
            fields=[
                ("code", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("rank", models.PositiveSmallIntegerField(unique=True)),
                ("name_vi", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=60)),
                (
                    "below",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                    ),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "orgs_level",
            },
        ),
        migrations.CreateModel(
            name="Lineage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(db_column="on_day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("continue", "continue"),
                            ("merge", "merge"),
                            ("split", "split"),
                            ("transfer", "transfer"),
                            ("rename", "rename"),
                            ("abolish", "abolish"),
                        ],
                        max_length=16,
                    ),
                ),
                ("share", models.DecimalField(decimal_places=10, max_digits=11)),
                ("share_back", models.DecimalField(decimal_places=10, max_digits=11)),
            ],
            options={
                "db_table": "orgs_lineage",
            },
        ),
        migrations.CreateModel(
            name="UnitVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("level", models.CharField(max_length=16)),
                ("path", models.CharField(db_collation="C", max_length=160)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                "db_table": "orgs_unit_version",
            },
        ),
        migrations.AddField(
            model_name="unit",
            name="closed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="unit",
            name="former_paths",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=160), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="opened_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="unit",
            name="level",
            field=models.CharField(max_length=16),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on", None), ("opened_on", None), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                ),
                name="orgs_unit_closes_after_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.UniqueConstraint(fields=("number", "issuer"), name="orgs_basis_once"),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("number", ""), _negated=True), models.Q(("title", ""), _negated=True)),
                name="orgs_basis_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("document_sha256", ""), ("document_sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"
                ),
                name="orgs_basis_digest",
            ),
        ),
        migrations.AddField(
            model_name="lineage",
            name="basis",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
            ),
        ),
        migrations.AddField(
            model_name="lineage",
            name="predecessor",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="lineage",
            name="successor",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddField(
            model_name="unitversion",
            name="basis",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
            ),
        ),
        migrations.AddField(
            model_name="unitversion",
            name="parent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
            ),
        ),
        migrations.AddField(
            model_name="unitversion",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="orgs.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="lineage",
            index=models.Index(models.F("successor"), models.F("on"), name="orgs_lineage_successor"),
        ),
        migrations.AddConstraint(
            model_name="lineage",
            constraint=models.UniqueConstraint(fields=("predecessor", "successor", "on"), name="orgs_lineage_once"),
        ),
        migrations.AddConstraint(
            model_name="lineage",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gt", 0), ("share__lte", 1), ("share_back__gte", 0), ("share_back__lte", 1)),
                name="orgs_lineage_shares_are_parts",
            ),
        ),
        migrations.AddIndex(
            model_name="unitversion",
            index=models.Index(models.F("path"), name="orgs_unit_version_path"),
        ),
        migrations.AddIndex(
            model_name="unitversion",
            index=django.contrib.postgres.indexes.GistIndex(
                models.F("parent"), models.F("during"), name="orgs_unit_version_children"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitversion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("unit", "="), ("during", "&&")], name="orgs_unit_version_one_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitversion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("path", "="), ("during", "&&")], name="orgs_unit_version_one_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__isempty", False)), name="orgs_unit_version_lasts"
            ),
        ),
        migrations.RunSQL(LEVELS),
        migrations.RunSQL(OPENING),
    ]
