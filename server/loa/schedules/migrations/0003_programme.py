"""Entries of the programme in versions, each approved by a second person, and each day of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

GUARDS = """
-- An entry goes with its closed unit to the one that keeps its history, and back by the list of what was handed over.
CREATE FUNCTION schedules_entry_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'schedules_entry: what was on the programme is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.unit_id <> OLD.unit_id AND NOT EXISTS (
        SELECT FROM orgs_unit AS former, orgs_unit AS heir
         WHERE former.id = OLD.unit_id AND heir.id = NEW.unit_id
           AND former.closed_on IS NOT NULL AND heir.closed_on IS NULL AND starts_with(former.path, heir.path || '/')
    ) AND NOT EXISTS (
        SELECT FROM orgs_handover AS handed
         WHERE handed.keeper = 'schedules.entries' AND handed.thing = 'entry:' || OLD.id
           AND handed.from_unit_id = NEW.unit_id AND handed.to_unit_id = OLD.unit_id
    ) THEN
        RAISE EXCEPTION 'schedules_entry: it stays with its unit' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_entry_stands BEFORE UPDATE OR DELETE ON schedules_entry
    FOR EACH ROW EXECUTE FUNCTION schedules_entry_stands();
CREATE TRIGGER schedules_entry_never_emptied BEFORE TRUNCATE ON schedules_entry
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_entry_stands();

-- What was handed in stands as it was seen; two people stand behind what is approved.
CREATE FUNCTION schedules_entry_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'schedules_entry_version: a version is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        (OLD.state = 'draft' AND NEW.state IN ('submitted', 'dropped'))
        OR (OLD.state = 'submitted' AND NEW.state IN ('approved', 'returned', 'dropped'))
    ) THEN
        RAISE EXCEPTION 'schedules_entry_version: % does not become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' AND NEW.decided_by_id::text IN (NEW.written_by, NEW.submitted_by) THEN
        RAISE EXCEPTION 'schedules_entry_version: another person approves' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'submitted' THEN
        free := '{state,decided_by_id,decided_at,wakes,words}';
    END IF;
    -- the clusters it was approved for, when its unit or a station of it goes over to another
    IF OLD.device_ids IS NULL AND NEW.device_ids IS NOT NULL AND EXISTS (
        SELECT FROM schedules_entry AS entry JOIN orgs_unit AS unit
            ON unit.id = entry.unit_id OR unit.id = ANY (OLD.station_ids)
         WHERE entry.id = OLD.entry_id AND unit.closed_on IS NOT NULL
    ) THEN
        free := free || '{device_ids}'::text[];
    END IF;
    -- a column that is added later stands too, unless it is named here
    IF OLD.state <> 'draft' AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'schedules_entry_version: what was handed in stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_entry_version_stands BEFORE UPDATE OR DELETE ON schedules_entry_version
    FOR EACH ROW EXECUTE FUNCTION schedules_entry_version_stands();
CREATE TRIGGER schedules_entry_version_never_emptied BEFORE TRUNCATE ON schedules_entry_version
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_entry_version_stands();
CREATE FUNCTION schedules_entry_version_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'schedules_entry_version: a version begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_entry_version_begins BEFORE INSERT ON schedules_entry_version
    FOR EACH ROW EXECUTE FUNCTION schedules_entry_version_begins();

-- Nothing of a programme airs that no version says which a second person approved; a day keeps its name.
CREATE FUNCTION schedules_occurrence_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'schedules_occurrence: what was planned is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.entry_id, NEW.day, NEW.id) IS DISTINCT FROM (OLD.entry_id, OLD.day, OLD.id) THEN
        RAISE EXCEPTION 'schedules_occurrence: a day keeps its name' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM schedules_entry_version AS version
         WHERE version.id = NEW.version_id AND version.entry_id = NEW.entry_id AND version.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'schedules_occurrence: only what was approved airs' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_occurrence_stands BEFORE INSERT OR UPDATE OR DELETE ON schedules_occurrence
    FOR EACH ROW EXECUTE FUNCTION schedules_occurrence_stands();
