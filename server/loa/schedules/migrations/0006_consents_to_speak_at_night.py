"""Nobody wakes people alone, by their voice either."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

STANDS = """
CREATE FUNCTION schedules_speech_consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.airing_id IS NULL OR OLD.airing_id = NEW.airing_id)
        AND to_jsonb(NEW) - '{airing_id,unit_id}'::text[] = to_jsonb(OLD) - '{airing_id,unit_id}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'schedules_speech_consent: what somebody agreed to stays on record'
        USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER schedules_speech_consent_stands BEFORE UPDATE OR DELETE ON schedules_speech_consent
    FOR EACH ROW EXECUTE FUNCTION schedules_speech_consent_stands();
CREATE TRIGGER schedules_speech_consent_never_emptied BEFORE TRUNCATE ON schedules_speech_consent
    FOR EACH STATEMENT EXECUTE FUNCTION schedules_speech_consent_stands();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("dispatch", "0003_ceilings"),
        ("orgs", "0006_support_is_agreed_to"),
        ("schedules", "0005_hour_guards"),
    ]

    operations = [
        CreateModel(
            name="SpeechConsent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("wakes", models.PositiveIntegerField()),
                ("given_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "airing",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispatch.airing",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "speaker",
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
                "db_table": "schedules_speech_consent",
                "indexes": [
                    models.Index(models.F("speaker"), models.F("expires_at"), name="schedules_consent_speaker")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("speaker", models.F("given_by")), _negated=True),
                        name="schedules_consent_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("given_at"))), name="schedules_consent_lasts"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STANDS),
    ]
