"""A unit is found by what it was once called, accents or not."""

from django.db import migrations, models

FOLD = "regexp_replace(normalize(replace(lower(%(expressions)s), 'đ', 'd'), NFD), '[\u0300-\u036f]', '', 'g')"

# A generated column is not yet filled when a trigger looks before the row is kept
STANDS = """
CREATE OR REPLACE FUNCTION orgs_unit_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    has_begun boolean := coalesce(lower(OLD.during) <= orgs_today(), true);
    has_ended boolean := coalesce(upper(OLD.during) <= orgs_today(), false);
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF has_begun THEN
            RAISE EXCEPTION 'version % has begun and is not deleted', OLD.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_unit_version_stands';
        END IF;
        RETURN OLD;
    END IF;
    -- a column that is added later stands too
    IF NEW.unit_id <> OLD.unit_id OR NEW.id <> OLD.id
        OR has_begun AND to_jsonb(NEW) - '{during,folded_name}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{during,folded_name}'::text[]
        OR has_begun AND lower(NEW.during) IS DISTINCT FROM lower(OLD.during)
        OR has_ended AND NEW.during <> OLD.during
    THEN
        RAISE EXCEPTION 'version % has begun: only its end may be set, while that lies ahead', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_unit_version_stands';
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0011_reorganisations_tell_what_came_of_them"),
    ]

    operations = [
        migrations.RunSQL(STANDS, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="unitversion",
            name="folded_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("name"), template=FOLD),
                output_field=models.CharField(max_length=120),
            ),
        ),
    ]
