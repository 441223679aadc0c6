"""Grants get a time, a reach and a reason; support sessions."""

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
        ("orgs", "0004_agencies_and_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "db_table": "orgs_support",
            },
        ),
        migrations.RemoveConstraint(
            model_name="grant",
            name="orgs_grant_once",
        ),
        migrations.AddField(
            model_name="grant",
            name="channel",
            field=models.CharField(
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
        migrations.AddField(
            model_name="grant",
            name="delegated_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.grant"
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="device_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="during",
            field=django.contrib.postgres.fields.ranges.DateTimeRangeField(
                db_default=models.Func(
                    django.db.models.functions.datetime.Now(),
                    None,
                    function="tstzrange",
                    output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                )
            ),
        ),
        migrations.RunSQL("UPDATE orgs_grant SET during = tstzrange(granted_at, NULL)"),
        migrations.AddField(
            model_name="grant",
            name="granted_by",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="grant",
            name="is_here_only",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="grant",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="grant",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="grant",
            name="post",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.post"
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="role",
            field=models.ForeignKey(
                db_column="role", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.role"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(models.F("unit"), name="orgs_grant_unit"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    ("role", "="),
                    ("unit", "="),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("device_id"),
                            models.Value("00000000-0000-0000-0000-000000000000", output_field=models.UUIDField()),
                        ),
                        "=",
                    ),
                    ("channel", "="),
                    (django.db.models.functions.comparison.Coalesce(models.F("post"), models.Value(0)), "="),
                    (django.db.models.functions.comparison.Coalesce(models.F("delegated_from"), models.Value(0)), "="),
                    ("during", "&&"),
                ],
                name="orgs_grant_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("device_id", None), ("is_here_only", False), _connector="OR"),
                name="orgs_grant_one_narrowing",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("post", None), ("delegated_from", None), _connector="OR"),
                name="orgs_grant_comes_from_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegated_from", None), ("during__endswith__isnull", False), _connector="OR"),
                name="orgs_grant_delegation_ends",
            ),
        ),
        migrations.AddField(
            model_name="supportsession",
            name="opened_by",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="supportsession",
            name="role",
            field=models.ForeignKey(
                db_column="role", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.role"
            ),
        ),
        migrations.AddField(
            model_name="supportsession",
            name="supporter",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="supportsession",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddIndex(
            model_name="supportsession",
            index=models.Index(models.F("supporter"), name="orgs_support_supporter"),
        ),
        migrations.AddConstraint(
            model_name="supportsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="orgs_support_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("during__endswith__isnull", False), ("during__startswith__isnull", False)),
                name="orgs_support_ends",
            ),
        ),
    ]
