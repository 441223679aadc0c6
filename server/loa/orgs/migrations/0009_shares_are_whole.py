"""Nothing is lost and nothing doubled when a unit is divided: shares add up to 1 in both directions, at commit."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION orgs_lineage_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row_ orgs_lineage := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    given numeric;
    taken numeric;
BEGIN
    SELECT sum(share) INTO given FROM orgs_lineage WHERE predecessor_id = row_.predecessor_id AND on_day = row_.on_day;
    SELECT sum(share_back) INTO taken FROM orgs_lineage WHERE successor_id = row_.successor_id AND on_day = row_.on_day;
    IF abs(coalesce(given, 1) - 1) > 1e-9 THEN
        RAISE EXCEPTION 'the parts of unit % on % add up to %', row_.predecessor_id, row_.on_day, given
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_lineage_shares_whole';
    END IF;
    IF abs(coalesce(taken, 1) - 1) > 1e-9 THEN
        RAISE EXCEPTION 'what unit % was made of on % adds up to %', row_.successor_id, row_.on_day, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_lineage_shares_back_whole';
    END IF;
    IF EXISTS (SELECT FROM orgs_lineage WHERE id = row_.id) AND NOT (
        EXISTS (SELECT FROM orgs_unit_version WHERE unit_id = row_.predecessor_id AND during @> row_.on_day - 1)
        AND EXISTS (SELECT FROM orgs_unit_version WHERE unit_id = row_.successor_id AND during @> row_.on_day)
    ) THEN
        RAISE EXCEPTION 'unit % was not there before %, or unit % not after', row_.predecessor_id, row_.on_day, row_.successor_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'orgs_lineage_both_exist';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER orgs_lineage_is_whole AFTER INSERT OR UPDATE OR DELETE ON orgs_lineage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orgs_lineage_is_whole();

CREATE INDEX orgs_lineage_day ON orgs_lineage (on_day, predecessor_id) INCLUDE (successor_id, share, share_back);
"""

BACK = """
DROP INDEX orgs_lineage_day;
DROP TRIGGER orgs_lineage_is_whole ON orgs_lineage;
DROP FUNCTION orgs_lineage_is_whole();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0008_a_tree_every_day"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
    ]
