"""Who may write the record: two functions of the tables' owner, and nobody past them."""

from django.db import migrations

GUARDS = """
-- A row may go only in the transaction of a purge that names its day, and only the owner's function writes that.
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME IN ('audit_entry', 'audit_change') THEN
        IF EXISTS (
            SELECT FROM audit_purge
             WHERE txid = pg_current_xact_id()::text::bigint
               AND through >= ((OLD.at AT TIME ZONE 'UTC') + interval '7 hours')::date
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END
$$;

CREATE FUNCTION audit_written_by_its_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION '% is append-only, and written by its functions alone: % refused', TG_TABLE_NAME, TG_OP;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_entry_by_its_owner BEFORE INSERT ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_written_by_its_owner();

CREATE TRIGGER audit_change_append_only BEFORE UPDATE OR DELETE ON audit_change
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_change_never_emptied BEFORE TRUNCATE ON audit_change
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_change_by_its_owner BEFORE INSERT ON audit_change
    FOR EACH STATEMENT EXECUTE FUNCTION audit_written_by_its_owner();

CREATE TRIGGER audit_purge_append_only BEFORE UPDATE OR DELETE ON audit_purge
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_purge_never_emptied BEFORE TRUNCATE ON audit_purge
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_purge_by_its_owner BEFORE INSERT ON audit_purge
    FOR EACH STATEMENT EXECUTE FUNCTION audit_written_by_its_owner();

CREATE TRIGGER audit_salt_stands BEFORE UPDATE OR DELETE ON audit_salt
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_salt_never_emptied BEFORE TRUNCATE ON audit_salt
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_checkpoint_never_emptied BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

-- What is written from now on stands in a chain; what stood before is not looked at.
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_in_a_chain CHECK (
    position >= 1 AND day IS NOT NULL AND day = ((at AT TIME ZONE 'UTC') + interval '7 hours')::date
    AND digest <> '' AND (changes = 0) = (change_ids = '') AND (changes = 0) = (changes_sha256 = '')
) NOT VALID;
"""

