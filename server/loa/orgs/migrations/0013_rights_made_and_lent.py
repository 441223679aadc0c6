"""Roles made at a unit, seats of posts, one support session at a time; who may make roles and lend rights."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

GIVE = """
UPDATE orgs_role SET permissions = permissions || '{orgs.define_roles}'
WHERE code = 'administrator' AND NOT permissions @> '{orgs.define_roles}';
UPDATE orgs_role SET permissions = permissions || '{orgs.delegate}'
WHERE code IN ('officer', 'leader', 'editor', 'technician') AND NOT permissions @> '{orgs.delegate}';
"""
TAKE = """
UPDATE orgs_role SET permissions = array_remove(array_remove(permissions, 'orgs.define_roles'), 'orgs.delegate')
WHERE is_standard;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0016_old_names_are_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="role",
            name="unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="levels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="seat",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name="grant",
            name="orgs_grant_delegation_ends",
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_standard", True), ("unit", None)),
                    models.Q(("is_standard", False), ("unit__isnull", False)),
                    _connector="OR",
                ),
                name="orgs_role_made_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delegated_from", None),
                    ("during__endswith__isnull", False),
                    ("during__isempty", True),
                    _connector="OR",
                ),
                name="orgs_grant_delegation_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("post", None), ("seat", None)),
                    models.Q(("post__isnull", False), ("seat__gte", 1)),
                    _connector="OR",
                ),
                name="orgs_grant_post_has_a_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("post", "="), ("seat", "="), ("during", "&&")],
                name="orgs_grant_one_a_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("supporter", models.F("opened_by")), _negated=True),
                name="orgs_support_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportsession",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("supporter", "="), ("during", "&&")],
                name="orgs_support_one_at_a_time",
            ),
        ),
        migrations.RunSQL(GIVE, TAKE),
    ]
