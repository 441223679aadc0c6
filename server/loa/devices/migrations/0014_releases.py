"""Software for devices: taken in by two persons, told stage by stage. What each device says of it is kept."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

STATES = ("running", "paused", "stopped", "withdrawn", "done")
STEPS = ("refused", "waiting", "trying", "proved", "returned")
GUARDS = """
CREATE FUNCTION devices_release_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'devices_release: what was taken in stands' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.version, NEW.sha256, NEW.size_bytes, NEW.floor, NEW.statement, NEW.made_at, NEW.expires_at,
        NEW.taken_at, NEW.taken_by)
        IS DISTINCT FROM (OLD.id, OLD.version, OLD.sha256, OLD.size_bytes, OLD.floor, OLD.statement, OLD.made_at,
        OLD.expires_at, OLD.taken_at, OLD.taken_by)
        OR OLD.confirmed_at IS NOT NULL
        AND (NEW.confirmed_at, NEW.confirmed_by) IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by)
    THEN
        RAISE EXCEPTION 'devices_release: what was taken in stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_release_stands BEFORE UPDATE OR DELETE ON devices_release
    FOR EACH ROW EXECUTE FUNCTION devices_release_stands();
CREATE TRIGGER devices_release_never_emptied BEFORE TRUNCATE ON devices_release
    FOR EACH STATEMENT EXECUTE FUNCTION devices_release_stands();

CREATE FUNCTION devices_rollout_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'devices_rollout: it stays on record' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL
        AND (NEW.state, NEW.stage, NEW.ended_at, NEW.ended_by, NEW.stopped_why)
        IS DISTINCT FROM (OLD.state, OLD.stage, OLD.ended_at, OLD.ended_by, OLD.stopped_why)
        OR NEW.stage < OLD.stage
        OR (NEW.id, NEW.release_id, NEW.began_at, NEW.began_by) IS DISTINCT FROM
           (OLD.id, OLD.release_id, OLD.began_at, OLD.began_by)
    THEN
        RAISE EXCEPTION 'devices_rollout: it goes forward, and what ended stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_rollout_stands BEFORE UPDATE OR DELETE ON devices_rollout
    FOR EACH ROW EXECUTE FUNCTION devices_rollout_stands();
CREATE TRIGGER devices_rollout_never_emptied BEFORE TRUNCATE ON devices_rollout
    FOR EACH STATEMENT EXECUTE FUNCTION devices_rollout_stands();

CREATE FUNCTION devices_release_report_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'devices_release_report: what a device said stands' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER devices_release_report_stands BEFORE UPDATE OR DELETE ON devices_release_report
    FOR EACH ROW EXECUTE FUNCTION devices_release_report_stands();
CREATE TRIGGER devices_release_report_never_emptied BEFORE TRUNCATE ON devices_release_report
    FOR EACH STATEMENT EXECUTE FUNCTION devices_release_report_stands();
"""
PROTECT = django.db.models.deletion.PROTECT


def words(values: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return values as choices."""
    return [(value, value) for value in values]


def key() -> models.UUIDField:  # type: ignore[type-arg]  # a field
    """Return the key of a table."""
    return models.UUIDField(default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False)


def to(model: str) -> models.ForeignKey:  # type: ignore[type-arg]  # a field
    """Return a reference that holds."""
    return models.ForeignKey(on_delete=PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    dependencies = [("devices", "0013_sims"), ("orgs", "0012_hour_rules_are_given")]

    operations = [
        CreateModel(
            name="Release",
            fields=[
                ("id", key()),
                ("version", models.CharField(max_length=24)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("floor", models.CharField(max_length=24)),
                ("statement", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField()),
                ("taken_by", models.CharField(max_length=160)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.CharField(blank=True, default="", max_length=160)),
                ("unit", to("orgs.unit")),
            ],
            options={
                "db_table": "devices_release",
                "indexes": [models.Index("unit", "taken_at", name="devices_release_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(confirmed_at=None, confirmed_by="")
                        | Q(confirmed_at__gte=F("taken_at")) & ~Q(confirmed_by="") & ~Q(confirmed_by=F("taken_by")),
                        name="devices_release_confirmed_by_another",
                    ),
                    models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="devices_release_ends_later"),
                    models.CheckConstraint(condition=Q(size_bytes__gt=0), name="devices_release_has_a_package"),
                ],
            },
        ),
        CreateModel(
            name="Rollout",
            fields=[
                ("id", key()),
                ("state", models.CharField(choices=words(STATES), default="running", max_length=16)),
                ("stage", models.PositiveSmallIntegerField(default=0)),
                ("stage_began_at", models.DateTimeField()),
                ("wait_s", models.PositiveIntegerField()),
                ("failures_most_pct", models.PositiveSmallIntegerField()),
                ("silent_after_s", models.PositiveIntegerField()),
                ("began_at", models.DateTimeField()),
                ("began_by", models.CharField(max_length=160)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=160)),
                ("stopped_why", models.CharField(blank=True, default="", max_length=500)),
                ("release", to("devices.release")),
                ("unit", to("orgs.unit")),
            ],
            options={
                "db_table": "devices_rollout",
                "indexes": [models.Index("release", "began_at", name="devices_rollout_release")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(state__in=["running", "paused"]), fields=("unit",), name="devices_rollout_one_open"
                    ),
                    models.CheckConstraint(condition=Q(state__in=list(STATES)), name="devices_rollout_state_known"),
                    models.CheckConstraint(condition=Q(stage__lte=3), name="devices_rollout_stage_known"),
                    models.CheckConstraint(
                        condition=Q(state__in=["running", "paused"], ended_at=None)
                        | Q(state__in=["stopped", "withdrawn", "done"], ended_at__gte=F("began_at")),
                        name="devices_rollout_ends_with_its_state",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=["stopped", "withdrawn"]) | ~Q(stopped_why=""),
                        name="devices_rollout_says_why",
                    ),
                    models.CheckConstraint(
                        condition=Q(failures_most_pct__lte=50), name="devices_rollout_stops_in_time"
                    ),
                ],
            },
        ),
        CreateModel(
            name="ReleaseReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("statement", models.CharField(max_length=64)),
                ("step", models.CharField(choices=words(STEPS), max_length=16)),
                ("why", models.CharField(blank=True, default="", max_length=64)),
                ("version", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                ("device", to("devices.device")),
            ],
            options={
                "db_table": "devices_release_report",
                "indexes": [models.Index("statement", "device", "id", name="devices_release_report_of")],
            },
        ),
        migrations.AddField("device", "release", models.CharField(max_length=64, null=True)),
        migrations.AddField("device", "release_told_at", models.DateTimeField(null=True)),
        *(
            migrations.AddField("device", name, models.CharField(blank=True, db_default="", default="", max_length=64))
            for name in ("runs_release", "tried_release", "release_step", "release_why")
        ),
        migrations.AddIndex(
            "device", models.Index("release", name="devices_device_release", condition=Q(release__isnull=False))
        ),
        migrations.RunSQL(GUARDS),
    ]