CHANGE = """
-- What a row's digest covers, and what is shown of it: hidden columns only as salted digests.
CREATE FUNCTION audit_row_digest(salt text, told jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(salt || told::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION audit_shown(told jsonb, hidden text[], salt text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN told ?| hidden THEN (
        SELECT jsonb_object_agg(key, CASE
            WHEN key = ANY (hidden) AND value NOT IN ('null', '""')
            THEN to_jsonb('#' || left(encode(sha256(convert_to(salt || key || value::text, 'UTF8')), 'hex'), 16))
            ELSE value END)
          FROM jsonb_each(told)
    ) ELSE told END
$$;
CREATE FUNCTION audit_row_key(told jsonb, keys text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN cardinality(keys) = 1 THEN told ->> keys[1]
        ELSE (SELECT string_agg(told ->> k, ',' ORDER BY n) FROM unnest(keys) WITH ORDINALITY AS a (k, n)) END
$$;

-- Arguments: the columns of the key, those left out, those hidden, and the shape of the table (for `attach` alone).
CREATE FUNCTION audit_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET extra_float_digits = 1
SET bytea_output = 'hex' AS $$
DECLARE
    keys CONSTANT text[] := string_to_array(TG_ARGV[0], ',');
    exempt CONSTANT text[] := string_to_array(TG_ARGV[1], ',');
    hidden CONSTANT text[] := string_to_array(TG_ARGV[2], ',');
    act CONSTANT text[] := string_to_array(
        coalesce(nullif(current_setting('loa.act', true), ''), current_setting('loa.chore', true), ''), chr(31)
    );
    mine CONSTANT bigint := pg_current_xact_id()::text::bigint;
    secret CONSTANT text := (SELECT value FROM audit_salt);
    who text := act[1];
    what text := coalesce(act[2], '');
    whence text := act[3];
    began bigint;
BEGIN
    IF what = '' THEN
        who := 'role:' || session_user;
        whence := concat_ws(' ', nullif(current_setting('application_name'), ''), host(inet_client_addr()));
    END IF;
    IF TG_OP = 'INSERT' THEN
        WITH kept AS (
            INSERT INTO audit_change
                (at, txid, table_name, row_key, operation, before, after, row_sha256, actor, action, origin)
            SELECT clock_timestamp(), mine, TG_TABLE_NAME, audit_row_key(told, keys), 'I', NULL,
                   audit_shown(jsonb_strip_nulls(told), hidden, secret), audit_row_digest(secret, told), who, what, whence
              FROM (SELECT to_jsonb(fresh) - exempt AS told FROM fresh OFFSET 0) AS added
            RETURNING id
        ) SELECT min(id) INTO began FROM kept;
    ELSIF TG_OP = 'DELETE' THEN
        WITH kept AS (
            INSERT INTO audit_change
                (at, txid, table_name, row_key, operation, before, after, row_sha256, actor, action, origin)
            SELECT clock_timestamp(), mine, TG_TABLE_NAME, audit_row_key(told, keys), 'D',
                   audit_shown(jsonb_strip_nulls(told), hidden, secret), NULL, '', who, what, whence
              FROM (SELECT to_jsonb(stale) - exempt AS told FROM stale OFFSET 0) AS gone
            RETURNING id
        ) SELECT min(id) INTO began FROM kept;
    ELSE
        -- Made once each: without MATERIALIZED a row would be turned into JSON anew for every column looked at.
        WITH former AS MATERIALIZED (
            SELECT told, audit_row_key(told, keys) AS key FROM (SELECT to_jsonb(stale) - exempt AS told FROM stale) AS a
        ), present AS MATERIALIZED (
            SELECT told, audit_row_key(told, keys) AS key FROM (SELECT to_jsonb(fresh) - exempt AS told FROM fresh) AS b
        ), kept AS (
            INSERT INTO audit_change
                (at, txid, table_name, row_key, operation, before, after, row_sha256, actor, action, origin)
            SELECT clock_timestamp(), mine, TG_TABLE_NAME, coalesce(f.key, s.key),
                   CASE WHEN s.told IS NULL THEN 'I' WHEN f.told IS NULL THEN 'D' ELSE 'U' END,
                   audit_shown((SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(s.told) AS e
                                 WHERE f.told -> e.key IS DISTINCT FROM e.value), hidden, secret),
                   audit_shown((SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(f.told) AS e
                                 WHERE s.told -> e.key IS DISTINCT FROM e.value), hidden, secret),
                   CASE WHEN f.told IS NULL THEN '' ELSE audit_row_digest(secret, f.told) END, who, what, whence
              FROM former AS s FULL JOIN present AS f ON f.key = s.key
             WHERE s.told IS DISTINCT FROM f.told
            RETURNING id
        ) SELECT min(id) INTO began FROM kept;
    END IF;
    IF began IS NOT NULL AND coalesce(current_setting('loa.first_change', true), '') = '' THEN
        PERFORM set_config('loa.first_change', began::text, true);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION audit_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is under the record and never emptied', TG_TABLE_NAME;
END
$$;
"""

