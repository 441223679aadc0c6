"""Live speech: sessions that stand once they are closed, and sound that is taken in only while one is open."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from loa.kernel.migrating import CreateModel

GUARDS = """
CREATE FUNCTION devices_live_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{closed_at,close_reason,chunks,recording,base_at,said_again_at}';
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'devices_live: what was opened stands' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.base_at IS NOT NULL AND NEW.base_at IS DISTINCT FROM OLD.base_at THEN
        RAISE EXCEPTION 'devices_live: its first moment stands' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.closed_at IS NOT NULL AND ((NEW.closed_at, NEW.close_reason, NEW.chunks)
        IS DISTINCT FROM (OLD.closed_at, OLD.close_reason, OLD.chunks)
        OR OLD.recording <> '' AND NEW.recording IS DISTINCT FROM OLD.recording)
    THEN
        RAISE EXCEPTION 'devices_live: what was closed stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_live_stands BEFORE UPDATE ON devices_live
    FOR EACH ROW EXECUTE FUNCTION devices_live_stands();

CREATE FUNCTION devices_live_chunk_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{published_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{published_at}'::text[]
    THEN
        RAISE EXCEPTION 'devices_live_chunk: what was said stands' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM devices_live WHERE id = NEW.session_id AND closed_at IS NULL) THEN
        RAISE EXCEPTION 'devices_live_chunk: the session is closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_live_chunk_stands BEFORE INSERT OR UPDATE ON devices_live_chunk
    FOR EACH ROW EXECUTE FUNCTION devices_live_chunk_stands();
"""
UNGUARDED = """
DROP TRIGGER devices_live_stands ON devices_live;
DROP FUNCTION devices_live_stands;
DROP TRIGGER devices_live_chunk_stands ON devices_live_chunk;
DROP FUNCTION devices_live_chunk_stands;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0003_where_a_device_stands"),
    ]

    operations = [
        CreateModel(
            name="LiveSession",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), size=None),
                ),
                ("speaker", models.CharField(max_length=64)),
                ("chunk_ms", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("base_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "close_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ended", "ended"),
                            ("line_lost", "line_lost"),
                            ("limit", "limit"),
                            ("stopped", "stopped"),
                        ],
                        max_length=16,
                    ),
                ),
                ("chunks", models.PositiveIntegerField(null=True)),
                ("recording", models.CharField(blank=True, max_length=64)),
                ("said_again_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "devices_live",
                "indexes": [
                    models.Index(
                        models.F("opened_at"), condition=models.Q(("closed_at", None)), name="devices_live_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("opened_at"))),
                        name="devices_live_ends_after_start",
                    ),
                    models.CheckConstraint(condition=models.Q(("areas__len__gt", 0)), name="devices_live_somewhere"),
                    models.CheckConstraint(
                        condition=models.Q(("chunk_ms__gte", 200), ("chunk_ms__lte", 1000)),
                        name="devices_live_chunk_ms",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("chunks", None), ("close_reason", ""), ("closed_at", None), ("recording", "")),
                            models.Q(
                                ("chunks__isnull", False),
                                ("closed_at__isnull", False),
                                models.Q(("close_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="devices_live_closed_with_reason",
                    ),
                ],
            },
        ),
        CreateModel(
            name="LiveChunk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("play_at", models.DateTimeField()),
                ("packets", models.BinaryField()),
                ("seal", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="devices.livesession",
                    ),
                ),
            ],
            options={
                "db_table": "devices_live_chunk",
                "indexes": [
                    models.Index(
                        models.F("session"),
                        models.F("seq"),
                        condition=models.Q(("published_at", None)),
                        name="devices_live_waiting",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("session", "seq"), name="devices_live_chunk_once")],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARDED),
    ]
