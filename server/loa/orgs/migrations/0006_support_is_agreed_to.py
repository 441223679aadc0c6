"""Support that is asked for, and agreed to: consent and answer come once, and nothing else of it changes."""

import django.db.models.deletion
from django.db import migrations, models

from loa.kernel.migrating import CreateModel

STANDS = """
CREATE FUNCTION orgs_support_offer_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    agreed text[] := '{consent,consented_by_id,consented_at}';
    answered text[] := '{session_id,closed_at,closed_by}';
BEGIN
    IF TG_OP = 'DELETE'
        OR OLD.session_id IS NOT NULL OR OLD.closed_at IS NOT NULL
        OR to_jsonb(NEW) - agreed - answered IS DISTINCT FROM to_jsonb(OLD) - agreed - answered
        OR OLD.consent <> '' AND (NEW.consent, NEW.consented_by_id, NEW.consented_at)
            IS DISTINCT FROM (OLD.consent, OLD.consented_by_id, OLD.consented_at)
    THEN
        RAISE EXCEPTION 'request for support % stands: it is agreed to once, and answered once', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_support_offer_stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER orgs_support_offer_stands BEFORE UPDATE OR DELETE ON orgs_support_offer
    FOR EACH ROW EXECUTE FUNCTION orgs_support_offer_stands();
CREATE TRIGGER orgs_support_offer_never_emptied BEFORE TRUNCATE ON orgs_support_offer
    EXECUTE FUNCTION orgs_never_emptied();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orgs", "0005_levels_and_roles"),
    ]

    operations = [
        CreateModel(
            name="SupportOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("username", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=300)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("offered_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("consent", models.CharField(blank=True, default="", max_length=16)),
                ("consented_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=64)),
                (
                    "consented_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "helped",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        db_column="role", on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.role"
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.supportsession",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "orgs_support_offer",
                "indexes": [models.Index(models.F("username"), name="orgs_support_offer_username")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True), models.Q(("username", ""), _negated=True)
                        ),
                        name="orgs_support_offer_is_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5), ("minutes__lte", 240)), name="orgs_support_offer_lasts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("consent", ""), ("consented_at", None), ("consented_by", None)),
                            models.Q(
                                ("consent", "person"),
                                ("consented_at__isnull", False),
                                ("consented_by", models.F("helped")),
                            ),
                            models.Q(
                                ("consent", "administrator"),
                                ("consented_at__isnull", False),
                                ("consented_by", models.F("offered_by")),
                            ),
                            _connector="OR",
                        ),
                        name="orgs_support_offer_consent_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("session", None), models.Q(("consent", ""), _negated=True), _connector="OR"
                        ),
                        name="orgs_support_offer_begins_with_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("session", None), ("closed_at", None), _connector="OR"),
                        name="orgs_support_offer_begins_or_closes",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STANDS),
    ]