APPEND = """
CREATE FUNCTION audit_append(acts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    mine CONSTANT bigint := pg_current_xact_id()::text::bigint;
    first_change CONSTANT text := current_setting('loa.first_change', true);
    ids text := '';
    sha256 text := '';
    count bigint := 0;
BEGIN
    IF first_change <> '' THEN
        SELECT count(*), coalesce(range_agg(int8range(id, id + 1))::text, ''),
               coalesce(encode(sha256(convert_to(string_agg(body, E'\\n' ORDER BY id), 'UTF8')), 'hex'), '')
          INTO count, ids, sha256
          FROM (
            SELECT id, json_build_array(
    id, (extract(epoch FROM at) * 1000000)::bigint, txid, table_name, row_key, operation, before, after, row_sha256,
    actor, action, origin)::text AS body
              FROM audit_change WHERE id >= first_change::bigint AND txid = mine
          ) AS changed;
        PERFORM set_config('loa.first_change', '', true);
    END IF;
    PERFORM audit_append_covering(acts, count, ids, sha256);
    PERFORM set_config('loa.act', '', true);
END
$$;

-- What was changed belongs to the last act that was done. Nobody but the owner's functions may say what was changed.
CREATE FUNCTION audit_append_covering(acts jsonb, covered bigint, covered_ids text, covered_sha256 text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    today CONSTANT date := ((clock_timestamp() AT TIME ZONE 'UTC') + interval '7 hours')::date;
    names CONSTANT text[] := ARRAY(
        SELECT regexp_replace(a.told->>'unit', '(^|/)[~@].*$', '')
          FROM jsonb_array_elements(acts) WITH ORDINALITY AS a (told, n) ORDER BY n
    );
    carrier CONSTANT bigint := coalesce(
        (SELECT max(n) FROM jsonb_array_elements(acts) WITH ORDINALITY AS a (told, n) WHERE a.told->>'result' = 'done'),
        jsonb_array_length(acts)
    );
    key integer;
    act jsonb;
    turn integer := 0;
    entry audit_entry;
    last record;
BEGIN
    -- Every chain's writers wait for each other, and all take their chains in one order: nobody waits in a circle.
    FOR key IN SELECT DISTINCT hashtext(name || ' ' || today) AS k FROM unnest(names) AS name ORDER BY k LOOP
        PERFORM pg_advisory_xact_lock(7303001, key);
    END LOOP;
    FOR act IN SELECT value FROM jsonb_array_elements(acts) LOOP
        turn := turn + 1;
        SELECT e.position, e.digest INTO last FROM audit_entry AS e
         WHERE e.chain = names[turn] AND e.day = today ORDER BY e.position DESC LIMIT 1;
        entry.id := nextval(pg_get_serial_sequence('audit_entry', 'id'));
        entry.at := least(clock_timestamp(), (today + 1)::timestamp AT TIME ZONE 'UTC' - interval '7 hours 1 microsecond');
        entry.chain := names[turn];
        entry.day := today;
        entry.position := coalesce(last.position, 0) + 1;
        entry.previous := coalesce(last.digest, repeat('0', 64));
        entry.actor_kind := act->>'kind';
        entry.actor_id := act->>'id';
        entry.actor_name := act->>'name';
        entry.origin := act->>'origin';
        entry.action := act->>'action';
        entry.target := act->>'target';
        entry.unit_path := act->>'unit';
        entry.result := act->>'result';
        entry.detail := act->'detail';
        entry.txid := pg_current_xact_id()::text::bigint;
        entry.db_role := session_user;
        entry.changes := CASE WHEN turn = carrier THEN covered ELSE 0 END;
        entry.change_ids := CASE WHEN turn = carrier THEN covered_ids ELSE '' END;
        entry.changes_sha256 := CASE WHEN turn = carrier THEN covered_sha256 ELSE '' END;
        entry.digest := audit_entry_digest(entry);
        INSERT INTO audit_entry SELECT entry.*;
    END LOOP;
END
$$;

CREATE FUNCTION audit_entry_digest(entry audit_entry) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(entry.previous || E'\\n' || json_build_array(
        entry.id, entry.chain, entry.day, entry.position, (extract(epoch FROM entry.at) * 1000000)::bigint,
        entry.actor_kind, entry.actor_id, entry.actor_name, entry.origin, entry.action, entry.target, entry.unit_path,
        entry.result, entry.detail, entry.txid, entry.db_role, entry.change_ids, entry.changes, entry.changes_sha256
    )::text, 'UTF8')), 'hex')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS), migrations.RunSQL(CHANGE), migrations.RunSQL(APPEND)]
