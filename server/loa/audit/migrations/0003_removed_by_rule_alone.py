"""The one way by which records go: whole days, by the rule in the table, behind a checkpoint that names their heads."""

from django.db import migrations

REMOVE = """
CREATE FUNCTION audit_remove_through(wanted date, OUT entries bigint, OUT changes bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    today CONSTANT date := ((clock_timestamp() AT TIME ZONE 'UTC') + interval '7 hours')::date;
    kept CONSTANT integer := greatest(12, (SELECT months FROM audit_retention WHERE kind = 'acts'));
    unsealed text;
    ranges int8multirange;
    began bigint;
BEGIN
    IF wanted IS NULL OR kept IS NULL OR wanted >= (today - make_interval(months => kept))::date THEN
        RAISE EXCEPTION 'the record of % is kept: % months', wanted, kept;
    END IF;
    SELECT head.chain || ' ' || head.day INTO unsealed
      FROM (SELECT DISTINCT ON (chain, day) chain, day, position, digest FROM audit_entry WHERE day <= wanted
             ORDER BY chain, day, position DESC) AS head
     WHERE NOT EXISTS (
        SELECT FROM audit_checkpoint AS sealed, jsonb_array_elements(sealed.body::jsonb -> 'heads') AS named
         WHERE named ->> 0 = head.chain AND named ->> 1 = head.day::text
           AND named ->> 2 = head.position::text AND named ->> 3 = head.digest)
     LIMIT 1;
    IF unsealed IS NOT NULL THEN
        RAISE EXCEPTION 'no checkpoint names the end of % yet', unsealed;
    END IF;

    INSERT INTO audit_purge (at, txid, through, months, entries, changes)
        VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint, wanted, kept, 0, 0);
    SELECT range_agg(covered) INTO ranges FROM audit_entry AS e, unnest(nullif(e.change_ids, '')::int8multirange) AS covered
     WHERE e.day <= wanted;
    -- What a row was last known to be stays known, without its content.
    WITH known AS (
        INSERT INTO audit_change
            (at, txid, table_name, row_key, operation, before, after, row_sha256, actor, action, origin)
        SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, c.table_name, c.row_key, 'B', NULL, NULL,
               c.row_sha256, 'system:audit', 'chore.retention', ''
          FROM audit_change AS c
         WHERE c.id <@ ranges AND c.operation <> 'D'
           AND NOT EXISTS (SELECT FROM audit_change AS later WHERE later.table_name = c.table_name
                              AND later.row_key = c.row_key AND later.id > c.id)
         ORDER BY c.id
        RETURNING id
    ) SELECT min(id) INTO began FROM known;
    IF began IS NOT NULL THEN
        PERFORM set_config('loa.first_change', began::text, true);
    END IF;
    DELETE FROM audit_change WHERE id <@ ranges;
    GET DIAGNOSTICS changes = ROW_COUNT;
    DELETE FROM audit_entry WHERE day <= wanted;
    GET DIAGNOSTICS entries = ROW_COUNT;
    -- The chain of former times goes when all of it is old, not before.
    IF NOT EXISTS (SELECT FROM audit_entry WHERE position IS NULL
                      AND ((at AT TIME ZONE 'UTC') + interval '7 hours')::date > wanted) THEN
        DELETE FROM audit_entry WHERE position IS NULL;
    END IF;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_written_by_functions_alone")]

    operations = [migrations.RunSQL(REMOVE)]
