"""Stations of others: who answers for them, and entries that pass them on or read answers out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

STANDS = """
CREATE FUNCTION schedules_relay_source_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,decided_by_id,decided_at,withdrawn_by_id,withdrawn_at,unit_id}';
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'schedules_relay_source: a source is not deleted' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state NOT IN ('proposed', 'in_force') THEN
        free := '{unit_id}';
    ELSIF OLD.state = 'in_force' THEN
        IF NEW.state NOT IN ('in_force', 'withdrawn') THEN
            RAISE EXCEPTION 'schedules_relay_source: % does not become %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        free := '{state,withdrawn_by_id,withdrawn_at,unit_id}';
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'schedules_relay_source: what was agreed to stands' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_relay_source_stands BEFORE UPDATE OR DELETE ON schedules_relay_source
    FOR EACH ROW EXECUTE FUNCTION schedules_relay_source_stands();
CREATE TRIGGER schedules_relay_source_never_emptied BEFORE TRUNCATE ON schedules_relay_source
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_relay_source_stands();
CREATE FUNCTION schedules_relay_source_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'proposed' THEN
        RAISE EXCEPTION 'schedules_relay_source: a source begins as a proposal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER schedules_relay_source_begins BEFORE INSERT ON schedules_relay_source
    FOR EACH ROW EXECUTE FUNCTION schedules_relay_source_begins();
"""
KINDS = [("bulletin", "bulletin"), ("music", "music"), ("relay", "relay"), ("answers", "answers")]
STATES = ["proposed", "in_force", "declined", "withdrawn"]
USER = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("media", "0002_guards"),
        ("orgs", "0006_support_is_agreed_to"),
        ("schedules", "0006_consents_to_speak_at_night"),
    ]

    operations = [
        CreateModel(
            name="RelaySource",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(choices=[("http", "http"), ("hls", "hls")], max_length=8)),
                ("address", models.CharField(max_length=400)),
                ("responsible", models.CharField(max_length=160)),
                ("agreement", models.CharField(max_length=1000)),
                ("lufs", models.SmallIntegerField(default=-16)),
                ("state", models.CharField(choices=[(one, one) for one in STATES], max_length=16)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "fallback",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="media.clip"
                    ),
                ),
                ("proposed_by", models.ForeignKey(**USER)),
                ("decided_by", models.ForeignKey(null=True, **USER)),
                ("withdrawn_by", models.ForeignKey(null=True, **USER)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "schedules_relay_source",
                "indexes": [models.Index(models.F("unit"), models.F("state"), name="schedules_relay_source_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("address", ""), _negated=True),
                            models.Q(("responsible", ""), _negated=True),
                            models.Q(("agreement", ""), _negated=True),
                        ),
                        name="schedules_relay_source_answered_for",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lufs__gte", -30), ("lufs__lte", -12)),
                        name="schedules_relay_source_loudness",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("state", "proposed"), ("withdrawn_by", None)),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("state__in", ["in_force", "declined"]),
                                ("withdrawn_by", None),
                            ),
                            models.Q(
                                ("state", "withdrawn"), ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="schedules_relay_source_decided_or_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="schedules_relay_source_four_eyes",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STANDS),
        migrations.AddField(
            model_name="entryversion",
            name="source",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="schedules.relaysource",
            ),
        ),
        migrations.AlterField(
            model_name="entryversion",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=16),
        ),
        migrations.RemoveConstraint(model_name="entryversion", name="schedules_entry_version_plays_one_thing"),
        migrations.AddConstraint(
            model_name="entryversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bulletin__isnull", False), ("clip", None), ("kind", "bulletin"), ("source", None)),
                    models.Q(("bulletin", None), ("clip__isnull", False), ("kind", "music"), ("source", None)),
                    models.Q(("bulletin", None), ("clip", None), ("kind", "relay"), ("source__isnull", False)),
                    models.Q(("bulletin", None), ("clip", None), ("kind", "answers"), ("source", None)),
                    _connector="OR",
                ),
                name="schedules_entry_version_plays_one_thing",
            ),
        ),
    ]
