"""Links by which a screen on a wall shows a unit: made and ended on record, never changed."""

from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

STANDS = """
CREATE FUNCTION dispatch_wall_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{ended_at,ended_by_id,seen_at,unit_id}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'dispatch_wall: a link is ended, not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        free := '{unit_id}';
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'dispatch_wall: a link stands as it was made' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER dispatch_wall_stands BEFORE UPDATE OR DELETE ON dispatch_wall
    FOR EACH ROW EXECUTE FUNCTION dispatch_wall_stands();
CREATE TRIGGER dispatch_wall_never_emptied BEFORE TRUNCATE ON dispatch_wall
    FOR EACH STATEMENT EXECUTE FUNCTION dispatch_wall_stands();
"""
GONE = "DROP FUNCTION dispatch_wall_stands() CASCADE"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("dispatch", "0004_days"),
        ("orgs", "0007_leaders_take_archives_out"),
    ]

    operations = [
        CreateModel(
            name="WallLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "dispatch_wall",
                "indexes": [models.Index(F("unit"), name="dispatch_wall_unit")],
                "constraints": [
                    models.CheckConstraint(condition=~Q(name=""), name="dispatch_wall_named"),
                    models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="dispatch_wall_digest"),
                    models.CheckConstraint(
                        condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + timedelta(days=366)),
                        name="dispatch_wall_lasts_a_while",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                        name="dispatch_wall_ended_by_a_person",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STANDS, GONE),
    ]
