"""Levels, units over time, what became of them, and the reorganisations that say so."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("kernel", "0001_initial"),
    ]

    operations = [
        CreateModel(
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
        CreateModel(
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
                "constraints": [
                    models.UniqueConstraint(fields=("number", "issuer"), name="orgs_basis_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", ""), _negated=True), models.Q(("title", ""), _negated=True)
                        ),
                        name="orgs_basis_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("document_sha256", ""), ("document_sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"
                        ),
                        name="orgs_basis_digest",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("folded_name", models.CharField(max_length=120)),
                ("level", models.CharField(max_length=16)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=160, unique=True)),
                (
                    "former_paths",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=160), blank=True, default=list, size=None
                    ),
                ),
                ("sort_order", models.PositiveIntegerField(default=0)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("is_demo", models.BooleanField(default=False)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "orgs_unit",
                "indexes": [models.Index(models.F("folded_name"), name="orgs_unit_folded")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parent", None), ("path", models.F("code"))),
                            ("parent__isnull", False),
                            _connector="OR",
                        ),
                        name="orgs_unit_top_is_its_own_path",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            (
                                "path__endswith",
                                django.db.models.functions.text.Concat(models.Value("/"), models.F("code")),
                            ),
                            _connector="OR",
                        ),
                        name="orgs_unit_path_ends_in_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Za-z0-9_.-]{1,32}$")), name="orgs_unit_plain_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                            _connector="OR",
                        ),
                        name="orgs_unit_on_earth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("opened_on", None),
                            ("closed_on__gte", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="orgs_unit_closes_after_opening",
                    ),
                ],
            },
        ),
        CreateModel(
            name="UnitVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="orgs.unit"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "folded_name",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.F("name"),
                            template="regexp_replace(normalize(replace(lower(%(expressions)s), 'đ', 'd'), NFD), '[̀-ͯ]', '', 'g')",
                        ),
                        output_field=models.CharField(max_length=120),
                    ),
                ),
                ("level", models.CharField(max_length=16)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=160)),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "basis",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
                    ),
                ),
            ],
            options={
                "db_table": "orgs_unit_version",
                "indexes": [
                    models.Index(models.F("path"), name="orgs_unit_version_path"),
                    django.contrib.postgres.indexes.GistIndex(
                        models.F("parent"), models.F("during"), name="orgs_unit_version_children"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("folded_name", name="gin_trgm_ops"),
                        name="orgs_unit_version_named",
                    ),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("unit", "="), ("during", "&&")], name="orgs_unit_version_one_a_day"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("path", "="), ("during", "&&")], name="orgs_unit_version_one_a_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("during__isempty", False)), name="orgs_unit_version_lasts"
                    ),
                ],
            },
        ),
        CreateModel(
            name="Reorganisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
                    ),
                ),
                ("effective_on", models.DateField()),
                ("is_retroactive", models.BooleanField(default=False)),
                ("plan", models.JSONField()),
                ("plan_sha256", models.CharField(max_length=64)),
                (
                    "compensates",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.reorganisation",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("undone", "undone"),
                            ("in_force", "in_force"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("dry_run", models.JSONField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("carried_out_at", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(null=True)),
            ],
            options={
                "db_table": "orgs_reorganisation",
                "indexes": [models.Index(models.F("state"), models.F("effective_on"), name="orgs_reorganisation_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("carried_out_at", None), ("decided_at", None), ("state", "proposed")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["approved", "declined", "withdrawn", "undone"]),
                                ("carried_out_at", None),
                            ),
                            models.Q(
                                ("carried_out_at__isnull", False), ("decided_at__isnull", False), ("state", "in_force")
                            ),
                            _connector="OR",
                        ),
                        name="orgs_reorganisation_times_fit_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "in_force"]), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("proposed_by__isnull", False),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="orgs_reorganisation_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="orgs_reorganisation_titled"
                    ),
                ],
            },
        ),
        CreateModel(
            name="Lineage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "predecessor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "successor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
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
                ("is_estimate", models.BooleanField(db_default=False, default=False)),
                (
                    "basis",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.legalbasis"
                    ),
                ),
                (
                    "reorganisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.reorganisation",
                    ),
                ),
            ],
            options={
                "db_table": "orgs_lineage",
                "indexes": [models.Index(models.F("successor"), models.F("on"), name="orgs_lineage_successor")],
                "constraints": [
                    models.UniqueConstraint(fields=("predecessor", "successor", "on"), name="orgs_lineage_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share__gt", 0), ("share__lte", 1), ("share_back__gte", 0), ("share_back__lte", 1)
                        ),
                        name="orgs_lineage_shares_are_parts",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "reorganisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.reorganisation"
                    ),
                ),
                ("keeper", models.CharField(max_length=40)),
                ("thing", models.CharField(max_length=120)),
                ("name", models.CharField(blank=True, default="", max_length=300)),
                (
                    "from_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
                (
                    "to_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "orgs_handover",
                "constraints": [
                    models.UniqueConstraint(fields=("reorganisation", "keeper", "thing"), name="orgs_handover_once")
                ],
            },
        ),
    ]
