"""Puts on record what no command's entry covers: chores of ours, and what was changed outside every command."""

from django.db import migrations

SETTLE = """
CREATE INDEX audit_change_apart ON audit_change (id) WHERE action = '' OR action LIKE 'chore.%';
CREATE INDEX audit_entry_covering ON audit_entry (id) WHERE change_ids <> '';

-- One entry for each who and what, with every change of theirs that no entry covers yet.
CREATE FUNCTION audit_settle(since timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    covered int8multirange;
    loose record;
    count bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7303005);
    SELECT coalesce(range_agg(part), '{}') INTO covered
      FROM audit_entry AS e, unnest(e.change_ids::int8multirange) AS part
     WHERE e.change_ids <> '' AND e.at >= since;
    FOR loose IN
        SELECT actor, action, origin, count(*) AS count, range_agg(int8range(id, id + 1))::text AS ids,
               encode(sha256(convert_to(string_agg(body, E'\\n' ORDER BY id), 'UTF8')), 'hex') AS sha256,
               jsonb_agg(DISTINCT table_name) AS tables
          FROM (
            SELECT id, actor, action, origin, table_name, json_build_array(
    id, (extract(epoch FROM at) * 1000000)::bigint, txid, table_name, row_key, operation, before, after, row_sha256,
    actor, action, origin)::text AS body
              FROM audit_change
             WHERE (action = '' OR action LIKE 'chore.%') AND at >= since AND NOT id <@ covered
          ) AS changed
         GROUP BY actor, action, origin ORDER BY min(id)
    LOOP
        PERFORM audit_append_covering(jsonb_build_array(jsonb_build_object(
            'kind', CASE WHEN loose.action = '' THEN 'database' ELSE 'system' END,
            'id', split_part(loose.actor, ':', 2), 'name', loose.actor, 'origin', loose.origin,
            'action', CASE WHEN loose.action = '' THEN 'audit.outside' ELSE loose.action END,
            'target', 'record:changes', 'unit', '', 'result', 'done',
            'detail', jsonb_build_object('tables', loose.tables, 'rows', loose.count)
        )), loose.count, loose.ids, loose.sha256);
        count := count + loose.count;
    END LOOP;
    PERFORM set_config('loa.first_change', '', true);  -- whatever this transaction changed itself is covered now
    RETURN count;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_removed_by_rule_alone")]

    operations = [migrations.RunSQL(SETTLE)]