CREATE TRIGGER schedules_occurrence_never_emptied BEFORE TRUNCATE ON schedules_occurrence
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_occurrence_stands();
"""
UNGUARD = """
DROP FUNCTION schedules_occurrence_stands CASCADE;
DROP FUNCTION schedules_entry_version_begins CASCADE;
DROP FUNCTION schedules_entry_version_stands CASCADE;
DROP FUNCTION schedules_entry_stands CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("bulletins", "0012_archives_come_and_go"),
        ("dispatch", "0001_initial"),
        ("media", "0002_guards"),
        ("orgs", "0007_leaders_take_archives_out"),
        ("schedules", "0002_guards"),
    ]

    operations = [
        CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("ended_by", models.CharField(blank=True, db_default="", default="", max_length=160)),
                ("planned_until", models.DateField(null=True)),
                ("asks", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "schedules_entry",
                "indexes": [
                    models.Index(models.F("unit"), models.F("ended_on"), name="schedules_entry_unit"),
                    models.Index(models.F("planned_until"), name="schedules_entry_due"),
                ],
            },
        ),
        CreateModel(
            name="EntryVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(choices=[("bulletin", "bulletin"), ("music", "music")], max_length=16)),
                ("title", models.CharField(max_length=120)),
                (
                    "station_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                (
                    "device_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
                ),
                ("at", models.TimeField()),
                ("frame_min", models.PositiveSmallIntegerField()),
                ("rule", models.CharField(blank=True, max_length=400)),
                ("start_on", models.DateField()),
                ("last_on", models.DateField()),
                (
                    "left_out",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
                ),
                (
                    "extra",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
                ),
                ("moves", models.JSONField(default=list)),
                ("skips_holidays", models.BooleanField()),
                ("from_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("approved", "approved"),
                            ("returned", "returned"),
                            ("dropped", "dropped"),
                        ],
                        max_length=16,
                    ),
                ),
                ("written_by", models.CharField(max_length=64)),
                ("written_by_name", models.CharField(blank=True, max_length=160)),
                ("written_at", models.DateTimeField()),
                ("submitted_by", models.CharField(blank=True, max_length=64)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("confirmed", models.BooleanField(db_default=False, default=False)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("decided_at", models.DateTimeField(null=True)),
                ("wakes", models.PositiveIntegerField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "bulletin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bulletins.bulletin",
                    ),
                ),
                (
                    "clip",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.clip"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="schedules.entry"
                    ),
                ),
            ],
            options={
                "db_table": "schedules_entry_version",
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "number"), name="schedules_entry_version_numbered"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted"])),
                        fields=("entry",),
                        name="schedules_entry_version_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bulletin__isnull", False), ("clip", None), ("kind", "bulletin")),
                            models.Q(("bulletin", None), ("clip__isnull", False), ("kind", "music")),
                            _connector="OR",
                        ),
                        name="schedules_entry_version_plays_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frame_min__gte", 1),
                            ("frame_min__lte", 120),
                            ("last_on__gte", models.F("start_on")),
                            models.Q(("title", ""), _negated=True),
                        ),
                        name="schedules_entry_version_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("device_ids", None), ("device_ids__len__gt", 0), _connector="OR"),
                            models.Q(("station_ids", None), ("station_ids__len__gt", 0), _connector="OR"),
                        ),
                        name="schedules_entry_version_some_device",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state__in", ["draft", "dropped"])),
                            models.Q(("decided_by", None), ("state", "submitted"), ("submitted_at__isnull", False)),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("state__in", ["approved", "returned"]),
                                ("submitted_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="schedules_entry_version_decided_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            ("state", "dropped"),
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            _connector="OR",
                        ),
                        name="schedules_entry_version_digest",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Occurrence",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("start_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "planned"), ("held", "held"), ("dropped", "dropped")], max_length=16
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("turn", models.PositiveSmallIntegerField(default=0)),
                ("settled_at", models.DateTimeField()),
                (
                    "airing",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="dispatch.airing"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schedules.entry"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schedules.entryversion"
                    ),
                ),
            ],
            options={
                "db_table": "schedules_occurrence",
                "indexes": [models.Index(models.F("entry"), models.F("start_at"), name="schedules_occurrence_entry")],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "day"), name="schedules_occurrence_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("airing__isnull", False), ("reason", ""), ("state", "planned")),
                            models.Q(("state", "held"), models.Q(("reason", ""), _negated=True)),
                            ("state", "dropped"),
                            _connector="OR",
                        ),
                        name="schedules_occurrence_airing_fits_state",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
